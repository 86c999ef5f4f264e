#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "loops.h"

namespace pnfs_load {
namespace {

// One system call as an operation of the class; call answers as system calls do. Says whether it went well.
// repeated_as: the error of a call that spanned an outage and had been done before it.
template <typename Call>
bool attempt(Experience& experience, const char* operation, const Path& path, const Call& call,
             int repeated_as = 0) {
  const Instant start = Clock::now();
  experience.begin(operation, start);
  const auto result = call();
  const int reason = errno;
  const Instant end = Clock::now();
  if (result < 0 && reason == repeated_as && end - start > stall_limit) {
    experience.end_repeated(end);
    return true;
  }
  if (result < 0) {
    experience.end_failed(reason, path.filename().string(), end);
  } else {
    experience.end(end);
  }
  return result >= 0;
}

// What was synced must have reached the server: it is asked, not the client's cache.
void check_size(Scene& scene, const Path& path) {
  struct statx status = {};
  const Instant start = Clock::now();
  const bool asked = attempt(scene.metadata, "stat", path, [&] {
    return ::statx(AT_FDCWD, path.c_str(), AT_STATX_FORCE_SYNC, STATX_SIZE, &status);
  });
  if (asked && status.stx_size != scene.metadata_bytes) {
    scene.violations.add({start,
                          "metadata",
                          path.filename().string(),
                          {},
                          std::to_string(scene.metadata_bytes) + " bytes after fsync",
                          std::to_string(status.stx_size) + " bytes"});
  }
}

void one_file(Scene& scene, const Path& path, const std::vector<std::byte>& content) {
  Experience& log = scene.metadata;
  int file = -1;
  const bool created = attempt(log, "create", path, [&] {
    return file = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
  });
  if (!created) return;
  bool safe = true;
  if (!content.empty()) {
    safe = attempt(log, "write", path, [&] { return ::pwrite(file, content.data(), content.size(), 0); });
  }
  safe = attempt(log, "fsync", path, [&] { return ::fsync(file); }) && safe;
  safe = attempt(log, "close", path, [&] { return ::close(file); }) && safe;
  if (safe) check_size(scene, path);
  const auto unlinked = [&] { return ::unlink(path.c_str()); };
  attempt(log, "unlink", path, unlinked, ENOENT);
}

}  // namespace

void metadata_loop(Scene& scene) {
  const std::vector<std::byte> content(scene.metadata_bytes, std::byte{0x5a});
  std::uint64_t number = 0;
  for (Pace pace(scene.stop, scene.interval); pace.turn();) {
    one_file(scene, scene.directory / "meta" / ("m-" + std::to_string(++number)), content);
  }
}

}  // namespace pnfs_load
