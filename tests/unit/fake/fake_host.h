// A small server in memory: files, mounts, units, modules, a LUN with reservations, zram, DRBD and nfsd, as
// far as the product can tell. It records every change in order, and any change can be made to fail.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "config/cluster_config.h"
#include "fake/fake_lun.h"
#include "host/host.h"
#include "server/state_mirror.h"

namespace pnfs_ha {

// alpha (id 1, 10.0.0.11) and beta (id 2, 10.0.0.12), the cluster of all tests.
ClusterConfig two_servers();
ClusterConfig one_server();

constexpr const char* lun_device = "/dev/disk/by-id/wwn-0x6001405f00d00000000000000000cafe";
constexpr const char* alpha_port = "iqn.2026-01.org.example:alpha,i,0x00023d000001";
constexpr const char* beta_port = "iqn.2026-01.org.example:beta,i,0x00023d000001";
constexpr const char* client_port = "iqn.2026-01.org.example:client,i,0x00023d000001";

class FakeHost : public Host {
 public:
  // A server that has just booted and logged in to the SAN. shared: a LUN that others reach as well.
  explicit FakeHost(const std::string& name = "alpha", FakeLun* shared = nullptr);

  // --- what happened ---

  // Every change, in order. What failed on purpose ends in " (failed)". Telling (status, pulse) is no change.
  std::vector<std::string> changes;

  // All state that a change can touch: a name and a value each.
  std::map<std::string, std::string> snapshot() const;

  // The text of a file; empty if absent.
  std::string text(const Path& path) const { return read_file(path).value_or(""); }
  // Requests come in; replies to those that came in leave.
  bool gate_is_open() const { return lets("requests"); }
  bool replies_leave() const { return lets("replies"); }

  // Thrown by reboot_now(): nothing runs after it.
  struct Rebooted {};

  // --- what goes wrong ---

  enum class Times { once, always };
  // A change that fails after its effect is a timeout, or a kernel that changed its mind late.
  enum class Effect { none, full };

  void fail_nth(std::size_t n, Effect effect = Effect::none);  // counts from 1, and from now
  void fail(const std::string& part_of_text, Times times = Times::always, Effect effect = Effect::none);
  // The kernel does not give a change back: neither now nor, until heal(), later.
  void stick_nth(std::size_t n);
  void stick(const std::string& part_of_text, Times times = Times::always);
  void heal();  // the kernel carries out nothing late

  std::set<std::string> stuck_files;  // whose reading does not end
  bool processes_hang = false;        // the memory of one is locked
  Duration stuck_for{60'000};         // how long somebody waits for what does not end

  bool lun_answers = true;           // to SCSI commands
  Duration lun_takes{0};             // for each
  bool run_is_full = false;          // what is there can be written over
  std::set<std::string> unreadable;  // files and directories that are there
  void unplug_lun();
  void plug_lun();
  // A second path, /dev/sdb; the link goes on naming the first.
  void plug_second_path(const FakeLun::Port& by);
  std::set<std::string> dead_paths;  // device nodes
  std::set<std::string> hung_paths;  // dead ones that the kernel takes for running: it says nothing
  void vanish(const Path& node);     // the disk; what is mounted from it stays

  void rename(const std::string& name) { name_ = name; }  // hostnamectl set-hostname

  // Its nfsd has none of the patches of image/nfsd.
  void be_stock_nfsd();

  // --- what others do ---

  void at(Duration when, std::function<void()> what);  // from now; happens during sleep()
  void pass(Duration time) { sleep(time); }
  void give_vip(bool here);

  // The other server's side of the mirror; nullptr: its link is down.
  struct Peer {
    std::string role = "Secondary";
    std::string disk = "UpToDate";
  };
  void connect_peer(const Peer& peer);
  void disconnect_peer();
  void finish_resync();

  // --- what there is ---

  std::string port = alpha_port;
  FakeLun& lun;
  MirrorState mirror;        // as /proc/drbd tells it
  std::string mirror_holds;  // what blkid finds on /dev/drbd0, and on the ramdisk below it
  std::map<std::string, std::string> files;
  std::map<std::string, std::string> links;
  std::map<std::string, Mount> mounts;
  std::set<std::string> units, modules, directories;
  std::map<std::string, std::string> module_fields;  // of the nfsd that modprobe would pick, see modinfo(8)
  std::set<std::string> read_only;                   // devices
  std::map<std::string, std::vector<MountUser>> mount_users;  // by device
  std::vector<InterfaceAddress> networks;
  std::vector<std::string> nfs_clients;
  std::vector<TcpPeer> connections;
  int nfsd_threads = 0;
  std::string nfsd_scope;
  bool stock_nfsd = false;
  bool exported = false;
  bool tracker_opens_records = true;  // nfsdcld, its database
  bool nfsd_finds_tracker = true;
  std::string ring_buffer = "[1.0] NFSD: Using nfsdcld client tracking operations.\n";
  std::int64_t clock = 1'800'000'000;  // when the test began
  std::set<std::string> damaged_databases;
  std::set<std::string> silent_addresses;  // that answer no echo request
  int lost_echoes = 0;                     // the next so many requests get no answer
  bool nfsd_answers = true;
  std::function<bool(std::uint64_t inode)> on_recall;  // no: a client does not return its layout
  std::set<std::uint64_t> complete;                    // inodes of files without anything uncommitted
  std::map<std::uint64_t, std::string> paths_of_inodes;
  std::map<std::uint64_t, std::vector<ByteRange>> unwritten;  // by inode

  void flush_ruleset();  // as nft(8) does: the gate is gone

  // --- Host ---

  void while_waiting(Waiting tell) override { tell_ = std::move(tell); }
  std::optional<std::string> unfinished() const override { return unfinished_; }
  CommandResult run(const Command& command) override;
  std::string host_name() const override { return name_; }
  std::vector<InterfaceAddress> addresses() const override { return networks; }
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
  bool unit_is_active(const std::string& unit) const override { return units.contains(unit); }
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
  std::vector<TcpPeer> tcp_peers(const std::string&, std::uint16_t) const override { return connections; }
  void tickle(const std::string& address, std::uint16_t port, const std::vector<TcpPeer>& peers) override;
  void nft(const std::string& ruleset) override;
  std::string kernel_log() const override { return ring_buffer; }
  Duration uptime() const override { return uptime_; }
  std::int64_t wall_clock() const override { return clock + (uptime_ - booted).count() / 1000; }
  std::string random_hex(std::size_t bytes) override;
  void sleep(Duration time) override;
  void reboot_now() override;

 protected:
  // Of the commands that DRBD has, for a world in which the other server's side is simulated as well.
  virtual void drbdadm(const std::string& verb, bool forced);
  virtual void drbdsetup(const std::string& verb, bool forced);

 private:
  struct Fault {
    std::string part_of_text;  // or the n-th change
    std::size_t nth = 0;
    Times times = Times::always;
    Effect effect = Effect::none;
    bool sticks = false;
  };

  void write_over(const Path& path, const std::string& text);
  void write_in_place(const Path& path, const std::string& text);  // a file of the product's own
  // Records a change and makes it, unless it is to fail.
  void change(const std::string& text, const std::function<void()>& effect);
  std::optional<Fault> fault_of(const std::string& text);

  // By which port of this server's that disk is reached; nullptr: it is not the LUN.
  const FakeLun::Port* port_of(const Path& node) const;
  ScsiReply execute_together(const FakeLun::Port& by, const ScsiCommand& command);
  ScsiReply answer_late(const FakeLun::Port& by, const ScsiCommand& command);
  void require_answer(const Path& node, const ScsiCommand& command);
  bool may_use(const Path& node) const;  // that path to the LUN, to read and write
  void rescan(const Path& node);
  std::uint64_t size_of(const Path& node) const;  // as the kernel has it
  void make_xfs(bool forced);
  void grow_xfs();
  CommandResult geometry_of_lun() const;

  bool lets(const std::string& set) const;
  std::string dispatch(const Command& command);
  void promote(bool forced);
  std::string proc_drbd() const;
  std::uint64_t ramdisk_size() const;

  std::string name_;
  FakeLun own_lun_;
  std::vector<Fault> faults_;
  std::size_t counted_ = 0;  // changes since fail_nth()
  Waiting tell_;
  std::optional<std::string> unfinished_;
  static constexpr Duration booted{60'000};
  Duration uptime_ = booted;
  std::multimap<Duration, std::function<void()>> events_;
  std::map<std::string, FakeLun::Port> more_paths_;
  std::map<std::string, std::deque<ScsiReply>> asked_;  // whose answers are on their way
  std::optional<Peer> peer_;
  bool metadata_ = false;  // DRBD's, on the ramdisk
  bool gate_installed_ = false;
  std::map<std::string, Duration> gate_open_until_;  // by nftables set
};

}  // namespace pnfs_ha
