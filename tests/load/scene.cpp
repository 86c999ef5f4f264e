#include <fcntl.h>

#include <system_error>

#include "error.h"
#include "loops.h"
#include "sweep.h"

namespace pnfs_load {
namespace {

std::vector<PreparedFile> prepared(const std::vector<OpenFile>& files) {
  std::vector<PreparedFile> result;
  result.reserve(files.size());
  for (const OpenFile& open_file : files) result.push_back(open_file.file);
  return result;
}

void empty_meta(const Path& meta) {
  std::error_code failure;
  std::filesystem::create_directories(meta, failure);
  if (failure) throw Error::system("cannot create " + meta.string(), failure.value());
  std::vector<Path> leftovers;
  for (const auto& entry : std::filesystem::directory_iterator(meta)) leftovers.push_back(entry.path());
  for (const Path& leftover : leftovers) std::filesystem::remove(leftover);
}

}  // namespace

Scene::Scene(Path where, std::vector<OpenFile> opened)
    : directory(std::move(where)), files(std::move(opened)), ledger(prepared(files)) {}

std::unique_ptr<Scene> set_scene(const Path& directory) {
  empty_meta(directory / "meta");
  std::vector<OpenFile> files;
  for (const PreparedFile& file : prepared_files(directory)) {
    if (file.blocks == 0) throw Error(name_of(file) + " is empty: run `pnfs-load prepare` again");
    files.push_back({file, DirectFile(directory / name_of(file), O_RDWR)});
  }
  auto scene = std::make_unique<Scene>(directory, std::move(files));
  for (std::size_t i = 0; i < scene->files.size(); ++i) {
    const PreparedFile& file = scene->files[i].file;
    sweep(directory / name_of(file), file.blocks, [&](const SweptBlock& block) {
      const Verdict verdict = block.unreadable.empty() ? judge(block.reading, file.id, block.number, {})
                                                       : unreadable({}, block.unreadable);
      if (verdict.judgement != Judgement::good) {
        throw Error(name_of(file) + " block " + std::to_string(block.number) + ": expected " +
                    verdict.expected + ", found " + verdict.found + ": run `pnfs-load prepare` again");
      }
      scene->ledger.found(i, block.number, block.reading.stamp.sequence);
    });
  }
  return scene;
}

}  // namespace pnfs_load
