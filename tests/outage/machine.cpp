#include "machine.h"

#include <algorithm>

#include "base/error.h"
#include "server/client_records.h"
#include "server/nfsd_parameters.h"
#include "world.h"

namespace pnfs_ha::outage {
namespace {

// From power-on to the first process.
constexpr Duration boot_takes(8000);
constexpr std::int64_t beginning = 1'800'000'000;

std::string parameter(const char* name) {
  return std::string(NfsdParameters::directory) + "/" + name;
}

// Of SQLite, as far as anybody looks: it counts its changes at byte 24.
std::string records_after(int changes) {
  std::string database(100, '\0');
  database[27] = static_cast<char>(changes);
  return database;
}

}  // namespace

Machine::Machine(World& world, Node& node)
    : FakeHost(node.name, &world.lun), called(node.name), world_(world), node_(node), booted_at_(world.now) {
  files[carrier] = "1\n";
  files["/proc/net/route"] = "eth0 00000000 0100000A 0003 0 0 0 00000000 0 0 0\n";
  files[parameter(NfsdParameters::boot_after)] = "0\n";
  files[parameter(NfsdParameters::boot_second)] = "0\n";
  for (const auto& [path, text] : node.disk) files[path] = text;
}

bool Machine::has_vip() const {
  return std::ranges::any_of(networks, [](const auto& a) { return a.address == "10.0.0.100"; });
}

bool Machine::writes_to_lun() const {
  const auto found = mounts.find(lun_mount);
  return found != mounts.end() && found->second.options.starts_with("rw");
}

bool Machine::is_on_lun(const Path& path) const {
  return path.string().starts_with(std::string(lun_mount) + "/");
}
bool Machine::is_on_mirror(const Path& path) const {
  return path.string().starts_with(std::string(StateMirror::mount_point) + "/");
}

Duration Machine::uptime() const {
  return world_.now - booted_at_ + boot_takes;
}
std::int64_t Machine::wall_clock() const {
  return beginning + world_.now.count() / 1000;
}
void Machine::sleep(Duration time) {
  if (Process* self = Process::current()) self->sleep(time);
}

CommandResult Machine::run(const Command& command) {
  CommandResult result = FakeHost::run(command);
  if (command.at(0) == "rpc.nfsd" && result.exit_code == 0) {
    const std::int64_t after = std::stoll(files[parameter(NfsdParameters::boot_after)]);
    files[parameter(NfsdParameters::boot_second)] = std::to_string(std::max(wall_clock(), after + 1)) + "\n";
  }
  return result;
}

// --- the file systems that others see as well ---

void Machine::require_writable(const Path& path) const {
  const auto refuse = [&](const char* why) { throw Error("cannot write " + path.string() + ": " + why); };
  if (is_on_lun(path)) {
    if (!writes_to_lun()) refuse("Read-only file system");
    if (!lun.may_access(port)) refuse("Input/output error");
  }
  if (is_on_mirror(path) && !mounts.contains(StateMirror::mount_point)) refuse("No such file or directory");
}

void Machine::keep(const Path& path) {
  const auto found = files.find(path);
  const auto now = found == files.end() ? std::nullopt : std::optional(found->second);
  if (is_on_mirror(path)) world_.mirror.write(node_.index, path, now);
  if (!is_on_lun(path)) return;
  if (now)
    world_.lun_files[path] = *now;
  else
    world_.lun_files.erase(path);
}

void Machine::write_file(const Path& path, const std::string& text, int mode) {
  require_writable(path);
  FakeHost::write_file(path, text, mode);
  keep(path);
}
void Machine::create_directory(const Path& path, int mode) {
  require_writable(path);
  FakeHost::create_directory(path, mode);
}
void Machine::remove_file(const Path& path) {
  require_writable(path);
  FakeHost::remove_file(path);
  keep(path);
}
void Machine::rename_file(const Path& from, const Path& to) {
  require_writable(to);
  if (!files.contains(from)) throw Error("cannot replace " + to.string() + ": No such file or directory");
  FakeHost::rename_file(from, to);
  keep(from);
  keep(to);
}
void Machine::copy_database(const Path& from, const Path& to) {
  require_writable(to);
  FakeHost::copy_database(from, to);
  keep(to);
}

void Machine::mount(const Mount& mount) {
  FakeHost::mount(mount);
  const auto& content =
      mount.target == StateMirror::mount_point ? world_.mirror.content(node_.index) : world_.lun_files;
  if (mount.target == StateMirror::mount_point || mount.target == lun_mount)
    for (const auto& [path, text] : content) files[path] = text;
}

void Machine::umount(const Path& target) {
  FakeHost::umount(target);
  std::erase_if(files, [&](const auto& file) { return file.first.starts_with(target.string() + "/"); });
}

// --- systemd ---

void Machine::start_unit(const std::string& unit) {
  if (broken_units.contains(unit)) throw Error("cannot start " + unit + ": its job ended with: failed");
  FakeHost::start_unit(unit);
  node_.killed_units.erase(unit);
  if (unit == units::nfsdcld && mounts.contains(StateMirror::mount_point)) {
    files.try_emplace(ClientRecords::path, records_after(1));
    keep(ClientRecords::path);
  }
  if (unit == units::keepalived) node_.keepalived.restarts_at.reset();
  if (unit == units::keeper) world_.start_keeper(node_);
}

void Machine::stop_unit(const std::string& unit) {
  FakeHost::stop_unit(unit);
  node_.killed_units.erase(unit);
  if (unit == units::keepalived) node_.keepalived.restarts_at.reset();
  if (unit != units::keeper || !node_.keeper.there()) return;
  if (node_.keeper.stopped) sleep(std::chrono::seconds(5));  // TimeoutStopSec
  node_.keeper.kill();
}

// --- DRBD ---

void Machine::drbdadm(const std::string& verb, bool forced) {
  FakeHost::drbdadm(verb, forced);
  if (verb == "down") world_.mirror.went_down(node_.index);
  if (verb == "new-current-uuid") world_.mirror.seeded(node_.index);
}

void Machine::drbdsetup(const std::string& verb, bool forced) {
  const bool blank = mirror.disk == "Inconsistent";
  FakeHost::drbdsetup(verb, forced);
  if (verb == "primary")
    world_.mirror.promoted(node_.index, blank);
  else
    world_.mirror.changed();
}

}  // namespace pnfs_ha::outage
