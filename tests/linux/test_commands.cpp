// Programs that the product starts on the real machine.
#include <gtest/gtest.h>
#include <pthread.h>

#include <thread>

#include "linux/linux_host.h"

namespace pnfs_ha {
namespace {

// Column 41 of /proc/PID/stat: the scheduling policy; 0 is SCHED_OTHER.
TEST(Commands, are_no_real_time_processes_though_the_agent_is_one) {
  CommandResult result;
  std::thread([&] {
    const sched_param lowest{.sched_priority = 1};
    ASSERT_EQ(pthread_setschedparam(pthread_self(), SCHED_RR, &lowest), 0);
    LinuxHost host;
    result = host.run({"sh", "-c", "cut -d' ' -f41 /proc/$$/stat"});
  }).join();
  EXPECT_EQ(result.exit_code, 0) << result.message;
  EXPECT_EQ(result.output, "0\n");
}

}  // namespace
}  // namespace pnfs_ha
