// A machine that only has a name: enough to ask the plan for the names of its acts.
#pragma once

#include <stdexcept>

#include "config/cluster_config.h"
#include "host/host.h"

namespace pnfs_ha::model {

class PlanHost : public Host {
 public:
  static ClusterConfig config() {
    ClusterConfig config;
    config.name = "model";
    config.lun = "/dev/disk/by-id/wwn-0x1";
    config.vip = {"10.0.0.100", 24};
    config.interface = "eth0";
    config.servers = {{.name = "alpha", .id = 1, .address = "10.0.0.11", .replication_address = "10.1.0.11"},
                      {.name = "beta", .id = 2, .address = "10.0.0.12", .replication_address = "10.1.0.12"}};
    return config;
  }

  // Of which server it is; the plan asks for that when it is made.
  std::string host_name() const override { return "alpha"; }
  std::vector<InterfaceAddress> addresses() const override { return {}; }

  void while_waiting(Waiting) override { throw unused(); }
  std::optional<std::string> unfinished() const override { throw unused(); }
  CommandResult run(const Command&) override { throw unused(); }
  std::optional<std::string> read_file(const Path&) const override { throw unused(); }
  std::optional<Path> resolve(const Path&) const override { throw unused(); }
  std::vector<std::string> list(const Path&) const override { throw unused(); }
  void write_file(const Path&, const std::string&, int) override { throw unused(); }
  void write_attribute(const Path&, const std::string&) override { throw unused(); }
  void create_directory(const Path&, int) override { throw unused(); }
  void remove_file(const Path&) override { throw unused(); }
  void rename_file(const Path&, const Path&) override { throw unused(); }
  Content probe(const Path&) const override { throw unused(); }
  void set_writable(const Path&, Writable) override { throw unused(); }
  ScsiReply scsi(const Path&, const ScsiCommand&) override { throw unused(); }
  std::optional<Mount> mounted_at(const Path&) const override { throw unused(); }
  std::vector<Mount> mounts_of(const Path&) const override { throw unused(); }
  void mount(const Mount&) override { throw unused(); }
  void umount(const Path&) override { throw unused(); }
  void detach(const Path&) override { throw unused(); }
  std::vector<MountUser> users_of(const Path&) const override { throw unused(); }
  std::vector<MountUser> end_users_of(const Path&) override { throw unused(); }
  bool unit_is_active(const std::string&) const override { throw unused(); }
  void start_unit(const std::string&) override { throw unused(); }
  void stop_unit(const std::string&) override { throw unused(); }
  void reload_unit(const std::string&) override { throw unused(); }
  void check_database(const Path&) const override { throw unused(); }
  void copy_database(const Path&, const Path&) override { throw unused(); }
  void call_nfsd(std::chrono::seconds) override { throw unused(); }
  std::set<std::uint64_t> recall_layouts(const Path&, const std::set<std::uint64_t>&, Duration) override {
    throw unused();
  }
  std::optional<std::vector<ByteRange>> unwritten_ranges(const Path&, std::uint64_t) const override {
    throw unused();
  }
  std::string path_of_inode(const Path&, std::uint64_t) const override { throw unused(); }
  std::vector<TcpPeer> tcp_peers(const std::string&, std::uint16_t) const override { throw unused(); }
  void tickle(const std::string&, std::uint16_t, const std::vector<TcpPeer>&) override { throw unused(); }
  void nft(const std::string&) override { throw unused(); }
  std::string kernel_log() const override { throw unused(); }
  Duration uptime() const override { throw unused(); }
  std::int64_t wall_clock() const override { throw unused(); }
  std::string random_hex(std::size_t) override { throw unused(); }
  void sleep(Duration) override { throw unused(); }
  void reboot_now() override { throw unused(); }

 private:
  static std::logic_error unused() { return std::logic_error("the model runs no act of the real plan"); }
};

}  // namespace pnfs_ha::model
