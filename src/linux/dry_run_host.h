// The machine as it is, and what would be done to it: what is read is real, what would change is only
// printed. It holds the machine as const, so it cannot change anything by omission; and Host's functions are
// pure, so a new one does not compile until it is decided here.
#pragma once

#include <ostream>

#include "host/host.h"

namespace pnfs_ha {

class DryRunHost final : public Host {
 public:
  // Both outlive this.
  DryRunHost(const Host& machine, std::ostream& out) : machine_(machine), out_(out) {}

  // --- what is read ---

  std::optional<std::string> unfinished() const override { return machine_.unfinished(); }
  std::string host_name() const override { return machine_.host_name(); }
  std::vector<InterfaceAddress> addresses() const override { return machine_.addresses(); }
  std::vector<TcpPeer> tcp_peers(const std::string& address, std::uint16_t port) const override {
    return machine_.tcp_peers(address, port);
  }
  std::optional<std::string> read_file(const Path& path) const override { return machine_.read_file(path); }
  std::optional<Path> resolve(const Path& path) const override { return machine_.resolve(path); }
  std::vector<std::string> list(const Path& directory) const override { return machine_.list(directory); }
  Content probe(const Path& device) const override { return machine_.probe(device); }
  std::optional<Mount> mounted_at(const Path& target) const override { return machine_.mounted_at(target); }
  std::vector<Mount> mounts_of(const Path& device) const override { return machine_.mounts_of(device); }
  std::vector<MountUser> users_of(const Path& device) const override { return machine_.users_of(device); }
  bool unit_is_active(const std::string& unit) const override { return machine_.unit_is_active(unit); }
  void check_database(const Path& path) const override { machine_.check_database(path); }
  std::optional<std::vector<ByteRange>> unwritten_ranges(const Path& mount_point,
                                                         std::uint64_t inode) const override {
    return machine_.unwritten_ranges(mount_point, inode);
  }
  std::string path_of_inode(const Path& mount_point, std::uint64_t inode) const override {
    return machine_.path_of_inode(mount_point, inode);
  }
  std::string kernel_log() const override { return machine_.kernel_log(); }
  std::int64_t wall_clock() const override { return machine_.wall_clock(); }

  // Nobody sleeps: what is waited for would not come. Time passes all the same, so that waits end.
  Duration uptime() const override { return machine_.uptime() + slept_; }
  void sleep(Duration time) override { slept_ += time; }

  // --- what would be done ---

  CommandResult run(const Command& command) override;
  void write_file(const Path& path, const std::string& text, int mode) override;
  void write_attribute(const Path& path, const std::string& text) override;
  void create_directory(const Path& path, int mode) override;
  void remove_file(const Path& path) override;
  void rename_file(const Path& from, const Path& to) override;
  void set_writable(const Path& device, Writable writable) override;
  ScsiReply scsi(const Path& device, const ScsiCommand& command) override;  // GOOD, without data
  void mount(const Mount& mount) override;
  void umount(const Path& target) override;
  void detach(const Path& target) override;
  std::vector<MountUser> end_users_of(const Path& device) override;
  void start_unit(const std::string& unit) override;
  void stop_unit(const std::string& unit) override;
  void reload_unit(const std::string& unit) override;
  void copy_database(const Path& from, const Path& to) override;
  void call_nfsd(std::chrono::seconds limit) override;
  std::set<std::uint64_t> recall_layouts(const Path& mount_point, const std::set<std::uint64_t>& inodes,
                                         Duration limit) override;
  void tickle(const std::string& address, std::uint16_t port, const std::vector<TcpPeer>& peers) override;
  void nft(const std::string& ruleset) override;
  std::string random_hex(std::size_t bytes) override;  // zeros
  void reboot_now() override;
  void while_waiting(Waiting tell) override;  // nothing is waited for

 private:
  void would(const std::string& verb, const std::string& what);

  const Host& machine_;
  std::ostream& out_;
  Duration slept_{0};
};

}  // namespace pnfs_ha
