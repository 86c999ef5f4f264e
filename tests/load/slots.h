// Files in slots of 64 KiB, each zero or stamped, that several threads read, write, punch and cut at the same
// time: what a client believes about a file's blocks while they are taken away beside its I/O.
//
// A slot is locked for what changes it, so each direct read has one right answer. Writes are synced one after
// the other: stock clients lose what they write beside a commit that a server's end cuts off (docs/safety.md).
#pragma once

#include <cstdint>
#include <optional>

#include "clock.h"
#include "text_file.h"

namespace pnfs_load {

inline constexpr std::size_t slot_blocks = 16;

struct SlotsOptions {
  Path directory;  // created if absent
  Path report;     // not on the mount: what is in each slot at the end, "FILE SLOT SEQUENCE", 0: zero
  unsigned files = 2;
  unsigned threads = 4;  // of each file
  unsigned slots = 32;   // of each file
  std::uint64_t seed = 0;
  std::optional<Clock::duration> duration = {};  // absent: until SIGTERM, SIGINT or SIGHUP
};

// Prints what is wrong. True if nothing was. Throws Error.
bool use_slots(const SlotsOptions& options);

// Compares the files with a report of that directory, from wherever.
bool verify_slots(const Path& directory, const Path& report);

}  // namespace pnfs_load
