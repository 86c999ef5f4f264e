// FakeHost's LUN, ramdisk, mirror and mounts.
#include <algorithm>

#include "agent/pulse.h"
#include "base/error.h"
#include "fake/fake_host.h"
#include "report/status.h"

namespace pnfs_ha {
namespace {

const std::string device_of_lun = "/dev/sda", drbd = "/dev/drbd0";

}  // namespace

// --- the LUN ---

ScsiReply FakeHost::scsi(const Path& device, const ScsiCommand& command) {
  const auto node = resolve(device);
  const FakeLun::Port* const by = node ? port_of(*node) : nullptr;
  if (by == nullptr) throw Error("cannot open " + device.string() + ": No such file or directory");
  require_answer(*node, command);
  if (command.may_be_earlier) return answer_late(*by, command);
  ScsiReply reply;
  const Duration asked_at = uptime();
  if (lun_takes > Duration(0)) sleep(lun_takes);
  if (command.cdb.at(0) != 0x5f) {
    reply = execute_together(*by, command);
    reply.asked_at = asked_at;
    reply.took = lun_takes;
    return reply;
  }
  const std::string where = *node == device_of_lun ? "" : " by " + node->string();
  try {
    change(name_of(command) + where, [&] { reply = lun.execute(*by, command); });
    if (reply.status != 0) changes.back() += reply.status == 0x18 ? " (conflict)" : " (refused)";
  } catch (const Error&) {
    std::vector<std::uint8_t> sense = {0x72, 4, 0x44, 0};  // HARDWARE ERROR, INTERNAL TARGET FAILURE
    return {.status = 2, .sense = sense, .data = {}};
  }
  return reply;
}

Content FakeHost::probe(const Path& device) const {
  const auto node = resolve(device);
  if (node && port_of(*node) != nullptr) {
    if (!may_use(*node)) throw Error("cannot read " + device.string() + ": Input/output error");
    if (lun.content == "gpt") return {.type = {}, .label = {}, .partition_table = "gpt"};
    return {.type = lun.content, .label = lun.content == "xfs" ? "demo" : "", .partition_table = {}};
  }
  if (device == drbd) {
    if (mirror.role != "Primary") throw Error("cannot read " + device.string() + ": Wrong medium type");
    return {.type = mirror_holds, .label = {}, .partition_table = {}};
  }
  throw Error("cannot read " + device.string() + ": No such file or directory");
}

void FakeHost::set_writable(const Path& device, Writable writable) {
  if (port_of(device) && !resolve(device)) throw Error("cannot open " + device.string());
  const bool yes = writable == Writable::yes;
  if (read_only.contains(device) != yes) return;
  change((yes ? "make writable " : "make read-only ") + device.string(), [&] {
    if (yes)
      read_only.erase(device);
    else
      read_only.insert(device);
  });
}

// --- files ---

void FakeHost::write_file(const Path& path, const std::string& text, int) {
  if (path.string().starts_with("/run/") && run_is_full)
    throw Error("write " + path.string() + ": No space left on device");
  write_over(path, text);
}

void FakeHost::write_over(const Path& path, const std::string& text) {
  if (path == status_file || path == Pulse::file || path.string().starts_with("/run/pnfs-ha/since-"))
    files[path] = text;
  else
    change("write " + path.string(), [&] { files[path] = text; });
}

void FakeHost::write_in_place(const Path& path, const std::string& text) {
  if (!files.contains(path)) throw Error("open " + path.string() + ": No such file or directory");
  write_over(path, text);
}

// --- mounts ---

std::optional<Mount> FakeHost::mounted_at(const Path& target) const {
  const auto found = mounts.find(target);
  if (found == mounts.end()) return std::nullopt;
  return found->second;
}

std::vector<Mount> FakeHost::mounts_of(const Path& device) const {
  std::vector<Mount> found;
  for (const auto& [target, mount] : mounts)
    if (mount.source == device) found.push_back(mount);
  return found;
}

std::vector<MountUser> FakeHost::users_of(const Path& device) const {
  if (processes_hang) throw Stuck("looking for users of " + device.string() + " does not end");
  const auto found = mount_users.find(device);
  return found == mount_users.end() ? std::vector<MountUser>() : found->second;
}

std::vector<MountUser> FakeHost::end_users_of(const Path& device) {
  const std::vector<MountUser> users = users_of(device);
  if (!users.empty()) change("end the users of " + device.string(), [&] { mount_users.erase(device); });
  return users;
}

void FakeHost::mount(const Mount& m) {
  const std::string options = m.options.empty() ? "" : " -o " + m.options;
  change("mount " + m.source + " at " + m.target + options, [&] {
    const auto refuse = [&](const char* why) {
      throw Error("cannot mount " + m.source + " at " + m.target + ": " + why);
    };
    if (mounts.contains(m.target)) refuse("already mounted");
    if (m.type == "nfsd" && !modules.contains("nfsd")) refuse("unknown filesystem type 'nfsd'");
    if (m.type != "nfsd" && !directories.contains(m.target)) refuse("mount point does not exist");
    const bool is_lun = port_of(m.source) != nullptr;
    if (is_lun && !may_use(m.source)) refuse("can't read superblock");
    if (is_lun && (lun.content != "xfs" || size_of(m.source) < lun.xfs_bytes)) refuse("bad superblock");
    if (is_lun && m.options.starts_with("rw") && read_only.contains(m.source)) refuse("write-protected");
    if (m.source == drbd && mirror.role != "Primary") refuse("Wrong medium type");
    if (m.source == drbd && mirror_holds != "ext4") refuse("wrong fs type, bad superblock");
    mounts[m.target] = m;
  });
}

void FakeHost::umount(const Path& target) {
  change("unmount " + target.string(), [&] {
    const auto found = mounts.find(target);
    if (found == mounts.end()) throw Error("cannot unmount " + target.string() + ": not mounted");
    const bool in_use = !users_of(found->second.source).empty() ? true
                        : found->second.source == drbd
                            ? units.contains("pnfs-ha-nfsdcld.service")
                            : port_of(found->second.source) != nullptr && (nfsd_threads > 0 || exported);
    if (in_use) throw Error("cannot unmount " + target.string() + ": target is busy");
    if (dead_paths.contains(found->second.source))
      throw Stuck("umount of " + target.string() + " does not end");
    mounts.erase(found);
  });
}

// --- ramdisk and mirror ---
std::uint64_t FakeHost::ramdisk_size() const {
  return std::stoull(text("/sys/block/zram0/disksize"));
}

void FakeHost::connect_peer(const Peer& peer) {
  peer_ = peer;
  if (mirror.connection.empty()) return;
  const bool target = mirror.disk == "Inconsistent" && peer.disk == "UpToDate";
  const bool source = mirror.disk == "UpToDate" && peer.disk == "Inconsistent";
  mirror.connection = target ? "SyncTarget" : source ? "SyncSource" : "Connected";
  mirror.peer_role = peer.role;
  mirror.peer_disk = peer.disk;
}

void FakeHost::disconnect_peer() {
  peer_.reset();
  if (mirror.connection.empty()) return;
  mirror.connection = "WFConnection";
  mirror.peer_role = "Unknown";
  mirror.peer_disk = "DUnknown";
}

void FakeHost::finish_resync() {
  if (mirror.connection == "SyncTarget") mirror_holds = "ext4";
  mirror.connection = "Connected";
  mirror.disk = mirror.peer_disk = "UpToDate";
}

void FakeHost::drbdadm(const std::string& verb, bool forced) {
  const std::string resource = text("/etc/drbd.d/pnfs-ha.res");
  if (resource.empty()) throw Error("no resources defined!");
  if (verb == "create-md") {
    if (ramdisk_size() == 0)
      throw Error("Command 'drbdmeta 0 v08 /dev/zram0 internal create-md' terminated with 20");
    if (!mirror.connection.empty()) throw Error("Device '0' is configured!");
    metadata_ = true;
  } else if (verb == "up") {
    if (!metadata_) throw Error("No valid meta data found");
    const bool alone = resource.find("floating") == resource.rfind("floating");
    mirror = {.connection = alone ? "StandAlone" : "WFConnection",
              .role = "Secondary",
              .peer_role = "Unknown",
              .disk = "Inconsistent",
              .peer_disk = "DUnknown"};
    if (peer_ && !alone) connect_peer(Peer(*peer_));
  } else if (verb == "down") {
    if (mirror.role == "Primary") throw Error("0: State change failed: (-12) Device is held open by someone");
    mirror = {};
  } else if (verb == "connect") {
    if (mirror.connection != "StandAlone") throw Error("0: Failure: (125) Device has a net-config");
    mirror.connection = "WFConnection";
  } else if (verb == "adjust") {
    if (mirror.connection == "StandAlone") mirror.connection = "WFConnection";
  } else if (verb == "new-current-uuid") {
    // drbd_adm_new_c_uuid(): only a connected pair of blank sides skips the initial synchronisation.
    if (mirror.connection == "Connected" && mirror.disk == "Inconsistent" &&
        mirror.peer_disk == "Inconsistent")
      mirror.disk = mirror.peer_disk = "UpToDate";
    else if (mirror.connection != "StandAlone")
      throw Error("0: Failure: (123) ERR_CONNECTED");
  } else if (verb == "primary") {
    promote(forced);
  } else if (verb == "secondary") {
    drbdsetup(verb, false);
  } else {
    throw Error("drbdadm: unknown command '" + verb + "'");
  }
}

void FakeHost::drbdsetup(const std::string& verb, bool forced) {
  if (verb == "primary") {
    promote(forced);
  } else if (verb == "secondary") {
    if (mounts.contains(StateMirror::mount_point))
      throw Error("0: State change failed: (-12) Device is held open by someone");
    mirror.role = "Secondary";
  } else {
    throw Error("drbdsetup: unknown command '" + verb + "'");
  }
}

void FakeHost::promote(bool forced) {
  if (mirror.peer_role == "Primary")
    throw Error("0: State change failed: (-1) Multiple primaries not allowed by config");
  if (mirror.disk != "UpToDate" && !(forced && mirror.disk == "Inconsistent"))
    throw Error("0: State change failed: (-2) Need access to UpToDate data");
  mirror.disk = "UpToDate";
  mirror.role = "Primary";
}

std::string FakeHost::proc_drbd() const {
  std::string text = "version: 8.4.11 (api:1/proto:86-101)\nsrcversion: B438804C5AE8C84C95D0411 \n";
  if (mirror.connection.empty()) return text;
  const MirrorState& m = mirror;
  return text + " 0: cs:" + m.connection + " ro:" + m.role + "/" + m.peer_role + " ds:" + m.disk + "/" +
         m.peer_disk + " C r-----\n    ns:0 nr:0 dw:0 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:d oos:0\n";
}

}  // namespace pnfs_ha
