#include <memory>
#include <vector>

#include "shared_file.h"

namespace pnfs_load {
namespace {

// Time for the others to get the lock.
constexpr auto between_turns = std::chrono::milliseconds(2);
constexpr auto after_a_failure = std::chrono::milliseconds(100);

struct SharedFile {
  std::unique_ptr<ExercisedFile> file;
  std::vector<SharedZone> zones;
};

bool open(ExerciseScene& scene, Worker& worker, unsigned number, SharedFile& shared) {
  const std::string name = shared_prefix + std::to_string(number);
  const ActionResult result = worker.attempt("open", name, [&] {
    ActionResult opened;
    try {
      shared.file = std::make_unique<ExercisedFile>(scene.options.directory / name,
                                                    ContentModel(scene.pattern, number, 0));
    } catch (const OpenFailed& failed) {
      opened.error_number = failed.error_number;
    }
    return opened;
  });
  if (result.failed()) scene.stop.sleep_until(Clock::now() + after_a_failure);
  return !result.failed();
}

}  // namespace

void shared_files_loop(ExerciseScene& scene, unsigned thread) {
  Worker& worker = scene.workers[thread];
  std::vector<unsigned> numbers;
  std::vector<SharedFile> files;
  const unsigned zones = scene.options.sharing == Sharing::ranges ? zones_of_a_file : 1;
  for (unsigned number = thread; number < scene.options.files; number += scene.options.threads) {
    numbers.push_back(number);
    files.emplace_back();
    for (unsigned zone = 0; zone < zones; ++zone)
      files.back().zones.emplace_back(scene, worker, number, zone);
  }
  const std::uint64_t turns = files.empty() ? 0 : scene.share_of(thread);
  for (std::uint64_t turn = 0; turn < turns && !scene.stop.requested(); ++turn) {
    SharedFile& shared = files[turn % files.size()];
    if (!shared.file && !open(scene, worker, numbers[turn % files.size()], shared)) continue;
    shared.zones[turn / files.size() % zones].turn(*shared.file);
    scene.stop.sleep_until(Clock::now() + between_turns);
  }
  if (scene.findings.any_wrong()) return;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!files[i].file && !open(scene, worker, numbers[i], files[i])) continue;
    for (SharedZone& zone : files[i].zones) zone.last_look(*files[i].file);
  }
}

}  // namespace pnfs_load
