#include "nfs_server.h"

#include "error.h"

namespace pnfs_ha {
namespace {

const Path control = "/proc/fs/nfsd";
const Path upcalls = "/run/rpc_pipefs";  // nfs.conf(5): pipefs-directory, as Debian builds it
const Path client_records = "/var/lib/nfs/nfsdcld/main.sqlite";
constexpr const char* tracker = "pnfs-ha-nfsdcld.service";
constexpr const char* mountd = "pnfs-ha-mountd.service";

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
  const auto ready = [&] { return host_.resolve(client_records).has_value(); };
  if (!host_.wait_until(ready, std::chrono::seconds(10)))
    throw Error("nfsdcld did not open its records", std::string("see `systemctl status ") + tracker + "`");
}
void NfsServer::stop_tracker() {
  host_.stop_unit(tracker);
}

void NfsServer::export_all() {
  host_.start_unit(mountd);
  host_.must_run({"exportfs", "-r"});
}

void NfsServer::unexport_all() {
  host_.must_run({"exportfs", "-ua"});
  host_.stop_unit(mountd);
}

void NfsServer::start() {
  if (state().running) return;
  // rpc.nfsd, not nfsdctl: the latter's autostart always fails in nfs-utils 2.8.3. Versions, lease and grace
  // come from nfs.conf; the scope must come with the start, and any later change of the thread count would
  // lose it.
  const std::string before = last_tracked_start(host_);
  host_.must_run({"rpc.nfsd", "--scope", scope_, std::to_string(threads_)});
  if (!state().running) throw Error("rpc.nfsd started no thread", "see the kernel's log: journalctl -k");
  // nfsd starts without nfsdcld as well, and then lets nobody reclaim anything.
  if (last_tracked_start(host_) == before)
    throw Error("nfsd does not use nfsdcld", std::string("see `systemctl status ") + tracker + "`");
}

void NfsServer::stop() {
  if (state().running) host_.write_attribute(control / "threads", "0\n");
}

NfsState NfsServer::state() const {
  NfsState now;
  if (!host_.mounted_at(control)) return now;
  now.threads = to_int(host_.read_file(control / "threads"));
  now.running = now.threads > 0;
  if (!now.running) return now;
  now.scope = scope_;
  now.in_grace = host_.read_file(control / "v4_end_grace").value_or("").starts_with("N");
  now.clients = static_cast<int>(host_.list(control / "clients").size());
  return now;
}

}  // namespace pnfs_ha
