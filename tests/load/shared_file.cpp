#include "shared_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "error.h"
#include "held_lock.h"

namespace pnfs_load {
namespace {

constexpr unsigned most_actions_of_a_turn = 8;
constexpr unsigned turns_for_a_look = 4;  // one in so many reads all that the others have left
constexpr std::size_t most_record_bytes = std::size_t{4} << 20;

Extent extent_of(const ExerciseOptions& options, unsigned zone) {
  if (options.sharing == Sharing::whole_files) return {};
  const std::uint64_t length = options.mix.end / zones_of_a_file / block_size * block_size;
  return {zone * length, (zone + 1) * length};
}

Mix mix_for(const ExerciseScene& scene, unsigned file, const Extent& extent) {
  Mix mix = scene.mix_of(file);
  // Both close the file, and with it go the locks; and who waits for the lock has the file open by its name.
  mix.leave_out(Kind::reopen);
  mix.leave_out(Kind::rename);
  if (scene.options.sharing == Sharing::whole_files) return mix;
  mix.whole_file = false;
  mix.leave_out(Kind::truncate);
  mix.leave_out(Kind::append);
  mix.begin = extent.begin;
  mix.end = extent.end;
  return mix;
}

std::string record_name(const ExerciseOptions& options, unsigned file, unsigned zone) {
  const std::string name = shared_prefix + std::to_string(file);
  return name + (options.sharing == Sharing::ranges ? "." + std::to_string(zone) : "") + ".record";
}

ActionResult failed(int error_number) {
  ActionResult result;
  result.error_number = error_number;
  return result;
}

// Opened anew each time: close-to-open consistency is all that NFS promises for a file whose own lock is not held.
ActionResult read_all(const Path& path, std::string& text) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return failed(errno == ENOENT ? 0 : errno);
  text.resize(most_record_bytes);
  const ssize_t length = ::pread(file, text.data(), text.size(), 0);
  const int error = length < 0 ? errno : 0;
  text.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
  ::close(file);
  return failed(error);
}

ActionResult write_all(const Path& path, const std::string& text) {
  // In place: another name for it might be looked up in the other client's cache.
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
  if (file < 0) return failed(errno);
  const ssize_t written = ::pwrite(file, text.data(), text.size(), 0);
  ActionResult result = failed(written < 0 ? errno : 0);
  result.short_transfer = written >= 0 && static_cast<std::size_t>(written) != text.size();
  if (!result.failed() && ::ftruncate(file, written) != 0) result = failed(errno);
  if (!result.failed() && ::fsync(file) != 0) result = failed(errno);
  if (::close(file) != 0 && !result.failed()) result = failed(errno);
  return result;
}

}  // namespace

SharedZone::SharedZone(ExerciseScene& scene, Worker& worker, unsigned file, unsigned zone)
    : scene_(scene),
      worker_(worker),
      number_(file),
      extent_(extent_of(scene.options, zone)),
      name_(record_name(scene.options, file, zone)),
      path_(scene.options.directory / name_),
      chooser_(
          mix_for(scene, file, extent_),
          ((scene.options.seed * most_files + file) * most_files + scene.options.client) * zones_of_a_file +
              zone),
      random_(scene.options.seed + scene.options.client) {}

void SharedZone::turn(ExercisedFile& file) {
  if (!lock(file, F_WRLCK)) return;
  if (learn(file)) {
    const bool worn = record_.history.size() + most_actions_of_a_turn > scene_.options.life;
    bool good = !record_.history.empty() || begin_life(file);
    if (good && (worn || random_() % turns_for_a_look == 0)) good = look(file);
    if (good && worn) good = begin_life(file);
    for (auto left = 1 + random_() % most_actions_of_a_turn; good && left > 0; --left)
      good = act(file, chooser_.next(file.model(), 0));
    if (good && !scene_.options.unlock_commits) sync(file);
    write_record();
  }
  lock(file, F_UNLCK);
}

bool SharedZone::last_look(ExercisedFile& file) {
  if (!lock(file, F_RDLCK)) return false;
  bool good = learn(file);
  if (good && scene_.options.partner_journal)
    good = acceptable(RecordJournal(*scene_.options.partner_journal), "the partner's");
  if (good && !record_.history.empty()) good = look(file);
  lock(file, F_UNLCK);
  return good;
}

bool SharedZone::lock(ExercisedFile& file, short type) {
  struct flock range = {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  if (scene_.options.sharing == Sharing::ranges) {
    range.l_start = static_cast<off_t>(extent_.begin);
    range.l_len = static_cast<off_t>(extent_.end - extent_.begin);
  }
  const ActionResult result = worker_.attempt(type == F_UNLCK ? "unlock" : "lock", name_, [&] {
    return failed(wait_for_lock(file.descriptor(), range));
  });
  if (result.failed() || type == F_UNLCK) return !result.failed();
  // A lock has the client forget what it knows of the file, but a direct read does not ask anew for the size that it
  // ends at (fs/nfs/direct.c, nfs_file_direct_read(); blocklayout.c, bl_read_pagelist()): docs/clients.md.
  struct stat unused = {};
  return !worker_
              .attempt("stat", name_,
                       [&] { return failed(::fstat(file.descriptor(), &unused) == 0 ? 0 : errno); })
              .failed();
}

bool SharedZone::learn(ExercisedFile& file) {
  std::string text;
  if (worker_.attempt("read record", name_, [&] { return read_all(path_, text); }).failed()) return false;
  try {
    record_ = parse_record(text);
  } catch (const Error& error) {
    record_ = {};
    tell_record("a record", error.what());
    return false;
  }
  if (!acceptable(scene_.journal, "its own")) return false;
  ContentModel model(scene_.pattern, number_, record_.life);
  for (const Action& action : record_.history) model.apply(action);
  file.believe(std::move(model));
  return true;
}

bool SharedZone::acceptable(const RecordJournal& journal, const std::string& whose) {
  const auto contradiction = journal.contradiction(name_, record_);
  if (contradiction)
    tell_record("what client " + std::to_string(scene_.options.client) + " knows by " + whose + " journal",
                *contradiction);
  return !contradiction;
}

bool SharedZone::begin_life(ExercisedFile& file) {
  record_ = {record_.life + 1, {}};
  file.believe(ContentModel(scene_.pattern, number_, record_.life));
  if (scene_.options.sharing == Sharing::whole_files) return act(file, {Kind::truncate});
  return act(file, {Kind::truncate, 0, scene_.options.mix.end}) &&
         act(file, {Kind::punch, extent_.begin, extent_.end - extent_.begin});
}

bool SharedZone::act(ExercisedFile& file, Action action) {
  action.number = static_cast<unsigned>(record_.history.size()) + 1;
  action.client = scene_.options.client;
  record_.history.push_back(action);
  const ActionResult result = worker_.attempt(action, file);
  if (!result.wrong.empty()) tell(file, to_string(action), result);
  if (result.failed()) tell_failure(file, to_string(action), result);
  if (result.failed() && !is_read(action.kind)) dispute();
  return !result.failed() && result.wrong.empty();
}

void SharedZone::dispute() {
  record_ = {record_.life + 1, {}};
}

bool SharedZone::look(ExercisedFile& file) {
  const bool good =
      worker_.look(file, scene_.way_of(number_), Look::past_the_cache, extent_,
                   [&](const char* name, const ActionResult& result) { tell(file, name, result); });
  if (good) {
    ++scene_.files_verified;
    scene_.bytes_verified +=
        std::min(file.model().size(), extent_.end) - std::min(file.model().size(), extent_.begin);
  }
  return good;
}

bool SharedZone::sync(ExercisedFile& file) {
  const ActionResult result =
      worker_.attempt("fsync", name_, [&] { return failed(::fsync(file.descriptor()) == 0 ? 0 : errno); });
  if (result.failed()) dispute();
  return !result.failed();
}

bool SharedZone::write_record() {
  const std::string text = to_text(record_);
  if (worker_.attempt("write record", name_, [&] { return write_all(path_, text); }).failed()) return false;
  scene_.journal.remember(name_, record_);
  return true;
}

Finding SharedZone::found_by(const std::string& file, const std::string& by) const {
  Finding finding;
  finding.at = Clock::now();
  finding.file = file;
  finding.found_by = by;
  finding.history = record_.history;
  finding.origin = {number_, record_.life, 0};
  return finding;
}

void SharedZone::tell(ExercisedFile& file, const std::string& by, const ActionResult& result) {
  Finding finding = found_by(file.path().filename().string(), by);
  finding.wrong = result.wrong;
  finding.again = look_again(file, result.wrong.front());
  scene_.findings.add(std::move(finding));
  scene_.stop.request();
}

void SharedZone::tell_failure(ExercisedFile& file, const std::string& by, const ActionResult& result) {
  Finding failure = found_by(file.path().filename().string(), by);
  failure.error = result.error();
  scene_.findings.add_failure(std::move(failure));
}

void SharedZone::tell_record(const std::string& expected, const std::string& found) {
  Finding finding = found_by(name_, "reading the record");
  finding.wrong.push_back({0, 0, 0, {}, expected, found});
  finding.history.clear();  // the bytes of the file are another matter
  scene_.findings.add(std::move(finding));
  scene_.stop.request();
}

}  // namespace pnfs_load
