// Calls that end, that fail, and that never end.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/stat.h>

#include <csignal>
#include <future>

#include "base/error.h"
#include "linux/linux_host.h"

namespace pnfs_ha {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using enum BoundedCalls::Kind;

// What a call waits for that the kernel does not give back, until the test lets it.
struct Device {
  std::promise<void> comes_back;
  std::shared_future<void> back{comes_back.get_future()};
  std::atomic<int> called = 0;
};

class BoundedCallsTest : public testing::Test {
 protected:
  std::shared_ptr<Device> device = std::make_shared<Device>();
  BoundedCalls calls;

  ~BoundedCallsTest() override {
    if (device->back.wait_for(seconds(0)) != std::future_status::ready) device->comes_back.set_value();
  }

  std::string umount(milliseconds limit, BoundedCalls::Kind kind = change) {
    try {
      calls.run({"umount", kind}, limit, [device = device] {
        ++device->called;
        device->back.wait();
      });
    } catch (const Stuck& stuck) {
      return stuck.what();
    }
    return "done";
  }
};

TEST_F(BoundedCallsTest, returns_what_the_call_returns_or_throws) {
  EXPECT_EQ(calls.run({"a", question}, seconds(5), [] { return std::string("b"); }), "b");
  EXPECT_THROW(calls.run({"a", question}, seconds(5), []() -> int { throw Error("no"); }), Error);
  EXPECT_EQ(calls.run({"a", question}, seconds(5), [] { return 3; }), 3);
}

TEST_F(BoundedCallsTest, leaves_a_call_behind_that_does_not_end) {
  EXPECT_EQ(umount(milliseconds(100)), "umount does not end: 0.1 s");
  EXPECT_EQ(calls.run({"another", change}, seconds(5), [] { return 3; }), 3);
}

// The agent tells the guard that it waits. That call took the worker of the one that was waited for, and hung
// with it.
TEST_F(BoundedCallsTest, makes_calls_while_one_is_waited_for) {
  int told = 0;
  calls.while_waiting = [&](auto) {
    if (told > 0) return;
    told = calls.run({"tell", change}, seconds(60), [] { return 1; });
    device->comes_back.set_value();
  };
  EXPECT_EQ(umount(seconds(60)), "done");
  EXPECT_EQ(told, 1);
  EXPECT_EQ(calls.run({"another", change}, seconds(60), [] { return 3; }), 3);
}

TEST_F(BoundedCallsTest, does_not_make_a_call_again_that_is_still_out) {
  umount(milliseconds(50));
  EXPECT_TRUE(umount(milliseconds(50)).starts_with("umount does not end, begun earlier: "));
  for (int i = 0; i < 500 && device->called == 0; ++i) usleep(10'000);  // its thread may begin late
  EXPECT_EQ(device->called, 1);
  device->comes_back.set_value();
  EXPECT_EQ(umount(seconds(5)), "done");
  EXPECT_EQ(device->called, 2);
}

TEST_F(BoundedCallsTest, knows_which_change_is_unfinished) {
  EXPECT_EQ(calls.unfinished(), std::nullopt);
  umount(milliseconds(10));
  EXPECT_EQ(calls.unfinished(), "umount");
  device->comes_back.set_value();
  for (int i = 0; i < 500 && calls.unfinished(); ++i) usleep(10'000);
  EXPECT_EQ(calls.unfinished(), std::nullopt);
}

TEST_F(BoundedCallsTest, a_question_leaves_nothing_unfinished) {
  umount(milliseconds(10), question);
  EXPECT_EQ(calls.unfinished(), std::nullopt);
}

TEST_F(BoundedCallsTest, tells_how_long_it_waits_in_vain) {
  milliseconds idle{0};
  calls.while_waiting = [&](auto time) { idle = time; };
  umount(milliseconds(2500));
  EXPECT_GE(idle, milliseconds(2000));
}

TEST_F(BoundedCallsTest, tells_that_it_waits) {
  int told = 0;
  calls.while_waiting = [&](auto) { ++told; };
  umount(milliseconds(1200));
  EXPECT_GE(told, 1);
}

TEST_F(BoundedCallsTest, gives_a_call_that_gets_on_its_time) {
  int done = 0;
  calls.while_waiting = [&](auto idle) { EXPECT_LT(idle, milliseconds(900)); };
  calls.run(
      {"mount", change}, milliseconds(1200), [] { usleep(2'500'000); },
      [&] { return std::to_string(++done); });
  EXPECT_GE(done, 2);
}

// The event loop of the agent gets the signals, whatever threads there are.
TEST_F(BoundedCallsTest, takes_no_signal) {
  sigset_t before, after;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  EXPECT_TRUE(calls.run({"a", question}, seconds(5), [] {
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    return sigismember(&mask, SIGTERM) == 1;
  }));
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  EXPECT_EQ(sigismember(&after, SIGTERM), sigismember(&before, SIGTERM));
}

// A FIFO that nobody writes to: open(2) does not come back.
TEST(BoundedHost, leaves_a_file_behind_that_does_not_answer) {
  const Path fifo = "/dev/shm/pnfs-ha-test-" + std::to_string(getpid());
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  LinuxHost host(LinuxHost::Calls::bounded);
  EXPECT_THROW(host.read_file(fifo), Stuck);
  EXPECT_TRUE(host.read_file("/proc/self/mountinfo"));
  EXPECT_EQ(host.unfinished(), std::nullopt);
  const UniqueFd writer(open(fifo.c_str(), O_WRONLY | O_NONBLOCK));
  EXPECT_TRUE(writer);
  std::filesystem::remove(fifo);
}

TEST(BoundedHost, runs_programs_as_the_patient_one_does) {
  LinuxHost bounded(LinuxHost::Calls::bounded), patient;
  for (LinuxHost* host : {&bounded, &patient}) {
    const CommandResult result = host->run({"sh", "-c", "echo a; echo b >&2; exit 3"});
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_EQ(result.output, "a\n");
    EXPECT_EQ(result.message, "b\n");
  }
}

TEST(BoundedHost, finds_a_lun_silent_whose_device_is_not_there) {
  LinuxHost host(LinuxHost::Calls::bounded);
  EXPECT_THROW(host.scsi("/dev/shm/no such disk", {.cdb = {0x5e}, .data_out = {}, .data_in = 0}), Error);
}

}  // namespace
}  // namespace pnfs_ha
