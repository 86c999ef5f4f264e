// One server from its boot to its end: a FakeHost whose LUN, mirror and clock are the other one's as well.
#pragma once

#include <set>
#include <string>

#include "config/units.h"
#include "fake/fake_host.h"

namespace pnfs_ha::outage {

struct World;
struct Node;

class Machine : public FakeHost {
 public:
  static constexpr const char* carrier = "/sys/class/net/eth0/carrier";
  static constexpr const char* gateway = "10.0.0.1";
  static constexpr const char* lun_mount = "/srv/pnfs-ha";

  Machine(World& world, Node& node);

  bool has_carrier() const { return text(carrier) == "1\n"; }
  bool has_vip() const;
  bool writes_to_lun() const;  // mounted read-write
  bool is_on_lun(const Path& path) const;
  void forget_changes() { changes.clear(); }

  std::string called;                  // its host name
  std::set<std::string> broken_units;  // that do not start

  std::string host_name() const override { return called; }
  Duration uptime() const override;
  std::int64_t wall_clock() const override;
  void sleep(Duration time) override;
  CommandResult run(const Command& command) override;
  void write_file(const Path& path, const std::string& text, int mode) override;
  void create_directory(const Path& path, int mode) override;
  void remove_file(const Path& path) override;
  void rename_file(const Path& from, const Path& to) override;
  void copy_database(const Path& from, const Path& to) override;
  void mount(const Mount& mount) override;
  void umount(const Path& target) override;
  void start_unit(const std::string& unit) override;
  void stop_unit(const std::string& unit) override;

 protected:
  void drbdadm(const std::string& verb, bool forced) override;
  void drbdsetup(const std::string& verb, bool forced) override;

 private:
  bool is_on_mirror(const Path& path) const;
  void require_writable(const Path& path) const;
  void keep(const Path& path);  // what has just been written there

  World& world_;
  Node& node_;
  Duration booted_at_;
};

}  // namespace pnfs_ha::outage
