#include "linux/dry_run_host.h"

#include <spdlog/fmt/ranges.h>

namespace pnfs_ha {

void DryRunHost::would(const std::string& verb, const std::string& what) {
  out_ << "would " << verb << ' ' << what << '\n';
}

CommandResult DryRunHost::run(const Command& command) {
  would("run", to_string(command));
  return {};
}

void DryRunHost::write_file(const Path& path, const std::string& text, int) {
  would("write", path.string() + ":");
  out_ << text << '\n';
}

void DryRunHost::write_attribute(const Path& path, const std::string& text) {
  would("write", text + " to " + path.string());
}

void DryRunHost::create_directory(const Path& path, int) {
  would("create", path);
}

void DryRunHost::remove_file(const Path& path) {
  would("remove", path);
}

void DryRunHost::rename_file(const Path& from, const Path& to) {
  would("rename", from.string() + " to " + to.string());
}

void DryRunHost::set_writable(const Path& device, Writable writable) {
  would(writable == Writable::yes ? "make writable" : "make read-only", device);
}

ScsiReply DryRunHost::scsi(const Path& device, const ScsiCommand& command) {
  would("send", fmt::format("SCSI {:02x} {:02x} to {}", fmt::join(command.cdb, " "),
                            fmt::join(command.data_out, " "), device.string()));
  return {};
}

void DryRunHost::mount(const Mount& mount) {
  would("mount", mount.source + " at " + mount.target + " -o " + mount.options);
}

void DryRunHost::umount(const Path& target) {
  would("unmount", target);
}

void DryRunHost::detach(const Path& target) {
  would("detach", target);
}

std::vector<MountUser> DryRunHost::end_users_of(const Path& device) {
  std::vector<MountUser> users = users_of(device);
  for (const MountUser& user : users) would("end", user.name + " (" + std::to_string(user.pid) + ")");
  return users;
}

void DryRunHost::start_unit(const std::string& unit) {
  would("start", unit);
}

void DryRunHost::stop_unit(const std::string& unit) {
  would("stop", unit);
}

void DryRunHost::reload_unit(const std::string& unit) {
  would("reload", unit);
}

void DryRunHost::copy_database(const Path& from, const Path& to) {
  would("copy", from.string() + " to " + to.string());
}

void DryRunHost::call_nfsd(std::chrono::seconds) {
  would("call", "nfsd");
}

std::set<std::uint64_t> DryRunHost::recall_layouts(const Path& mount_point,
                                                   const std::set<std::uint64_t>& inodes, Duration) {
  would("recall", "the layouts of " + std::to_string(inodes.size()) + " files of " + mount_point.string());
  return {};
}

void DryRunHost::tickle(const std::string&, std::uint16_t, const std::vector<TcpPeer>& peers) {
  would("tickle", std::to_string(peers.size()) + " connections");
}

void DryRunHost::nft(const std::string& ruleset) {
  would("apply to nftables:\n", ruleset);
}

std::string DryRunHost::random_hex(std::size_t bytes) {
  std::string zeros(2 * bytes, '0');
  return zeros;
}

void DryRunHost::reboot_now() {
  would("reboot", "at once");
}

void DryRunHost::while_waiting(Waiting) {}

}  // namespace pnfs_ha
