// The real machine.
#pragma once

#include "base/bounded_calls.h"
#include "base/late_answers.h"
#include "base/unique_fd.h"
#include "host/call_limits.h"
#include "host/host.h"
#include "linux/nftables.h"
#include "linux/units.h"

namespace pnfs_ha {

Clock::Duration uptime_now();  // as Host::uptime()

// Read-only, even to change things: closing a writable descriptor makes udev probe the disk again.
UniqueFd open_device(const Path& device);

class LinuxHost : public Host {
 public:
  // How long a call may take: the agent's at most what call_limits.h says, the keeper's and those of whoever
  // can be interrupted as long as they like.
  enum class Calls { bounded, patient };

  explicit LinuxHost(Calls calls = Calls::patient) : are_(calls) {}

  void while_waiting(Waiting tell) override;
  std::optional<std::string> unfinished() const override { return calls_.unfinished(); }

  CommandResult run(const Command& command) override;
  std::string host_name() const override;
  std::vector<InterfaceAddress> addresses() const override;
  std::vector<TcpPeer> tcp_peers(const std::string& address, std::uint16_t port) const override;
  void tickle(const std::string& address, std::uint16_t port, const std::vector<TcpPeer>& peers) override;

  std::optional<std::string> read_file(const Path& path) const override;
  std::optional<Path> resolve(const Path& path) const override;
  std::vector<std::string> list(const Path& directory) const override;
  void write_file(const Path& path, const std::string& text, int mode) override;
  void write_attribute(const Path& path, const std::string& text) override;
  void create_directory(const Path& path, int mode) override;
  void remove_file(const Path& path) override;
  void rename_file(const Path& from, const Path& to) override;

  Content probe(const Path& device) const override;
  void set_writable(const Path& device, Writable writable) override;
  ScsiReply scsi(const Path& device, const ScsiCommand& command) override;

  std::optional<Mount> mounted_at(const Path& target) const override;
  std::vector<Mount> mounts_of(const Path& device) const override;
  void mount(const Mount& mount) override;
  void umount(const Path& target) override;
  void detach(const Path& target) override;

  std::vector<MountUser> users_of(const Path& device) const override;
  std::vector<MountUser> end_users_of(const Path& device) override;

  bool unit_is_active(const std::string& unit) const override;
  void start_unit(const std::string& unit) override;
  void stop_unit(const std::string& unit) override;
  void reload_unit(const std::string& unit) override;

  void check_database(const Path& path) const override;
  void copy_database(const Path& from, const Path& to) override;
  void call_nfsd(std::chrono::seconds limit) override;
  std::set<std::uint64_t> recall_layouts(const Path& mount_point, const std::set<std::uint64_t>& inodes,
                                         Duration limit) override;
  std::optional<std::vector<ByteRange>> unwritten_ranges(const Path& mount_point,
                                                         std::uint64_t inode) const override;
  std::string path_of_inode(const Path& mount_point, std::uint64_t inode) const override;
  void nft(const std::string& ruleset) override;

  std::string kernel_log() const override;
  Duration uptime() const override;
  std::int64_t wall_clock() const override;
  std::string random_hex(std::size_t bytes) override;
  void sleep(Duration time) override;
  void reboot_now() override;

 private:
  // The call owns what it uses: it may outlive this host.
  template <typename Call>
  auto ask(const std::string& what, std::chrono::seconds limit, Call call) const {
    return are_ == Calls::patient ? call()
                                  : calls_.run({what, BoundedCalls::Kind::question}, limit, std::move(call));
  }
  template <typename Call>
  auto change(const std::string& what, std::chrono::seconds limit, Call call,
              const BoundedCalls::Progress& progress = {}) {
    return are_ == Calls::patient
               ? call()
               : calls_.run({what, BoundedCalls::Kind::change}, limit, std::move(call), progress);
  }

  Calls are_;
  mutable BoundedCalls calls_;
  std::map<std::string, LateAnswers<ScsiReply>> questions_;  // to disks: by disk and bytes
  mutable SystemdUnits units_;                               // asking opens the connection
  std::shared_ptr<Nftables> firewall_ = std::make_shared<Nftables>();
};

}  // namespace pnfs_ha
