// The calls of ProcessHost: what each is about, how long it takes, how long it is waited for, how it may lie.
#include "base/error.h"
#include "host/call_limits.h"
#include "process_host.h"
#include "report/status.h"
#include "world.h"

namespace pnfs_ha::outage {
namespace {

using call_limits::of_file;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string nonsense(Random& random, const std::string& truth) {
  switch (random.below(6)) {
    case 0:
      return "";
    case 1:
      return "\n";
    case 2:
      return "99999999999999999999999999\n";
    case 3:
      return "-1 \xff\xfe\xc3( nonsense\n";
    case 4:
      return truth.substr(0, truth.size() / 2);
    default:
      return std::string(3, '\0') + truth;
  }
}

}  // namespace

ProcessHost::Of ProcessHost::of_file_system(const Path& path) const {
  return machine_.is_on_lun(path) && machine_.mounts.contains(Machine::lun_mount) ? Of::lun : Of::memory;
}

CommandResult ProcessHost::run(const Command& command) {
  Machine& m = machine_;
  const std::string& program = command.at(0);
  const Call call = {.name = "run",
                     .subject = program + (program == "ping" ? "" : " " + command.back()),
                     .limit = call_limits::program,
                     .takes = milliseconds(program == "ping" ? 2 : 80),
                     .of_lun = false,
                     .gives_up_after = {},
                     .late = [&m, command] { m.run(command); }};
  try {
    meet(call);
  } catch (const Error& error) {
    return {.exit_code = 127, .output = {}, .message = error.what()};
  }
  CommandResult result = m.run(command);
  if (lies("run", call.subject))
    result = {.exit_code = 1, .output = nonsense(world_.random, result.output), .message = {}};
  return result;
}

std::string ProcessHost::host_name() const {
  ask("host name", "", call_limits::memory, Duration(0), Of::memory);
  return lies("host name", {}) ? "" : machine_.host_name();
}

std::vector<InterfaceAddress> ProcessHost::addresses() const {
  ask("list addresses", "", call_limits::memory, Duration(0), Of::memory);
  if (lies("list addresses", {})) return {};
  return machine_.addresses();
}

std::optional<std::string> ProcessHost::read_file(const Path& path) const {
  ask("read", path, of_file(path), Duration(0), of_file_system(path));
  auto text = machine_.read_file(path);
  if (lies("read", path)) text = nonsense(world_.random, text.value_or(""));
  return text;
}

std::optional<Path> ProcessHost::resolve(const Path& path) const {
  meet(
      {.name = "resolve", .subject = path, .limit = of_file(path), .takes = {}, .of_lun = false, .late = {}});
  if (lies("resolve", path)) return std::nullopt;
  return machine_.resolve(path);
}

std::vector<std::string> ProcessHost::list(const Path& directory) const {
  ask("list", directory, of_file(directory), Duration(0), of_file_system(directory));
  if (lies("list", directory)) return {"\xff\xfe", "7", "nonsense"};
  return machine_.list(directory);
}

void ProcessHost::write_file(const Path& path, const std::string& text, int mode) {
  Machine& m = machine_;
  if (path == status_file && is_agent()) world_.told(node_, text);
  make(change("write", path, of_file(path), milliseconds(machine_.is_on_lun(path) ? 20 : 0),
              [&m, path, text, mode] { m.write_file(path, text, mode); }),
       of_file_system(path));
}

void ProcessHost::write_attribute(const Path& path, const std::string& text) {
  Machine& m = machine_;
  make(change("set", path, call_limits::attribute, milliseconds(5),
              [&m, path, text] { m.write_attribute(path, text); }),
       path.filename() == "rescan" ? Of::lun : Of::memory);
}

void ProcessHost::create_directory(const Path& path, int mode) {
  Machine& m = machine_;
  make(change("create", path, of_file(path), {}, [&m, path, mode] { m.create_directory(path, mode); }));
}

void ProcessHost::remove_file(const Path& path) {
  Machine& m = machine_;
  make(change("remove", path, of_file(path), {}, [&m, path] { m.remove_file(path); }), of_file_system(path));
}

void ProcessHost::rename_file(const Path& from, const Path& to) {
  Machine& m = machine_;
  make(change("rename", to, of_file(to), milliseconds(2), [&m, from, to] { m.rename_file(from, to); }),
       of_file_system(to));
}

Content ProcessHost::probe(const Path& device) const {
  const bool of_lun = device != StateMirror::device;
  ask("probe", device, call_limits::storage, milliseconds(20), of_lun ? Of::lun : Of::memory);
  return machine_.probe(device);
}

void ProcessHost::set_writable(const Path& device, Writable writable) {
  Machine& m = machine_;
  make(change("set writable", device, call_limits::attribute, {},
              [&m, device, writable] { m.set_writable(device, writable); }));
}

ScsiReply ProcessHost::scsi(const Path& device, const ScsiCommand& command) {
  Machine& m = machine_;
  const bool asks = command.cdb.at(0) == 0x5e;
  Call call = {.name = asks ? "ask the LUN" : "tell the LUN",
               .subject = {},
               .limit = call_limits::scsi,
               .takes = milliseconds(3),
               .of_lun = !asks || command.timeout > Duration(0),
               .gives_up_after = command.timeout,
               .late = {}};
  if (!asks) call.late = [&m, device, command] { m.scsi(device, command); };
  if (!m.resolve(device)) call.of_lun = false;  // a device that went away says so at once
  const Duration asked_at = uptime();
  meet(call);
  ScsiReply reply = m.scsi(device, command);
  reply.asked_at = asked_at, reply.took = uptime() - asked_at;
  if (lies(call.name, {})) reply = {.status = 2, .sense = {0x72, 0x0b, 0x44, 0}, .data = {}};
  return reply;
}

std::optional<Mount> ProcessHost::mounted_at(const Path& target) const {
  ask("find mount", target, call_limits::memory, Duration(0), Of::memory);
  if (lies("find mount", target)) return std::nullopt;
  return machine_.mounted_at(target);
}

std::vector<Mount> ProcessHost::mounts_of(const Path& device) const {
  ask("find mounts", device, call_limits::memory, Duration(0), Of::memory);
  if (lies("find mounts", device)) return {};
  return machine_.mounts_of(device);
}

void ProcessHost::mount(const Mount& mount) {
  Machine& m = machine_;
  make(change("mount", mount.target, call_limits::mount_without_progress, milliseconds(400),
              [&m, mount] { m.mount(mount); }),
       mount.target == Machine::lun_mount ? Of::lun : Of::memory);
}

void ProcessHost::umount(const Path& target) {
  Machine& m = machine_;
  make(change("unmount", target, call_limits::mount_without_progress, milliseconds(60),
              [&m, target] { m.umount(target); }),
       target == Machine::lun_mount && m.writes_to_lun() ? Of::lun : Of::memory);
}

void ProcessHost::detach(const Path& target) {
  make(change("detach", target, call_limits::memory, {}, [&m = machine_, target] { m.detach(target); }));
}

// As linux/units.cpp: who does not hear from systemd goes by what it said last.
bool ProcessHost::unit_is_active(const std::string& unit) const {
  const auto known = known_units_.find(unit);
  try {
    ask("look at unit", unit, call_limits::memory, Duration(0), Of::memory);
  } catch (const Error&) {
    if (known == known_units_.end() || !world_.has(Kind::no_dbus, node_)) throw;
    return known->second;
  }
  return known_units_[unit] = machine_.unit_is_active(unit) != lies("look at unit", unit);
}

void ProcessHost::start_unit(const std::string& unit) {
  make(change("start unit", unit, call_limits::unit_job, milliseconds(60),
              [&m = machine_, unit] { m.start_unit(unit); }));
}
void ProcessHost::stop_unit(const std::string& unit) {
  make(change("stop unit", unit, call_limits::unit_job, milliseconds(60),
              [&m = machine_, unit] { m.stop_unit(unit); }));
}
void ProcessHost::reload_unit(const std::string& unit) {
  Machine& m = machine_;
  make(change("reload unit", unit, call_limits::unit_job, milliseconds(60),
              [&m, unit] { m.reload_unit(unit); }));
}

void ProcessHost::check_database(const Path& path) const {
  ask("check database", path, call_limits::storage, milliseconds(5), of_file_system(path));
  machine_.check_database(path);
}

void ProcessHost::copy_database(const Path& from, const Path& to) {
  Machine& m = machine_;
  make(change("copy database", to, call_limits::storage, milliseconds(20),
              [&m, from, to] { m.copy_database(from, to); }),
       of_file_system(to));
}

void ProcessHost::call_nfsd(seconds limit) {
  ask("call nfsd", "", limit, milliseconds(2), Of::memory);
  machine_.call_nfsd(limit);
}

std::set<std::uint64_t> ProcessHost::recall_layouts(const Path& mount_point,
                                                    const std::set<std::uint64_t>& inodes, Duration limit) {
  return machine_.recall_layouts(mount_point, inodes, limit);
}
std::optional<std::vector<ByteRange>> ProcessHost::unwritten_ranges(const Path& mount_point,
                                                                    std::uint64_t inode) const {
  return machine_.unwritten_ranges(mount_point, inode);
}
std::string ProcessHost::path_of_inode(const Path& mount_point, std::uint64_t inode) const {
  return machine_.path_of_inode(mount_point, inode);
}

void ProcessHost::nft(const std::string& ruleset) {
  Machine& m = machine_;
  make(change("nft", ruleset.substr(0, ruleset.find('\n')), call_limits::memory, {},
              [&m, ruleset] { m.nft(ruleset); }));
}

std::string ProcessHost::kernel_log() const {
  ask("kernel log", "", call_limits::memory, Duration(0), Of::memory);
  const std::string log = machine_.kernel_log();
  return lies("kernel log", {}) ? nonsense(world_.random, log) : log;
}

}  // namespace pnfs_ha::outage
