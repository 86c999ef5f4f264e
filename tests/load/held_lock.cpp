#include "held_lock.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "block_stamp.h"
#include "error.h"

namespace pnfs_load {
namespace {

constexpr auto between_deadlocks = std::chrono::milliseconds(1);

constexpr std::size_t less_than_a_sector = 100;
constexpr auto retry_interval = std::chrono::milliseconds(100);

// 0 or an errno. Never waits for another holder.
int lock_whole_file(int descriptor) {
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return ::fcntl(descriptor, F_SETLK, &lock) == 0 ? 0 : errno;
}

bool held_elsewhere(int error_number) {
  return error_number == EAGAIN || error_number == EACCES;
}

LockCheck lost(const std::string& what, int error_number) {
  return {LockState::lost, what + ": " + describe_errno(error_number)};
}

}  // namespace

const char* to_string(LockState state) {
  switch (state) {
    case LockState::held:
      return "held";
    case LockState::lost:
      return "lost";
    case LockState::unknown:
      break;
  }
  return "unknown";
}

HeldLock::HeldLock(const Path& path) : file_(path, O_CREAT | O_RDWR) {
  const int refused = lock_whole_file(file_.descriptor());
  if (held_elsewhere(refused)) throw Error("cannot lock " + path.string() + ": held by another process");
  if (refused != 0) throw Error::system("cannot lock " + path.string(), refused);
  write_stamp(buffer_.block(), {0, 0, sequence_});
  const Transfer written = file_.write(buffer_.block(), 0);
  if (written.error_number != 0) throw Error::system("cannot write " + path.string(), written.error_number);
  file_.sync();
}

LockCheck HeldLock::check(const std::optional<MountStats>& mount) {
  write_stamp(buffer_.block(), {0, 0, ++sequence_});
  const Transfer written = file_.write(buffer_.block(), 0);
  if (written.error_number != 0) return lost("write under the lock", written.error_number);
  const Transfer read = file_.read(buffer_.block(), 0);
  if (read.error_number != 0) return lost("read under the lock", read.error_number);
  if (read_stamp(buffer_.block()).stamp.sequence != sequence_) {
    return {LockState::lost, "somebody else wrote the locked file"};
  }
  if (mount && is_nfs(*mount)) {
    const Transfer from_server = file_.read(buffer_.bytes().first(less_than_a_sector), 0);
    if (from_server.error_number != 0) return lost("read from the server", from_server.error_number);
  }
  return {LockState::held, {}};
}

LockAttempt try_lock(const Path& path, Clock::duration wait) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) throw Error::system("cannot open " + path.string(), errno);
  const Instant limit = Clock::now() + wait;
  int refused = lock_whole_file(descriptor);
  while (held_elsewhere(refused) && Clock::now() < limit) {
    std::this_thread::sleep_for(retry_interval);
    refused = lock_whole_file(descriptor);
  }
  ::close(descriptor);
  if (refused == 0) return LockAttempt::locked;
  if (held_elsewhere(refused)) return LockAttempt::held_by_another;
  throw Error::system("cannot lock " + path.string(), refused);
}

int wait_for_lock(int descriptor, struct flock range) {
  while (::fcntl(descriptor, F_SETLKW, &range) != 0) {
    if (errno != EDEADLK) return errno;
    std::this_thread::sleep_for(between_deadlocks);
  }
  return 0;
}

}  // namespace pnfs_load
