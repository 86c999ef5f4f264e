// A POSIX lock taken at the start and held to the end. The client does not tell when it loses a lock in a
// failover: the next I/O that uses the lock's state fails with EIO (NFS_LOCK_LOST), and that is how it is
// found out here.
#pragma once

#include <fcntl.h>

#include <optional>
#include <string>

#include "clock.h"
#include "direct_file.h"
#include "mountstats.h"

namespace pnfs_load {

enum class LockState {
  held,
  lost,
  unknown,  // the server did not answer in time
};

struct LockCheck {
  LockState state = LockState::unknown;
  std::string reason;  // if not held
};

const char* to_string(LockState state);

class HeldLock {
 public:
  // Creates the file if need be, locks all of it and writes one block. Error if another process holds it.
  explicit HeldLock(const Path& path);

  // Writes and reads under the lock. A pNFS client does so with the layout and does not look at the lock, so
  // on NFS a read of less than a sector follows, which only the server can answer and the client sends with
  // the lock's state: one READ or READ_PLUS more in the mount's statistics.
  LockCheck check(const std::optional<MountStats>& mount);

 private:
  DirectFile file_;
  AlignedBuffer buffer_{1};
  std::uint64_t sequence_ = 1;
};

enum class LockAttempt { locked, held_by_another };

// Tries for that long, at least once; lets go at once if it gets the lock. Throws Error if it cannot be tried.
LockAttempt try_lock(const Path& path, Clock::duration wait);

// To the kernel a process is one: what one thread holds and another waits for looks like a deadlock to it
// (fcntl(2), EDEADLK), although each thread has one lock at the most. It is none, and the other process will
// let go.
int wait_for_lock(int descriptor, struct flock range);  // 0 or an errno

}  // namespace pnfs_load
