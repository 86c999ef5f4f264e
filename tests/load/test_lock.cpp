#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "error.h"
#include "held_lock.h"
#include "test_program.h"

namespace pnfs_load {
namespace {

// An open file description's lock conflicts with the process's own POSIX locks, so it can play the other client.
class OtherClient {
 public:
  explicit OtherClient(const Path& path) : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT, 0600)) {
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    locked_ = ::fcntl(descriptor_, F_OFD_SETLK, &lock) == 0;
  }
  OtherClient(const OtherClient&) = delete;
  OtherClient& operator=(const OtherClient&) = delete;
  ~OtherClient() { release(); }

  bool locked() const { return locked_; }
  void release() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

 private:
  int descriptor_;
  bool locked_ = false;
};

class Lock : public WithDirectory {
 protected:
  Path file() const { return data / "held.lock"; }
};

TEST_F(Lock, is_held_as_long_as_nobody_takes_it_and_io_works) {
  HeldLock lock(file());
  EXPECT_EQ(lock.check({}).state, LockState::held);
  EXPECT_EQ(lock.check({}).state, LockState::held);
}

TEST_F(Lock, is_not_taken_from_another_holder) {
  OtherClient other(file());
  ASSERT_TRUE(other.locked());
  EXPECT_THROW(HeldLock{file()}, Error);
  EXPECT_EQ(try_lock(file(), {}), LockAttempt::held_by_another);
  other.release();
  EXPECT_EQ(try_lock(file(), {}), LockAttempt::locked);
}

TEST_F(Lock, waits_for_the_other_to_let_go) {
  OtherClient other(file());
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    other.release();
  });
  const Instant begin = Clock::now();
  EXPECT_EQ(try_lock(file(), std::chrono::seconds(20)), LockAttempt::locked);
  EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(250));
  later.join();
}

// A local file system answers a read of less than a sector with an error, as an NFS server does for a lost lock.
TEST_F(Lock, is_lost_when_the_server_refuses_io_under_it) {
  HeldLock lock(file());
  const MountStats nfs{"server:/", "/", "nfs4", "4.2", "LAYOUT_SCSI", {}};
  const LockCheck check = lock.check(nfs);
  if (check.state == LockState::held) GTEST_SKIP() << "short direct reads work in " << home;
  EXPECT_EQ(check.state, LockState::lost);
  EXPECT_EQ(check.reason, "read from the server: EINVAL (Invalid argument)");
}

TEST_F(Lock, of_a_run_keeps_the_second_client_out) {
  Program run({"run", data, "--report", home / "report"}, home / "program");
  ASSERT_TRUE(run.says("running"));
  const Result refused = pnfs_load({"lock", file()});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(refused.output, "held by another\n");

  run.signal(SIGTERM);
  EXPECT_EQ(run.wait(), 0);
  const Result taken = pnfs_load({"lock", file()});
  EXPECT_EQ(taken.exit_code, 0);
  EXPECT_EQ(taken.output, "locked\n");
  EXPECT_EQ(pnfs_load({"lock", data / "nothing"}).exit_code, 2);
}

}  // namespace
}  // namespace pnfs_load
