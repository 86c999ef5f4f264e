// The Host of one simulated process: its machine's, and each call takes its time, and may fail, hang, throw
// or lie, as the world's troubles have it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "machine.h"
#include "process.h"
#include "trouble.h"

namespace pnfs_ha::outage {

class ProcessHost : public Host {
 public:
  // bounded: the agent's calls (LinuxHost::Calls::bounded); others wait for ever.
  enum class Calls { bounded, unbounded };
  ProcessHost(World& world, Node& node, Process& process, Calls calls);

  void while_waiting(Waiting tell) override { tell_ = std::move(tell); }
  std::optional<std::string> unfinished() const override;
  CommandResult run(const Command& command) override;
  std::string host_name() const override;
  std::vector<InterfaceAddress> addresses() const override;
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
  std::vector<TcpPeer> tcp_peers(const std::string& address, std::uint16_t port) const override;
  void tickle(const std::string& address, std::uint16_t port, const std::vector<TcpPeer>& peers) override;
  void nft(const std::string& ruleset) override;
  std::string kernel_log() const override;
  Duration uptime() const override { return machine_.uptime(); }
  std::int64_t wall_clock() const override { return machine_.wall_clock(); }
  std::string random_hex(std::size_t bytes) override { return machine_.random_hex(bytes); }
  void sleep(Duration time) override { process_.sleep(time); }
  void reboot_now() override;

 private:
  struct Call {
    const char* name;
    std::string subject;
    std::chrono::seconds limit;
    Duration takes{0};  // at most
    bool of_lun = false;
    Duration gives_up_after{0};  // the call's own limit, an Error; zero: none
    std::function<void()> late;  // a change: what the kernel may do when nobody waits any more
  };
  struct Left {
    std::string what;
    std::function<bool()> stuck;
  };

  void meet(const Call& call) const;
  void meet(const Trouble& trouble, const Call& call) const;
  void hang(const Call& call, const std::function<bool()>& stuck) const;
  bool lies(const char* name, const std::string& subject) const;
  bool is_agent() const;
  Call change(const char* name, const std::string& subject, std::chrono::seconds limit, Duration takes,
              std::function<void()> act) const;
  enum class Of { memory, lun };  // what it waits for
  void ask(const char* name, const std::string& subject, std::chrono::seconds limit, Duration takes,
           Of what) const;
  void make(Call change, Of what = Of::memory) const;
  Of of_file_system(const Path& path) const;

  World& world_;
  Node& node_;
  Process& process_;
  Machine& machine_;
  Calls calls_;
  Waiting tell_;
  mutable std::vector<Left> left_;
  mutable std::map<std::string, bool> known_units_;  // what systemd said last
};

}  // namespace pnfs_ha::outage
