// systemd's units over D-Bus: a real bus, and a systemd that does as the test likes.
#include <gtest/gtest.h>

#include "error_of.h"
#include "fake_systemd.h"
#include "linux/linux_host.h"

namespace pnfs_ha {
namespace {

using Jobs = std::vector<std::string>;

class UnitsTest : public testing::Test {
 protected:
  FakeSystemd systemd;
  LinuxHost host;
};

TEST_F(UnitsTest, start_reload_and_stop) {
  EXPECT_FALSE(host.unit_is_active("a.service"));
  host.start_unit("a.service");
  EXPECT_TRUE(host.unit_is_active("a.service"));
  host.reload_unit("a.service");
  host.stop_unit("a.service");
  EXPECT_FALSE(host.unit_is_active("a.service"));
  EXPECT_EQ(systemd.jobs(), (Jobs{"StartUnit a.service", "ReloadUnit a.service", "StopUnit a.service"}));
}

TEST_F(UnitsTest, that_reload_are_active) {
  for (const char* state : {"active", "reloading", "refreshing"}) {
    systemd.set_state("a.service", state);
    EXPECT_TRUE(host.unit_is_active("a.service")) << state;
  }
  for (const char* state : {"inactive", "failed", "activating", "deactivating", "maintenance"}) {
    systemd.set_state("a.service", state);
    EXPECT_FALSE(host.unit_is_active("a.service")) << state;
  }
}

TEST_F(UnitsTest, whose_job_fails) {
  systemd.let_jobs_end_with("failed");
  EXPECT_EQ(error_of([&] { host.start_unit("a.service"); }),
            "cannot start a.service: its job ended with: failed");
  systemd.let_jobs_end_with("dependency");
  EXPECT_EQ(error_of([&] { host.stop_unit("a.service"); }),
            "cannot stop a.service: its job ended with: dependency");
}

// As during daemon-reexec: no server gives its clients up because systemd says nothing for a moment.
TEST_F(UnitsTest, are_what_they_were_while_systemd_is_silent) {
  host.start_unit("a.service");
  EXPECT_TRUE(host.unit_is_active("a.service"));
  systemd.fall_silent(true);
  systemd.set_state("a.service", "failed");
  EXPECT_TRUE(host.unit_is_active("a.service"));
  EXPECT_TRUE(host.unit_is_active("a.service"));
  systemd.fall_silent(false);
  EXPECT_TRUE(host.wait_until([&] { return !host.unit_is_active("a.service"); }, std::chrono::minutes(1)));
}

TEST_F(UnitsTest, are_found_again_on_a_new_bus) {
  host.start_unit("a.service");
  EXPECT_TRUE(host.unit_is_active("a.service"));
  systemd.restart();
  EXPECT_TRUE(host.unit_is_active("a.service"));
  host.stop_unit("a.service");
  EXPECT_FALSE(host.unit_is_active("a.service"));
}

TEST(Units, of_a_machine_without_a_bus_are_an_error_that_says_so) {
  setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/no/bus", 1);
  LinuxHost host;
  EXPECT_EQ(error_of([&] { host.unit_is_active("a.service"); }),
            "cannot reach systemd over D-Bus: No such file or directory");
  EXPECT_EQ(error_of([&] { host.start_unit("a.service"); }),
            "cannot start a.service: cannot reach systemd over D-Bus: No such file or directory");
  unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

}  // namespace
}  // namespace pnfs_ha
