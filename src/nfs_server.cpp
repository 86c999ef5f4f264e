#include "nfs_server.h"

#include <spdlog/spdlog.h>

#include <charconv>

#include "client_records.h"
#include "error.h"

namespace pnfs_ha {
namespace {

const Path control = "/proc/fs/nfsd";
// Of the appliance's nfsd; stock nfsd has none of them.
const Path parameters = "/sys/module/nfsd/parameters";
const Path late_commits = parameters / "late_layoutcommit";
constexpr const char* quiesced = "quiesce";
constexpr const char* waiting = "waiting";         // operations that wait for a client's layout
constexpr const char* start_after = "boot_after";  // seconds since the epoch: nfsd starts in a later one
constexpr const char* started_in = "boot_second";  // the one that it took
const Path upcalls = "/run/rpc_pipefs";            // nfs.conf(5): pipefs-directory, as Debian builds it
const Path started = "/run/pnfs-ha/nfsd-started";  // Host::uptime() in milliseconds
constexpr const char* tracker = "pnfs-ha-nfsdcld.service";
constexpr const char* mountd = "pnfs-ha-mountd.service";

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

std::uint32_t to_seconds(const std::string& text) {
  std::uint32_t seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return seconds;
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
  host_.start_unit(tracker);
  const auto ready = [&] { return host_.resolve(ClientRecords::path).has_value(); };
  if (!host_.wait_until(ready, std::chrono::seconds(10)))
    throw Error("nfsdcld did not open its records", std::string("see `systemctl status ") + tracker + "`");
}
void NfsServer::stop_tracker() {
  host_.stop_unit(tracker);
}

void NfsServer::restart_tracker() {
  stop_tracker();
  start_tracker();
}

void NfsServer::export_all() {
  host_.start_unit(mountd);
  host_.must_run({"exportfs", "-r"});
}

void NfsServer::unexport_all() {
  host_.must_run({"exportfs", "-ua"});
  host_.stop_unit(mountd);
}

void NfsServer::set(const char* parameter, const std::string& value) {
  if (host_.resolve(parameters / parameter)) host_.write_attribute(parameters / parameter, value + "\n");
}

void NfsServer::set_parameters(std::uint32_t last_start) {
  if (state().running) return;
  resume();
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
  return text ? to_seconds(*text) : static_cast<std::uint32_t>(host_.wall_clock());
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
  if (!state().accepts_late_commits)
    spdlog::warn(
        "stock nfsd: should this server die, direct writes that are not committed are lost; see "
        "`pnfs-ha check`");
  const std::string before = last_tracked_start(host_);
  host_.write_file(started, std::to_string(host_.uptime().count()) + "\n");
  host_.must_run({"rpc.nfsd", "--scope", scope_, std::to_string(threads_)});
  if (!state().running) throw Error("rpc.nfsd started no thread", "see the kernel's log: journalctl -k");
  // nfsd starts without nfsdcld as well, and then lets nobody reclaim anything.
  if (last_tracked_start(host_) == before)
    throw Error("nfsd does not use nfsdcld", std::string("see `systemctl status ") + tracker + "`");
}

void NfsServer::stop() {
  if (state().running) {
    quiesce();  // or a thread begins to wait for a client that the gate keeps away
    host_.write_attribute(control / "threads", "0\n");
  }
  if (host_.resolve(started)) host_.remove_file(started);
}

NfsState NfsServer::state() const {
  NfsState now;
  now.accepts_late_commits = host_.read_file(late_commits).value_or("").starts_with("Y");
  now.quiesced = host_.read_file(parameters / quiesced).value_or("").starts_with("Y");
  if (!host_.mounted_at(control)) return now;
  now.threads = to_int(host_.read_file(control / "threads"));
  now.running = now.threads > 0;
  if (!now.running) return now;
  now.scope = scope_;
  now.tracked = host_.unit_is_active(tracker);
  const auto since = host_.read_file(started);
  now.running_for = since ? host_.uptime() - Host::Duration(std::stoll(*since)) : host_.uptime();
  now.in_grace = host_.read_file(control / "v4_end_grace").value_or("").starts_with("N");
  now.clients = static_cast<int>(host_.list(control / "clients").size());
  return now;
}

std::vector<NfsClient> NfsServer::clients() const {
  std::vector<NfsClient> found;
  for (const std::string& number : host_.list(control / "clients"))
    if (const auto info = host_.read_file(control / "clients" / number / "info"))
      if (auto client = parse_nfs_client(*info)) found.push_back(std::move(*client));
  return found;
}

std::vector<FileUse> NfsServer::file_uses() const {
  std::vector<FileUse> found;
  for (const std::string& number : host_.list(control / "clients")) {
    const auto info = host_.read_file(control / "clients" / number / "info");
    const auto states = host_.read_file(control / "clients" / number / "states");
    if (!info || !states) continue;  // the client is going away
    for (FileUse& use : parse_file_uses(without_port(field(*info, "address")), *states))
      found.push_back(std::move(use));
  }
  return found;
}

std::optional<NfsClient> parse_nfs_client(const std::string& info) {
  const std::string id = field(info, "clientid"), age = field(info, "seconds from last renew");
  if (!id.starts_with("0x") || age.empty()) return std::nullopt;
  // The two 32-bit numbers of clientid_t as one native number: nfsd's start time in the lower half here, in
  // the upper half of the key.
  const std::uint64_t raw = std::stoull(id, nullptr, 16);
  return NfsClient{.key = raw << 32 | raw >> 32,
                   .address = field(info, "address"),
                   .name = field(info, "name"),
                   .status = field(info, "status"),
                   .seconds_since_renewal = std::stoi(age)};
}

}  // namespace pnfs_ha
