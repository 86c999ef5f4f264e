#include "nfs_server.h"

#include "error.h"

namespace pnfs_ha {
namespace {

const Path control = "/proc/fs/nfsd";
constexpr const char* tracker = "nfsdcld.service";
constexpr const char* mountd = "nfs-mountd.service";

int to_int(const std::optional<std::string>& text) {
  return text && !text->empty() ? std::stoi(*text) : 0;
}

}  // namespace

NfsServer::NfsServer(Host& host, std::string scope, int threads)
    : host_(host), scope_(std::move(scope)), threads_(threads) {}

void NfsServer::prepare() {
  if (!host_.mounted_at(control))
    host_.mount({.source = "nfsd", .target = control, .type = "nfsd", .options = ""});
  if (state().running)
    throw Error("the kernel's NFS server is running already",
                "only the promotion may start it: systemctl disable --now nfs-server.service");
}

void NfsServer::start_tracker() {
  host_.start_unit(tracker);
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
  host_.must_run({"rpc.nfsd", "--scope", scope_, std::to_string(threads_)});
  if (!state().running) throw Error("rpc.nfsd started no thread", "see the kernel's log: journalctl -k");
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
