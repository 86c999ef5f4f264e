#include "exercise_scene.h"

#include <limits>

namespace pnfs_load {

ActionResult Worker::attempt(const char* name, const std::string& where,
                             const std::function<ActionResult()>& act) {
  experience.begin(name, Clock::now());
  ActionResult result = act();
  const Instant end = Clock::now();
  if (result.failed()) {
    experience.end_failed(result.error_number, where, end);
  } else if (result.repeated) {
    experience.end_repeated(end);
  } else {
    experience.end(end);
  }
  return result;
}

ActionResult Worker::attempt(const Action& action, ExercisedFile& file) {
  ++counts[static_cast<std::size_t>(action.kind)];
  return attempt(name_of(action.kind), file.path().filename().string() + ": " + to_string(action),
                 [&] { return file.perform(action); });
}

bool Worker::look(ExercisedFile& file, Way way, Look second, const Extent& part, const Tell& tell) {
  for (const Look how : {Look::as_it_is, second}) {
    const char* name = how == Look::as_it_is ? "look" : "look past the cache";
    const ActionResult result =
        attempt(name, file.path().filename().string(), [&] { return file.verify(how, way, part); });
    if (!result.wrong.empty()) tell(name, result);
    if (result.failed() || !result.wrong.empty()) return false;
  }
  return true;
}

Mix ExerciseScene::mix_of(unsigned file) const {
  return options.mix.with(options.access.value_or(file % 2 == 0 ? Access::direct : Access::page_cache));
}

Way ExerciseScene::way_of(unsigned file) const {
  const Access access = options.access.value_or(file % 2 == 0 ? Access::direct : Access::page_cache);
  return access == Access::page_cache ? Way::page_cache : Way::direct;
}

std::uint64_t ExerciseScene::share_of(unsigned thread) const {
  if (!options.operations) return std::numeric_limits<std::uint64_t>::max();
  return *options.operations / options.threads + (thread < *options.operations % options.threads ? 1 : 0);
}

}  // namespace pnfs_load
