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
const Path upcalls = "/run/rpc_pipefs";            // nfs.conf(5): pipefs-directory, as Debian builds it
const Path started = "/run/pnfs-ha/nfsd-started";  // Host::uptime() in milliseconds, wall clock in seconds

// All clients connect again at once after a takeover, and nfsd drops the oldest of the connections that have
// not yet shown a file handle, 64 of them by default (svc_check_conn_limits()). More than any LUN has clients.
constexpr const char* most_connections = "16384\n";

// How far the wall clock may be behind the last start, on this server or another, before stock nfsd starts.
constexpr std::chrono::seconds clock_timeout(30);

// The kernel's last record, number and all, about a start with nfsdcld (nfsd4_client_tracking_init()).
std::string last_tracked_start(const Host& host) {
  const std::string log = host.kernel_log();
  const std::size_t found = log.rfind("NFSD: Using nfsdcld client tracking operations.");
  if (found == std::string::npos) return {};
  const std::size_t begin = log.rfind('\n', found);
  return log.substr(begin == std::string::npos ? 0 : begin + 1, found - begin);
}

// 0 if the file is absent or empty.
int number_in(const Host& host, const Path& file) {
  const std::string text = host.read_file(file).value_or("");
  if (text.empty()) return 0;
  const auto number = leading_number<int>(text);
  if (!number) throw Error(file.string() + " is no number: " + text);
  return *number;
}

}  // namespace

NfsdKind loaded_nfsd(Host& host) {
  const NfsdParameters parameters(host);
  return {.accepts_late_commits = parameters.is_on(NfsdParameters::late_layoutcommit),
          .takes_key = parameters.has(NfsdParameters::mds_pr_key)};
}

NfsServer::NfsServer(Host& host, std::string scope, int threads)
    : host_(host), parameters_(host), scope_(std::move(scope)), threads_(threads) {}

void NfsServer::mount_control() {
  if (!host_.mounted_at(control))
    host_.mount({.source = "nfsd", .target = control, .type = "nfsd", .options = ""});
}

void NfsServer::prepare() {
  mount_control();
  host_.create_directory(upcalls);
  if (!host_.mounted_at(upcalls))
    host_.mount({.source = "rpc_pipefs", .target = upcalls, .type = "rpc_pipefs", .options = ""});
  require_stopped();
  note_start("-", "-");
}

void NfsServer::require_stopped() const {
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

void NfsServer::set_reservation_key(pr::Key key) {
  const auto before = parameters_.number(NfsdParameters::mds_pr_key);
  if (before.value_or(0) == key) return;
  if (!before)
    throw Error("stock nfsd takes no key of this server: once preempted, it could let itself in again",
                "use the appliance, or install the package pnfs-ha-nfsd-dkms and restart the server");
  parameters_.set(NfsdParameters::mds_pr_key, pr::to_string(key));
  if (parameters_.number(NfsdParameters::mds_pr_key) != key)
    throw Error("nfsd did not take the key " + pr::to_string(key));
}

bool NfsServer::takes_late_from() const {
  return parameters_.has(NfsdParameters::late_from);
}

void NfsServer::set_parameters(std::uint32_t last_start, std::uint32_t late_from) {
  if (state().running) {
    spdlog::warn("stopping an NFS server that somebody else started: it has no grace period left");
    stop();
  }
  resume();
  parameters_.set(NfsdParameters::late_from, std::to_string(late_from));
  if (host_.resolve(control / "max_connections"))
    host_.write_attribute(control / "max_connections", most_connections);
  if (parameters_.has(NfsdParameters::boot_after)) {
    parameters_.set(NfsdParameters::boot_after, std::to_string(last_start));
    return;
  }
  const auto behind = [&] { return last_start - host_.wall_clock(); };
  if (behind() > clock_timeout.count() ||
      !host_.wait_until([&] { return behind() < 0; }, clock_timeout + std::chrono::seconds(1)))
    throw Error("the NFS server was last started " + std::to_string(behind()) +
                    " s after what is now by this server's clock",
                "set the clocks of all servers: see `chronyc tracking`");
}

std::uint32_t NfsServer::start_second() const {
  // Stock nfsd does not tell: it was now at the latest.
  return static_cast<std::uint32_t>(
      parameters_.number(NfsdParameters::boot_second).value_or(host_.wall_clock()));
}

void NfsServer::quiesce() {
  parameters_.set(NfsdParameters::quiesce, true);
}

void NfsServer::resume() {
  parameters_.set(NfsdParameters::quiesce, false);
}

bool NfsServer::wait_until_idle(Host::Duration limit) {
  const auto idle = [&] { return parameters_.number(NfsdParameters::waiting).value_or(0) == 0; };
  return host_.wait_until(idle, limit);
}

void NfsServer::start() {
  require_stopped();
  // rpc.nfsd, not nfsdctl: the latter's autostart always fails in nfs-utils 2.8.3. Versions, lease and grace
  // come from nfs.conf; the scope must come with the start, and any later change of the thread count would
  // lose it.
  if (loaded_nfsd(host_).is_stock())
    spdlog::warn(
        "stock nfsd: should this server die, direct writes that are not committed are lost; should it lose "
        "the LUN, it can let itself in again; see `pnfs-ha check`");
  const std::string before = last_tracked_start(host_);
  note_start(std::to_string(host_.uptime().count()), std::to_string(host_.wall_clock()));
  host_.must_run({"rpc.nfsd", "--scope", scope_, std::to_string(threads_)});
  if (!state().running) throw Error("rpc.nfsd started no thread", "see the kernel's log: journalctl -k");
  // nfsd starts without nfsdcld as well, and then lets nobody reclaim anything.
  if (last_tracked_start(host_) == before)
    throw Error("nfsd does not use nfsdcld", std::string("see `systemctl status ") + units::nfsdcld + "`");
}

void NfsServer::stop() {
  mount_control();  // or it would seem to be stopped already, if somebody has unmounted that
  if (state().running) {
    quiesce();  // or a thread begins to wait for a client that the gate keeps away
    host_.write_attribute(control / "threads", "0\n");
  }
  note_start("-", "-");
}

// The file is there since prepare(): neither a takeover nor a release needs room in /run.
void NfsServer::note_start(const std::string& uptime, const std::string& wall_clock) {
  const std::string text = fmt::format("{:<20} {:<20}\n", uptime, wall_clock);
  if (host_.read_file(started) != text) host_.overwrite(started, text);
}

void NfsServer::keep_blocks() {
  parameters_.set(NfsdParameters::keep_blocks, true);
}

void NfsServer::give_blocks() {
  parameters_.set(NfsdParameters::keep_blocks, false);
}

NfsState NfsServer::state() const {
  NfsState now;
  static_cast<NfsdKind&>(now) = loaded_nfsd(host_);
  now.keeps_blocks = parameters_.is_on(NfsdParameters::keep_blocks);
  now.quiesced = parameters_.is_on(NfsdParameters::quiesce);
  if (!host_.mounted_at(control)) return now;
  now.threads = number_in(host_, control / "threads");
  now.running = now.threads > 0;
  if (!now.running) return now;
  now.scope = scope_;
  now.lease_seconds = number_in(host_, control / "nfsv4leasetime");
  now.tracked = host_.unit_is_active(units::nfsdcld);
  std::istringstream since(host_.read_file(started).value_or(""));
  if (Host::Duration::rep uptime = 0; since >> uptime) now.started = Host::Duration(uptime);
  since >> now.started_at;
  if (const auto second = parameters_.number(NfsdParameters::boot_second))
    now.start_second = static_cast<std::uint32_t>(*second);
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

}  // namespace pnfs_ha
