#include "server/state_mirror.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

#include "base/error.h"
#include "server/ramdisk.h"
#include "server/unmount.h"

namespace pnfs_ha {
namespace {

// DRBD notices a dead peer after timeout (2 s) or ping-int + ping-timeout (3.5 s), see drbd.res.in.
constexpr std::chrono::seconds promotion_limit(15);

// "ro:Primary/Secondary" → Primary, Secondary; empty ones if the word is another.
std::pair<std::string, std::string> pair_of(const std::string& word, const std::string& name) {
  const std::size_t slash = word.find('/');
  if (!word.starts_with(name) || slash == std::string::npos) return {};
  return {word.substr(name.size(), slash - name.size()), word.substr(slash + 1)};
}

}  // namespace

bool MirrorState::is_between() const {
  constexpr std::array names = {"Disconnecting",  "Unconnected",   "Timeout",  "BrokenPipe",
                                "NetworkFailure", "ProtocolError", "TearDown", "WFReportParams"};
  return std::ranges::find(names, connection) != names.end();
}

MirrorState parse_proc_drbd(const std::string& text, int minor) {
  // " 0: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate C r-----"
  const std::string name = std::to_string(minor) + ":";
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string device, connection, roles, disks;
    words >> device >> connection >> roles >> disks;
    if (device != name || !connection.starts_with("cs:")) continue;
    if (connection == "cs:Unconfigured") return {};
    const auto [role, peer_role] = pair_of(roles, "ro:");
    const auto [disk, peer_disk] = pair_of(disks, "ds:");
    return {.connection = connection.substr(3),
            .role = role,
            .peer_role = peer_role,
            .disk = disk,
            .peer_disk = peer_disk};
  }
  return {};
}

StateMirror::StateMirror(Host& host) : host_(host) {}

MirrorState StateMirror::state() const {
  return Ramdisk::exists(host_) ? minor() : MirrorState();
}

MirrorState StateMirror::minor() const {
  return parse_proc_drbd(host_.read_file("/proc/drbd").value_or(""), 0);
}

void StateMirror::require_own_minor() const {
  if (!Ramdisk::exists(host_) && !minor().connection.empty())
    throw Error(std::string("another DRBD resource of this server is ") + device,
                "give it another minor (drbdadm down, `device minor` in /etc/drbd.d, drbdadm up)");
}

bool StateMirror::is_last_copy() const {
  const MirrorState now = state();
  return now.disk == "UpToDate" && now.peer_disk != "UpToDate";
}

void StateMirror::create_metadata() {
  if (!state().disk.empty() && state().disk != "Diskless") return;
  host_.must_run({"drbdadm", "create-md", "--force", resource});
}

void StateMirror::bring_up() {
  if (state().connection.empty()) host_.must_run({"drbdadm", "up", resource});
}

void StateMirror::take_down() {
  if (!state().connection.empty()) host_.must_run({"drbdadm", "down", resource});
}

void StateMirror::adjust() {
  host_.must_run({"drbdadm", "adjust", resource});
}

void StateMirror::reconnect() {
  if (state().connection == "StandAlone") host_.must_run({"drbdadm", "connect", resource});
}

bool StateMirror::is_blank() const {
  // DRBD writes past the page cache of the device below it.
  host_.must_run({"blockdev", "--flushbufs", "/dev/zram0"});
  // blkid(8) first finds DRBD's own signature at the device's end; of the file systems it says 2: none.
  return host_.run({"blkid", "-p", "-n", "ext4", "/dev/zram0"}).exit_code == 2;
}

void StateMirror::declare_current(Peer peer) {
  if (peer == Peer::blank) {
    host_.must_run({"drbdadm", "new-current-uuid", "--clear-bitmap", resource});
    return;
  }
  host_.must_run({"drbdsetup", "primary", "0", "--force"});
  demote();
}

std::string drbd_version(Commands& host) {
  std::string version =
      host.must_run({"modinfo", "-F", "version", "drbd"}, "install a kernel that has it: linux-image-amd64");
  while (version.ends_with('\n')) version.pop_back();
  if (!version.starts_with("8.4"))
    throw Error("the kernel's DRBD is of version " + version,
                "use the kernel's own DRBD 8.4, not an out-of-tree module");
  return version;
}

void StateMirror::promote() {
  std::string why;
  const auto primary = [&] {
    if (state().role == "Primary") return true;
    const CommandResult result = host_.run({"drbdsetup", "primary", "0"});
    why = result.message + result.output;
    return result.exit_code == 0;
  };
  if (host_.wait_until(primary, promotion_limit)) return;
  const MirrorState now = state();
  throw Error("DRBD refuses (this side " + now.disk + ", peer " + now.peer_role + "/" + now.peer_disk + ", " +
                  now.connection + "): " + why.substr(0, why.find('\n')),
              now.peer_role == "Primary"
                  ? "the other server is alive and active; see `pnfs-ha status` there"
                  : "this server's copy of the NFS state is not up to date; bring the other one back");
}

void StateMirror::demote() {
  if (state().role == "Primary") host_.must_run({"drbdsetup", "secondary", "0"});
}

void StateMirror::mount() {
  if (host_.mounted_at(mount_point)) return;
  const std::string found = host_.probe(device).type;
  if (found.empty())
    host_.must_run({"mkfs.ext4", "-q", "-b", "4096", "-E", "nodiscard", "-L", "pnfs-ha-state", device});
  else if (found != "ext4")
    throw Error(std::string(device) + " carries " + found + ", not the NFS server's state");
  // dirsync: SQLite commits by removing its journal, and does not sync the directory afterwards (PRAGMA
  // synchronous, FULL against EXTRA). If the removal were lost in a crash, the journal would undo the last
  // changes of the client records, although clients were told of them.
  //
  // nobarrier: there is no write cache below. A write that DRBD has completed (protocol C) is in both
  // ramdisks, and the file system's journal waits for each before the next. A flush is a round trip that adds
  // nothing, and clients wait for it: nfsdcld commits twice before the last RECLAIM_COMPLETE has its reply.
  host_.mount(
      {.source = device, .target = mount_point, .type = "ext4", .options = "rw,noatime,dirsync,nobarrier"});
  host_.create_directory(Path(mount_point) / "nfsdcld");
  host_.create_directory(Path(mount_point) / "rpc_pipefs");
}

void StateMirror::umount() {
  unmount(host_, {.mount_point = mount_point, .type = "ext4", .device = host_.resolve(device)});
}

}  // namespace pnfs_ha
