// FakeHost's paths to its LUN, how large each of them has it, and answers that come late.
#include "base/error.h"
#include "fake/fake_host.h"

namespace pnfs_ha {

void FakeHost::unplug_lun() {
  links.erase(lun_device);
  directories.erase("/dev/sda");
}
void FakeHost::plug_lun() {
  links[lun_device] = "/dev/sda";
  directories.insert("/dev/sda");
  files["/sys/block/sda/size"] = std::to_string(lun.bytes / 512) + "\n";
}

void FakeHost::plug_second_path(const FakeLun::Port& by) {
  more_paths_["/dev/sdb"] = by;
  directories.insert({"/dev/sdb", "/sys/block/sdb"});
  files["/sys/block/sdb/device/wwid"] = files["/sys/block/sda/device/wwid"];
  files["/sys/block/sdb/size"] = std::to_string(lun.bytes / 512) + "\n";
  links["/sys/block/sdb/device"] = "/sys/devices/platform/host3/session2/target3:0:0/3:0:0:1";
  files["/sys/class/iscsi_session/session2/initiatorname"] = by.substr(0, by.find(',')) + "\n";
}

void FakeHost::vanish(const Path& node) {
  directories.erase(node);
  files.erase("/sys/block/" + node.filename().string() + "/device/wwid");
  if (links[lun_device] == node) links[lun_device] = more_paths_.begin()->first;
}

const FakeLun::Port* FakeHost::port_of(const Path& node) const {
  if (node == "/dev/sda") return &port;
  const auto found = more_paths_.find(node);
  return found == more_paths_.end() ? nullptr : &found->second;
}

bool FakeHost::may_use(const Path& node) const {
  return lun_answers && !dead_paths.contains(node) && lun.may_access(*port_of(node));
}

void FakeHost::rescan(const Path& node) {
  const std::string sysfs = "/sys/block/" + node.filename().string();
  if (!links.contains(lun_device) || !directories.contains(node))
    throw Error("open " + sysfs + "/device/rescan: No such file or directory");
  files[sysfs + "/size"] = std::to_string(lun.bytes / 512) + "\n";
}

std::uint64_t FakeHost::size_of(const Path& node) const {
  return std::stoull(text("/sys/block/" + node.filename().string() + "/size")) * 512;
}

// --- its file system ---

void FakeHost::make_xfs(bool forced) {
  if (read_only.contains("/dev/sda")) throw Error("mkfs.xfs: cannot open /dev/sda: Permission denied");
  if (!lun.content.empty() && !forced)
    throw Error("mkfs.xfs: /dev/sda appears to contain an existing filesystem (" + lun.content + ").");
  lun.content = "xfs";
}

void FakeHost::grow_xfs() {
  const auto mounted = mounts.find("/srv/pnfs-ha");
  if (mounted == mounts.end()) throw Error("xfs_growfs: /srv/pnfs-ha is not a mounted XFS filesystem");
  if (!mounted->second.options.starts_with("rw")) throw Error("xfs_growfs: Read-only file system");
  lun.xfs_bytes = std::max(lun.xfs_bytes, size_of(mounted->second.source));
}

// As xfsprogs 6.1 has it.
CommandResult FakeHost::geometry_of_lun() const {
  return {.exit_code = 0,
          .output =
              "meta-data=/dev/sda               isize=512    agcount=4, agsize=262144 blks\n"
              "         =                       sectsz=512   attr=2, projid32bit=1\n"
              "data     =                       bsize=4096   blocks=" +
              std::to_string(lun.xfs_bytes / 4096) +
              ", imaxpct=25\n         =                       sunit=0      swidth=0 blks\n"
              "log      =internal log           bsize=4096   blocks=16384, version=2\n",
          .message = {}};
}

ScsiReply FakeHost::execute_together(const FakeLun::Port& by, const ScsiCommand& command) {
  ScsiReply reply = lun.execute(by, command);
  for (const ScsiCommand& other : command.beside) {
    if (reply.status != 0) return reply;
    reply.beside.push_back(lun.execute(by, other));
    if (reply.beside.back().status != 0) return ScsiReply(reply.beside.back());
  }
  return reply;
}

// A change that hangs is waited for as LinuxHost does, a question for as long as it says.
void FakeHost::require_answer(const Path& node, const ScsiCommand& command) {
  const std::string silent = node.string() + " did not answer a SCSI command";
  if (!lun_answers || dead_paths.contains(node)) throw Error(silent + " (host status 1)");
  if (!hung_paths.contains(node)) return;
  const bool changes_something = command.timeout.count() == 0;
  sleep(changes_something ? stuck_for : command.timeout);
  if (command.may_be_earlier) throw Unanswered(silent);
  if (!changes_something) throw Error(silent);
  unfinished_ = "a SCSI command to " + node.string();
  throw Stuck(*unfinished_ + " does not end");
}

// As LateAnswers: three are on their way at most.
ScsiReply FakeHost::answer_late(const FakeLun::Port& by, const ScsiCommand& command) {
  std::string question = by + std::string(command.cdb.begin(), command.cdb.end());
  for (const ScsiCommand& other : command.beside) question.append(other.cdb.begin(), other.cdb.end());
  std::deque<ScsiReply>& asked = asked_[question];
  if (asked.empty() || (asked.size() < 3 && uptime() - asked.back().asked_at >= lun_takes / 3)) {
    asked.push_back(execute_together(by, command));
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
