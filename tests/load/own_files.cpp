#include <unistd.h>

#include <cerrno>
#include <memory>
#include <vector>

#include "exercise_scene.h"

namespace pnfs_load {
namespace {

constexpr auto after_a_failure = std::chrono::milliseconds(100);

// One file, life after life.
class OwnFile {
 public:
  OwnFile(ExerciseScene& scene, Worker& worker, unsigned number)
      : scene_(scene),
        worker_(worker),
        number_(number),
        chooser_(scene.mix_of(number), scene.options.seed * most_files + number) {}

  void turn() {
    if (!file_ && !begin_life()) return;
    if (history_.size() >= scene_.options.life) {
      look();
      if (!told_) end_life();
      return;
    }
    const Action action = chooser_.next(file_->model(), static_cast<unsigned>(history_.size()) + 1);
    history_.push_back(action);
    const ActionResult result = worker_.attempt(action, *file_);
    if (!result.wrong.empty()) tell(to_string(action), result);
    if (!result.failed()) return;
    Finding failure = found_by(to_string(action));
    failure.error = result.error();
    scene_.findings.add_failure(std::move(failure));
    if (!is_read(action.kind)) end_life();
  }

  void look() {
    if (!file_ || told_) return;
    const bool good =
        worker_.look(*file_, scene_.way_of(number_), Look::opened_anew, {},
                     [this](const char* name, const ActionResult& result) { tell(name, result); });
    if (!good) return;
    ++scene_.files_verified;
    scene_.bytes_verified += file_->model().size();
  }

 private:
  bool begin_life() {
    ++life_;
    history_.clear();
    // A name of its own: a file that could not be removed must not pass for the new one.
    const std::string name = own_prefix + std::to_string(number_) + "-" + std::to_string(life_);
    const ActionResult result = worker_.attempt("create", name, [&] {
      ActionResult opened;
      try {
        file_ = std::make_unique<ExercisedFile>(scene_.options.directory / name,
                                                ContentModel(scene_.pattern, number_, life_));
      } catch (const OpenFailed& failed) {
        opened.error_number = failed.error_number;
      }
      return opened;
    });
    if (result.failed()) scene_.stop.sleep_until(Clock::now() + after_a_failure);
    return !result.failed();
  }

  void end_life() {
    const Path path = file_->path();
    file_.reset();
    worker_.attempt("unlink", path.filename().string(), [&] {
      const Instant start = Clock::now();
      ActionResult result;
      if (::unlink(path.c_str()) != 0) result.error_number = errno;
      if (result.error_number == ENOENT && Clock::now() - start > stall_limit) {
        result.error_number = 0;
        result.repeated = true;
      }
      return result;
    });
  }

  void tell(const std::string& by, const ActionResult& result) {
    told_ = true;
    const std::string again = look_again(*file_, result.wrong.front());
    Finding finding = found_by(by);
    finding.wrong = result.wrong;
    finding.again = again;
    scene_.findings.add(std::move(finding));
    scene_.stop.request();
  }

  Finding found_by(const std::string& by) const {
    Finding finding;
    finding.at = Clock::now();
    finding.file = file_->path().filename().string();
    finding.found_by = by;
    finding.history = history_;
    finding.origin = {number_, life_, 0};
    return finding;
  }

  ExerciseScene& scene_;
  Worker& worker_;
  unsigned number_;
  Chooser chooser_;
  std::unique_ptr<ExercisedFile> file_;
  unsigned life_ = 0;
  History history_;
  bool told_ = false;
};

}  // namespace

void own_files_loop(ExerciseScene& scene, unsigned thread) {
  std::vector<std::unique_ptr<OwnFile>> files;
  for (unsigned number = thread; number < scene.options.files; number += scene.options.threads)
    files.push_back(std::make_unique<OwnFile>(scene, scene.workers[thread], number));
  const std::uint64_t turns = files.empty() ? 0 : scene.share_of(thread);
  for (std::uint64_t turn = 0; turn < turns && !scene.stop.requested(); ++turn)
    files[turn % files.size()]->turn();
  for (const auto& file : files) file->look();
}

}  // namespace pnfs_load
