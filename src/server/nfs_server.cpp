#include "server/nfs_server.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "base/error.h"
#include "base/number.h"
#include "config/units.h"
#include "server/client_records.h"

namespace pnfs_ha {
namespace {

const Path control = "/proc/fs/nfsd";
// Of the appliance's nfsd; stock nfsd has none of them.
const Path parameters = "/sys/module/nfsd/parameters";
const Path late_commits = parameters / "late_layoutcommit";
const Path reservation_key = parameters / "mds_pr_key";  // unsigned, 64 bits
const Path blocks_kept = parameters / "keep_blocks";
constexpr const char* quiesced = "quiesce";
constexpr const char* waiting = "waiting";            // operations that wait for a client's layout
constexpr const char* start_after = "boot_after";     // seconds since the epoch: nfsd starts in a later one
constexpr const char* late_from_start = "late_from";  // seconds since the epoch
constexpr const char* started_in = "boot_second";     // the one that it took
const Path upcalls = "/run/rpc_pipefs";               // nfs.conf(5): pipefs-directory, as Debian builds it
const Path started = "/run/pnfs-ha/nfsd-started";     // Host::uptime() in milliseconds, wall clock in seconds

// All clients connect again at once after a takeover, and nfsd drops the oldest of the connections that have
// not yet shown a file handle, 64 of them by default (svc_check_conn_limits()). More than any LUN has
// clients.
constexpr const char* most_connections = "16384\n";

// How far the wall clock may be behind the last start, on this server or another, before stock nfsd starts.
constexpr std::chrono::seconds clock_patience(30);

// The kernel's last line, time stamp and all, about a start with nfsdcld (nfsd4_client_tracking_init()).
std::string last_tracked_start(const Host& host) {
  const std::string log = host.kernel_log();
  const std::size_t found = log.rfind("NFSD: Using nfsdcld client tracking operations.");
  if (found == std::string::npos) return {};
  const std::size_t begin = log.rfind('\n', found);
  return log.substr(begin == std::string::npos ? 0 : begin + 1, found - begin);
}

int to_int(const std::optional<std::string>& text) {
  return text && !text->empty() ? std::stoi(*text) : 0;
}

// The value of "NAME: VALUE", without quotation marks; empty if there is no such line. Asked for each of
// maybe thousands of clients once a second.
std::string field(const std::string& text, const std::string& name) {
  const std::string lines = "\n" + text, head = "\n" + name + ": ";
  std::size_t begin = lines.find(head);
  if (begin == std::string::npos) return {};
  begin += head.size();
  if (begin < lines.size() && lines[begin] == '"') ++begin;
  return lines.substr(begin, lines.find_first_of("\"\n", begin) - begin);
}

}  // namespace

NfsdKind loaded_nfsd(const Host& host) {
  return {.accepts_late_commits = host.read_file(late_commits).value_or("").starts_with("Y"),
          .takes_key = host.read_file(reservation_key).has_value()};
}

NfsServer::NfsServer(Host& host, std::string scope, int threads)
    : host_(host), scope_(std::move(scope)), threads_(threads) {}

void NfsServer::prepare() {
  if (!host_.mounted_at(control))
    host_.mount({.source = "nfsd", .target = control, .type = "nfsd", .options = ""});
  host_.create_directory(upcalls);
  if (!host_.mounted_at(upcalls))
    host_.mount({.source = "rpc_pipefs", .target = upcalls, .type = "rpc_pipefs", .options = ""});
  if (state().running)
    throw Error("the kernel's NFS server is running already",
                "only the promotion may start it: systemctl disable --now nfs-server.service");
}

void NfsServer::start_tracker() {
  host_.start_unit(units::nfsdcld);
  const auto ready = [&] { return host_.resolve(ClientRecords::path).has_value(); };
  if (!host_.wait_until(ready, std::chrono::seconds(10)))
    throw Error("nfsdcld did not open its records",
                std::string("see `systemctl status ") + units::nfsdcld + "`");
}
void NfsServer::stop_tracker() {
  host_.stop_unit(units::nfsdcld);
}

void NfsServer::restart_tracker() {
  stop_tracker();
  start_tracker();
}

void NfsServer::export_all() {
  host_.start_unit(units::mountd);
  host_.must_run({"exportfs", "-r"});
}

void NfsServer::unexport_all() {
  host_.must_run({"exportfs", "-ua"});
  host_.stop_unit(units::mountd);
}

void NfsServer::set_reservation_key(pr::Key key) {
  const auto set = [&]() -> std::optional<pr::Key> {
    const auto text = host_.read_file(reservation_key);
    if (!text) return std::nullopt;
    const auto value = leading_number<pr::Key>(*text);
    if (!value) throw Error(reservation_key.string() + " is no number: " + *text);
    return value;
  };
  const auto before = set();
  if (before.value_or(0) == key) return;
  if (!before)
    throw Error("stock nfsd takes no key of this server: once preempted, it could let itself in again",
                "use the appliance, or install the package pnfs-ha-nfsd-dkms and restart the server");
  host_.write_attribute(reservation_key, pr::to_string(key) + "\n");
  if (set() != key) throw Error("nfsd did not take the key " + pr::to_string(key));
}

void NfsServer::set(const char* parameter, const std::string& value) {
  if (host_.resolve(parameters / parameter)) host_.write_attribute(parameters / parameter, value + "\n");
}

bool NfsServer::takes_late_from() const {
  return host_.resolve(parameters / late_from_start).has_value();
}

void NfsServer::set_parameters(std::uint32_t last_start, std::uint32_t late_from) {
  if (state().running) return;
  resume();
  set(late_from_start, std::to_string(late_from));
  if (host_.resolve(control / "max_connections"))
    host_.write_attribute(control / "max_connections", most_connections);
  if (host_.resolve(parameters / start_after)) {
    set(start_after, std::to_string(last_start));
    return;
  }
  const auto behind = [&] { return last_start - host_.wall_clock(); };
  if (behind() > clock_patience.count() ||
      !host_.wait_until([&] { return behind() < 0; }, clock_patience + std::chrono::seconds(1)))
    throw Error("the NFS server was last started " + std::to_string(behind()) +
                    " s after what is now by this server's clock",
                "set the clocks of all servers: see `chronyc tracking`");
}

std::uint32_t NfsServer::start_second() const {
  // Stock nfsd does not tell: it was now at the latest.
  const auto text = host_.read_file(parameters / started_in);
  return text ? leading_number<std::uint32_t>(*text).value_or(0)
              : static_cast<std::uint32_t>(host_.wall_clock());
}

void NfsServer::quiesce() {
  set(quiesced, "Y");
}

void NfsServer::resume() {
  set(quiesced, "N");
}

bool NfsServer::wait_until_idle(Host::Duration limit) {
  const auto idle = [&] { return to_int(host_.read_file(parameters / waiting)) == 0; };
  return host_.wait_until(idle, limit);
}

void NfsServer::start() {
  if (state().running) return;
  // rpc.nfsd, not nfsdctl: the latter's autostart always fails in nfs-utils 2.8.3. Versions, lease and grace
  // come from nfs.conf; the scope must come with the start, and any later change of the thread count would
  // lose it.
  if (loaded_nfsd(host_).is_stock())
    spdlog::warn(
        "stock nfsd: should this server die, direct writes that are not committed are lost; should it lose "
        "the LUN, it can let itself in again; see `pnfs-ha check`");
  const std::string before = last_tracked_start(host_);
  host_.write_file(started,
                   std::to_string(host_.uptime().count()) + " " + std::to_string(host_.wall_clock()) + "\n");
  host_.must_run({"rpc.nfsd", "--scope", scope_, std::to_string(threads_)});
  if (!state().running) throw Error("rpc.nfsd started no thread", "see the kernel's log: journalctl -k");
  // nfsd starts without nfsdcld as well, and then lets nobody reclaim anything.
  if (last_tracked_start(host_) == before)
    throw Error("nfsd does not use nfsdcld", std::string("see `systemctl status ") + units::nfsdcld + "`");
}

void NfsServer::stop() {
  if (state().running) {
    quiesce();  // or a thread begins to wait for a client that the gate keeps away
    host_.write_attribute(control / "threads", "0\n");
  }
  if (host_.resolve(started)) host_.remove_file(started);
}

void NfsServer::keep_blocks() {
  set_keep_blocks("Y\n");
}
void NfsServer::give_blocks() {
  set_keep_blocks("N\n");
}

void NfsServer::set_keep_blocks(const char* value) {
  const auto now = host_.read_file(blocks_kept);
  if (now && now != value) host_.write_attribute(blocks_kept, value);
}

NfsState NfsServer::state() const {
  NfsState now;
  static_cast<NfsdKind&>(now) = loaded_nfsd(host_);
  now.keeps_blocks = host_.read_file(blocks_kept).value_or("").starts_with("Y");
  now.quiesced = host_.read_file(parameters / quiesced).value_or("").starts_with("Y");
  if (!host_.mounted_at(control)) return now;
  now.threads = to_int(host_.read_file(control / "threads"));
  now.running = now.threads > 0;
  if (!now.running) return now;
  now.scope = scope_;
  now.tracked = host_.unit_is_active(units::nfsdcld);
  std::istringstream since(host_.read_file(started).value_or(""));
  if (Host::Duration::rep uptime = 0; since >> uptime) now.started = Host::Duration(uptime);
  since >> now.started_at;
  now.running_for = host_.uptime() - now.started.value_or(Host::Duration(0));
  now.in_grace = host_.read_file(control / "v4_end_grace").value_or("").starts_with("N");
  try {
    now.clients = static_cast<int>(host_.list(control / "clients").size());
  } catch (const Error&) {
    now.clients.reset();  // only a figure: no reason to shut the gate
  }
  return now;
}

bool NfsServer::grace_is_over() const {
  const std::string over = host_.read_file(control / "v4_end_grace").value_or("");
  if (over != "Y\n" && over != "N\n") throw Error("nfsd does not tell whether its grace period is over");
  return over == "Y\n";
}

std::optional<NfsClient> NfsServer::client(const std::string& number) const {
  const Path path = control / "clients" / number / "info";
  const auto info = host_.read_file(path);
  if (!info) return std::nullopt;
  auto found = parse_nfs_client(*info);
  if (!found) throw Error("cannot make out the client in " + path.string(), "is this kernel known to work?");
  return found;
}

std::vector<NfsClient> NfsServer::clients() const {
  std::vector<NfsClient> found;
  for (const std::string& number : host_.list(control / "clients"))
    if (auto known = client(number)) found.push_back(std::move(*known));
  return found;
}

std::vector<FileUse> NfsServer::file_uses() const {
  std::vector<FileUse> found;
  for (const std::string& number : host_.list(control / "clients")) {
    const auto known = client(number);
    const auto states = host_.read_file(control / "clients" / number / "states");
    if (!known || !states) continue;  // the client has gone
    for (FileUse& use : parse_file_uses(without_port(known->address), *states))
      found.push_back(std::move(use));
  }
  return found;
}

std::optional<NfsClient> parse_nfs_client(const std::string& info) {
  constexpr std::array known{"confirmed", "unconfirmed", "courtesy", "expirable"};
  const std::string id = field(info, "clientid"), status = field(info, "status");
  const auto raw = id.starts_with("0x") ? whole_number<std::uint64_t>(id.substr(2), 16) : std::nullopt;
  const auto age = whole_number<int>(field(info, "seconds from last renew"));
  const std::string address = field(info, "address");
  const bool whole = raw && age && !address.empty() && info.find("\nname: ") != std::string::npos;
  if (!whole || std::ranges::find(known, status) == known.end()) return std::nullopt;
  // The two 32-bit numbers of clientid_t as one native number: nfsd's start time in the lower half here, in
  // the upper half of the key.
  return NfsClient{.key = *raw << 32 | *raw >> 32,
                   .address = address,
                   .name = field(info, "name"),
                   .status = status,
                   .seconds_since_renewal = *age};
}

}  // namespace pnfs_ha
