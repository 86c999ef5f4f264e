// The applications: each loop is one thread that does one thing over and over and remembers what it went through.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "direct_file.h"
#include "experience.h"
#include "ledger.h"
#include "pace.h"
#include "prepared_files.h"
#include "violations.h"

namespace pnfs_load {

struct OpenFile {
  PreparedFile file;
  DirectFile handle;
};

// Everything the loops share. Lives until the process ends: a loop may hang in it.
struct Scene {
  Scene(Path where, std::vector<OpenFile> opened);

  Path directory;
  Clock::duration interval{};
  std::size_t metadata_bytes =
      block_size;  // written to each small file; 0 leaves data out of the metadata loop
  std::uint64_t seed = 0;
  std::vector<OpenFile> files;
  Ledger ledger;
  Stop stop;
  Violations violations;
  Experience reads, writes, metadata;
  Experience
      machine;  // how late this machine woke a thread that only sleeps: its pauses are not the servers'
};

// Opens every prepared file and reads every block once, so that the ledger knows what is there. Error if a
// block is not what it should be. Also empties DIRECTORY/meta.
std::unique_ptr<Scene> set_scene(const Path& directory);

void read_loop(Scene& scene);      // random blocks, each judged against what was acknowledged
void write_loop(Scene& scene);     // random blocks; the only writer
void metadata_loop(Scene& scene);  // create, write, fsync, close, stat, unlink in DIRECTORY/meta
void machine_loop(Scene& scene);

}  // namespace pnfs_load
