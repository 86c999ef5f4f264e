// FakeHost's paths to its LUN, and answers that come late.
#include "fake/fake_host.h"

namespace pnfs_ha {

void FakeHost::unplug_lun() {
  links.erase(lun_device);
  directories.erase("/dev/sda");
}
void FakeHost::plug_lun() {
  links[lun_device] = "/dev/sda";
  directories.insert("/dev/sda");
}

void FakeHost::plug_second_path(const FakeLun::Port& by) {
  more_paths_["/dev/sdb"] = by;
  directories.insert({"/dev/sdb", "/sys/block/sdb"});
  files["/sys/block/sdb/device/wwid"] = files["/sys/block/sda/device/wwid"];
  links["/sys/block/sdb/device"] = "/sys/devices/platform/host3/session2/target3:0:0/3:0:0:1";
  files["/sys/class/iscsi_session/session2/initiatorname"] = by.substr(0, by.find(',')) + "\n";
}

const FakeLun::Port* FakeHost::port_of(const Path& node) const {
  if (node == "/dev/sda") return &port;
  const auto found = more_paths_.find(node);
  return found == more_paths_.end() ? nullptr : &found->second;
}

bool FakeHost::may_use(const Path& node) const {
  return lun_answers && !dead_paths.contains(node) && lun.may_access(*port_of(node));
}

// As LateAnswers: three are on their way at most.
ScsiReply FakeHost::answer_late(const FakeLun::Port& by, const ScsiCommand& command) {
  std::deque<ScsiReply>& asked = asked_[by + std::string(command.cdb.begin(), command.cdb.end())];
  if (asked.empty() || (asked.size() < 3 && uptime() - asked.back().asked_at >= lun_takes / 3)) {
    asked.push_back(lun.execute(by, command));
    asked.back().asked_at = uptime();
    asked.back().took = lun_takes;
  }
  const Duration comes_at = asked.front().asked_at + lun_takes;
  if (comes_at > uptime() + command.timeout) {
    sleep(command.timeout);
    throw Unanswered("/dev/sda does not answer");
  }
  if (comes_at > uptime()) sleep(comes_at - uptime());
  ScsiReply newest;
  while (!asked.empty() && asked.front().asked_at + lun_takes <= uptime()) {
    newest = asked.front();
    asked.pop_front();
  }
  return newest;
}

void FakeHost::detach(const Path& target) {
  change("detach " + target.string(), [&] { mounts.erase(target); });
}

}  // namespace pnfs_ha
