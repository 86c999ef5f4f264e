#include "fake/fake_host.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "agent/pulse.h"
#include "base/error.h"
#include "report/status.h"

namespace pnfs_ha {
namespace {

const std::string templates = "/usr/share/pnfs-ha/";
const std::string ramdisk = "/sys/block/zram0/disksize";
const std::string panic_mask = "/proc/sys/fs/xfs/panic_mask";
const std::string log_interval_file = "/proc/sys/fs/xfs/xfssyncd_centisecs";
const std::string nfsd = "/proc/fs/nfsd";
const std::string blocks_kept = "/sys/module/nfsd/parameters/keep_blocks";
const std::string tracker = "pnfs-ha-nfsdcld.service";
const std::string late_commits = "/sys/module/nfsd/parameters/late_layoutcommit";
const std::string reservation_key = "/sys/module/nfsd/parameters/mds_pr_key";

}  // namespace

ClusterConfig one_server() {
  ClusterConfig config;
  config.name = "demo";
  config.lun = lun_device;
  config.vip = {"10.0.0.100", 24};
  config.interface = "eth0";
  config.allow = {"10.0.0.0/24"};
  config.servers = {{.name = "alpha", .id = 1, .address = "10.0.0.11", .replication_address = "10.1.0.11"}};
  return config;
}

ClusterConfig two_servers() {
  ClusterConfig config = one_server();
  config.servers.push_back(
      {.name = "beta", .id = 2, .address = "10.0.0.12", .replication_address = "10.1.0.12"});
  return config;
}

FakeHost::FakeHost(const std::string& name, FakeLun* shared) : lun(shared ? *shared : own_lun_), name_(name) {
  const std::string number = name_ == "alpha" ? "11" : name_ == "beta" ? "12" : "13";
  if (name_ == "beta") port = beta_port;
  networks = {{"lo", "127.0.0.1", 8}, {"eth0", "10.0.0." + number, 24}, {"eth1", "10.1.0." + number, 24}};
  for (const std::string file : {"nfs.conf", "exports", "drbd.res", "keepalived.conf", "needrestart.conf"}) {
    std::ostringstream text;
    text << std::ifstream(OVERLAY "/usr/share/pnfs-ha/" + file + ".in").rdbuf();
    files[templates + file + ".in"] = text.str();
  }
  files["/sys/class/iscsi_session/session1/initiatorname"] = port.substr(0, port.find(',')) + "\n";
  files[late_commits] = "Y\n";
  files[reservation_key] = "0\n";
  files[nfsd + "/max_connections"] = "0\n";
  files["/sys/block/sda/device/wwid"] = "naa.6001405f00d00000000000000000cafe\n";
  links["/sys/block/sda/device"] = "/sys/devices/platform/host2/session1/target2:0:0/2:0:0:1";
  directories = {"/sys/block/sda", "/dev/sda",        "/dev/sda1",    "/dev/vda",           "/sys/block/vda",
                 "/dev/dm-0",      "/sys/block/dm-0", "/dev/nvme0n1", "/sys/block/nvme0n1", "/var/lib/nfs"};
  plug_lun();
}

void FakeHost::give_vip(bool here) {
  std::erase_if(networks, [](const InterfaceAddress& a) { return a.address == "10.0.0.100"; });
  if (here) networks.push_back({"eth0", "10.0.0.100", 24});
}

// --- changes ---

void FakeHost::fail_nth(std::size_t n, Effect effect) {
  counted_ = 0;
  faults_ = {{.part_of_text = {}, .nth = n, .times = Times::once, .effect = effect}};
}
void FakeHost::fail(const std::string& part_of_text, Times times, Effect effect) {
  faults_.push_back({.part_of_text = part_of_text, .nth = 0, .times = times, .effect = effect});
}
void FakeHost::stick_nth(std::size_t n) {
  fail_nth(n);
  faults_.back().sticks = true;
}
void FakeHost::stick(const std::string& part_of_text, Times times) {
  fail(part_of_text, times);
  faults_.back().sticks = true;
}
void FakeHost::heal() {
  faults_.clear();
  unfinished_.reset();
}

std::optional<FakeHost::Fault> FakeHost::fault_of(const std::string& text) {
  ++counted_;
  for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
    const bool hit = fault->nth != 0 ? fault->nth == counted_ : text.find(fault->part_of_text) != text.npos;
    if (!hit) continue;
    const Fault found = *fault;
    if (fault->times == Times::once) faults_.erase(fault);
    return found;
  }
  return std::nullopt;
}

void FakeHost::change(const std::string& text, const std::function<void()>& effect) {
  const auto fault = fault_of(text);
  changes.push_back(text + (!fault ? "" : fault->sticks ? " (stuck)" : " (failed)"));
  if (fault && fault->sticks) {
    unfinished_ = text;
    for (const Duration begin = uptime(); uptime() - begin < stuck_for; sleep(Duration(1000)))
      if (tell_) tell_(uptime() - begin);
    throw Stuck(text + " does not end");
  }
  if (!fault || fault->effect == Effect::full) effect();
  if (fault) throw Error("cannot " + text + ": made to fail");
}

CommandResult FakeHost::run(const Command& command) {
  // Questions, not changes.
  if (command.at(0) == "blockdev") return {};
  if (command.at(0) == "xfs_growfs" && command.at(1) == "-n") return geometry_of_lun();
  if (command.at(0) == "blkid")
    return {.exit_code = mirror_holds == "ext4" ? 0 : 2, .output = {}, .message = {}};
  if (command.at(0) == "modinfo") {  // [-k KERNEL] -F FIELD MODULE
    const auto found = module_fields.find(command.at(1) == "-k" ? "parm of " + command.at(2) : command.at(2));
    return {.exit_code = 0, .output = found == module_fields.end() ? "\n" : found->second, .message = {}};
  }
  if (command.at(0) == "ping") {  // -n -q -c 1 -W SECONDS ADDRESS
    const bool lost = lost_echoes > 0;
    if (lost) --lost_echoes;
    const bool silent = lost || silent_addresses.contains(command.back());
    if (silent) sleep(Duration(std::lround(std::stod(command.at(6)) * 1000)));
    return {.exit_code = silent ? 1 : 0, .output = {}, .message = {}};
  }
  try {
    std::string output;
    change("run " + to_string(command), [&] { output = dispatch(command); });
    return {.exit_code = 0, .output = output, .message = {}};
  } catch (const Error& error) {
    return {.exit_code = 1, .output = {}, .message = std::string(error.what()) + "\n"};
  }
}

std::string FakeHost::dispatch(const Command& command) {
  const std::string& program = command.at(0);
  const bool forced = std::ranges::find(command, "--force") != command.end();
  if (program == "modprobe") {
    for (const std::string& word : command)
      if (word != "modprobe" && !word.starts_with("-")) modules.insert(word);
    files.try_emplace(ramdisk, "0\n");
    files.try_emplace(panic_mask, "0\n");
    files.try_emplace(log_interval_file, "3000\n");
    if (!stock_nfsd) files.try_emplace(blocks_kept, "N\n");
  } else if (program == "drbdadm") {
    drbdadm(command.at(1), forced);
  } else if (program == "drbdsetup") {
    drbdsetup(command.at(1), forced);
  } else if (program == "exportfs") {
    if (command.at(1) == "-r" && !files.contains("/etc/exports.d/pnfs-ha.exports"))
      throw Error("exportfs: No file systems exported!");
    if (command.at(1) != "-u") exported = command.at(1) == "-r";
  } else if (program == "rpc.nfsd") {
    if (!mounts.contains(nfsd)) throw Error("rpc.nfsd: Unable to access /proc/fs/nfsd");
    nfsd_scope = command.at(2);
    nfsd_threads = std::stoi(command.at(3));
    const bool tracked = nfsd_finds_tracker && units.contains(tracker);
    ring_buffer += "[" + std::to_string(uptime().count()) + "." + std::to_string(counted_) + "] NFSD: ";
    ring_buffer += tracked ? "Using nfsdcld client tracking operations.\n"
                           : "Unable to initialize client recovery tracking! (-2)\n";
  } else if (program == "mkfs.ext4") {
    if (mirror.role != "Primary") throw Error("mkfs.ext4: Wrong medium type while trying to open /dev/drbd0");
    mirror_holds = "ext4";
  } else if (program == "mkfs.xfs") {
    make_xfs(std::ranges::find(command, "-f") != command.end());
  } else if (program == "xfs_growfs") {
    grow_xfs();
  } else {
    throw Error(program + ": command not found");
  }
  return {};
}

// --- files ---

std::optional<std::string> FakeHost::read_file(const Path& path) const {
  const std::string name = path;
  if (stuck_files.contains(name)) throw Stuck("reading " + name + " does not end");
  if (unreadable.contains(name)) throw Error("cannot read " + name + ": Cannot allocate memory");
  if (name == "/proc/drbd" && modules.contains("drbd")) return proc_drbd();
  if (name == nfsd + "/threads" && mounts.contains(nfsd)) return std::to_string(nfsd_threads) + "\n";
  const auto found = files.find(name);
  if (found == files.end()) return std::nullopt;
  return found->second;
}

std::optional<Path> FakeHost::resolve(const Path& path) const {
  const std::string name = path;
  if (const auto link = links.find(name); link != links.end()) return link->second;
  if (name.starts_with("/var/lib/nfs/") && !mounts.contains("/var/lib/nfs")) return std::nullopt;
  if (directories.contains(name) || files.contains(name)) return path;
  if (path.parent_path() == "/sys/module" && modules.contains(path.filename())) return path;
  return std::nullopt;
}

std::vector<std::string> FakeHost::list(const Path& directory) const {
  if (unreadable.contains(directory))
    throw Error("cannot list " + directory.string() + ": Cannot allocate memory");
  if (directory == nfsd + "/clients") return nfs_clients;
  std::set<std::string> names;
  for (const auto* entries : {&files, &links})
    for (const auto& [name, value] : *entries)
      if (Path(name).parent_path() == directory) names.insert(Path(name).filename());
  if (directory == "/sys/block" || directory == "/lib/modules")
    for (const std::string& name : directories)
      if (Path(name).parent_path() == directory) names.insert(Path(name).filename());
  return {names.begin(), names.end()};
}

void FakeHost::write_attribute(const Path& path, const std::string& text) {
  if (path.string().starts_with("/run/")) return write_in_place(path, text);
  std::string shown = text;
  while (shown.ends_with('\n')) shown.pop_back();
  change("set " + path.string() + " to " + shown, [&] {
    if (path == nfsd + "/threads") {
      nfsd_threads = std::stoi(text);
    } else if (path == "/sys/block/zram0/reset") {
      if (!mirror.connection.empty()) throw Error("write " + path.string() + ": Device or resource busy");
      files[ramdisk] = "0\n";
      metadata_ = false;
      mirror_holds.clear();
    } else if (path == ramdisk && ramdisk_size() != 0) {
      throw Error("write " + path.string() + ": Device or resource busy");
    } else if (path.filename() == "rescan") {
      rescan(Path("/dev") / path.parent_path().parent_path().filename());
    } else {
      if (!files.contains(path)) throw Error("open " + path.string() + ": No such file or directory");
      files[path] = (path == reservation_key ? std::to_string(std::stoull(text, nullptr, 0)) : shown) + "\n";
    }
  });
}

void FakeHost::be_stock_nfsd() {
  files.erase(late_commits);
  files.erase(reservation_key);
}

void FakeHost::create_directory(const Path& path, int) {
  if (directories.contains(path)) return;
  change("create " + path.string(), [&] { directories.insert(path); });
}

void FakeHost::remove_file(const Path& path) {
  change("remove " + path.string(), [&] { files.erase(path); });
}

void FakeHost::rename_file(const Path& from, const Path& to) {
  change("rename " + from.string() + " to " + to.string(), [&] {
    files[to] = files[from];
    files.erase(from);
    damaged_databases.erase(from);
  });
}

std::string FakeHost::random_hex(std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) text += "c5";
  return text;
}

// --- time ---

void FakeHost::at(Duration when, std::function<void()> what) {
  events_.emplace(uptime_ + when, std::move(what));
}

void FakeHost::sleep(Duration time) {
  const Duration end = uptime_ + time;
  while (!events_.empty() && events_.begin()->first <= end) {
    uptime_ = std::max(uptime_, events_.begin()->first);
    const auto what = std::move(events_.begin()->second);
    events_.erase(events_.begin());
    what();
  }
  uptime_ = end;
}

void FakeHost::reboot_now() {
  changes.emplace_back("reboot");
  throw Rebooted();
}

// --- units and the gate ---

void FakeHost::start_unit(const std::string& unit) {
  change("start " + unit, [&] {
    units.insert(unit);
    if (unit == tracker && tracker_opens_records) directories.insert("/var/lib/nfs/nfsdcld/main.sqlite");
  });
}
void FakeHost::stop_unit(const std::string& unit) {
  change("stop " + unit, [&] { units.erase(unit); });
}
void FakeHost::reload_unit(const std::string& unit) {
  change("reload " + unit, [] {});
}

// --- the client records ---

void FakeHost::check_database(const Path& path) const {
  if (damaged_databases.contains(path))
    throw Error("the database " + path.string() + " is damaged: *** in database main ***");
}

void FakeHost::copy_database(const Path& from, const Path& to) {
  change("copy " + from.string() + " to " + to.string(), [&] {
    if (!files.contains(from)) throw Error("cannot read or write the database " + from.string());
    files[to] = files[from];
  });
}

void FakeHost::call_nfsd(std::chrono::seconds limit) {
  if (nfsd_answers) return;
  sleep(limit);
  throw Error("nfsd: RPC: Timed out");
}

std::set<std::uint64_t> FakeHost::recall_layouts(const Path&, const std::set<std::uint64_t>& inodes,
                                                 Duration limit) {
  bool all = true;
  std::set<std::uint64_t> uncommitted;
  for (const std::uint64_t inode : inodes) {
    if (complete.contains(inode)) continue;
    uncommitted.insert(inode);
    change("recall the layouts of " + std::to_string(inode), [&] {
      if (on_recall) all = on_recall(inode) && all;
    });
  }
  if (!all) sleep(limit);
  return uncommitted;
}

std::optional<std::vector<ByteRange>> FakeHost::unwritten_ranges(const Path&, std::uint64_t inode) const {
  const auto found = unwritten.find(inode);
  return found == unwritten.end() ? std::nullopt : std::optional(found->second);
}

std::string FakeHost::path_of_inode(const Path&, std::uint64_t inode) const {
  const auto found = paths_of_inodes.find(inode);
  return found == paths_of_inodes.end() ? "" : found->second;
}

std::map<std::string, std::string> FakeHost::snapshot() const {
  std::map<std::string, std::string> all;
  for (const auto& [path, value] : files)
    if (!path.starts_with(templates) && path != status_file && path != Pulse::file)
      all["file " + path] = value;
  for (const std::string& name : directories) all["directory " + name];
  for (const auto& [target, m] : mounts) all["mount " + target] = m.source + " " + m.type + " " + m.options;
  for (const std::string& name : units) all["unit " + name] = "active";
  for (const std::string& name : modules) all["module " + name] = "loaded";
  for (const std::string& name : read_only) all["device " + name] = "read-only";
  for (const FakeLun::Registered& r : lun.registered) all["registered " + r.port] = pr::to_string(r.key);
  all["reservation"] = lun.held ? lun.held->port + ", " + pr::to_string(lun.held->type) : "none";
  all["LUN"] = lun.content;
  all["mirror"] = mirror.connection + " " + mirror.role + " " + mirror.disk + " " + mirror.peer_disk;
  all["mirror metadata"] = metadata_ ? "made" : "none";
  all["mirror content"] = mirror_holds;
  all["nfsd"] = std::to_string(nfsd_threads);
  all["exports"] = exported ? "all" : "none";
  all["gate"] = !gate_installed_ ? "absent" : gate_is_open() ? "open" : "shut";
  return all;
}

}  // namespace pnfs_ha
