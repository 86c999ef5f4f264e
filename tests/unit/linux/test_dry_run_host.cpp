// A dry run of whatever the verbs and the agent do changes nothing.
#include <sstream>

#include "linux/dry_run_host.h"
#include "scene.h"

namespace pnfs_ha {
namespace {

// Every step and every undo of a sequence by itself: what fails, because the one before it was only printed,
// must not hide what comes after it.
void try_each(const Sequence& sequence) {
  const auto attempt = [](const Act& act) {
    try {
      act.run();
    } catch (const Error&) {
    }
  };
  for (const Step& step : sequence.steps()) {
    attempt(step.act);
    if (step.undo) attempt(*step.undo);
  }
}

struct Machine {
  std::string name;
  std::unique_ptr<Scene> scene;
};

std::vector<Machine> machines() {
  std::vector<Machine> all;
  all.push_back({"booted", std::make_unique<Scene>()});
  all.push_back({"standby", standby()});
  all.push_back({"widowed", widowed()});
  all.push_back({"active", active()});
  return all;
}

TEST(DryRunHost, changes_nothing_whatever_the_plan_does) {
  for (const Machine& machine : machines()) {
    SCOPED_TRACE(machine.name);
    FakeHost& host = machine.scene->host;
    host.changes.clear();
    const auto before = host.snapshot();
    const Lines lun = host.lun.text();
    const Host::Duration began = host.uptime();
    std::ostringstream told;
    DryRunHost dry(host, told);
    Server server(dry, two_servers());
    Drained drained;
    const auto nothing = [] {};
    for (const Sequence& sequence :
         {format(server, Overwrite::yes), bring_up(server), takeover(server), renew_standby(server),
          renew_mirror(server), switchover(server, {nothing, nothing, nothing}, drained)})
      try_each(sequence);
    EXPECT_EQ(host.changes, Lines{});
    EXPECT_EQ(host.snapshot(), before);
    EXPECT_EQ(host.lun.text(), lun);
    EXPECT_EQ(host.uptime(), began);
    EXPECT_NE(told.str(), "");
  }
}

// It inherited the real machine once, and sent SCSI commands.
TEST(DryRunHost, sends_no_scsi_command) {
  const auto s = widowed();
  const Lines before = s->host.lun.text();
  std::ostringstream told;
  DryRunHost dry(s->host, told);
  Reservation reservation(dry, lun_device, 1);
  reservation.register_own_key();
  reservation.challenge();
  EXPECT_EQ(s->host.changes, Lines{});
  EXPECT_EQ(s->host.lun.text(), before);
  EXPECT_EQ(told.str().find("would send SCSI 5f 06 "), 0U) << told.str();
}

TEST(DryRunHost, does_not_wait) {
  FakeHost host;
  std::ostringstream told;
  DryRunHost dry(host, told);
  const Host::Duration began = host.uptime();
  EXPECT_FALSE(dry.wait_until([] { return false; }, std::chrono::hours(1)));
  EXPECT_EQ(host.uptime(), began);
  dry.reboot_now();  // FakeHost::Rebooted otherwise
  EXPECT_EQ(told.str(), "would reboot at once\n");
}

TEST(DryRunHost, reads_what_is_there) {
  FakeHost host;
  host.files["/etc/there"] = "text\n";
  std::ostringstream told;
  const DryRunHost dry(host, told);
  EXPECT_EQ(dry.read_file("/etc/there"), "text\n");
  EXPECT_EQ(dry.host_name(), "alpha");
  EXPECT_EQ(told.str(), "");
}

}  // namespace
}  // namespace pnfs_ha
