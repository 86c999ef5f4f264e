// keepalived: who may be active. It adds the VIP to the elected server and tells the agent through a FIFO.
#pragma once

#include <optional>
#include <string>

#include "base/names.h"
#include "host/host.h"

namespace pnfs_ha {

enum class Vrrp { unknown, backup, master, fault };

inline constexpr auto vrrp_names = names<Vrrp>(
    {{Vrrp::unknown, "unknown"}, {Vrrp::backup, "BACKUP"}, {Vrrp::master, "MASTER"}, {Vrrp::fault, "FAULT"}});

inline const char* to_string(Vrrp vrrp) {
  return vrrp_names.of(vrrp);
}

// A line of keepalived's notify FIFO, `INSTANCE "pnfs-ha" MASTER 100`; nullopt for what concerns something else.
std::optional<Vrrp> parse_notification(const std::string& line);

// Takes the whole lines off a text that has come through the FIFO so far. What the last of them says that
// says something: the ones before it are history already. A line without an end is given up when it is longer
// than any of keepalived's.
std::optional<Vrrp> take_notifications(std::string& text);

class Election {
 public:
  static constexpr const char* instance = "pnfs-ha";
  static constexpr const char* fifo = "/run/pnfs-ha/vrrp";
  static constexpr const char* track_file = "/run/pnfs-ha/out-of-election";

  // vip: numeric address, without prefix
  Election(Host& host, std::string vip, std::string interface);

  // Starts keepalived; the server stands for election only after stand().
  void join();
  void leave();

  // A server that is not ready is in VRRP's FAULT state: it gives up the VIP at once, with an advertisement
  // of priority 0, and is never elected.
  void stand();
  // The one that serves has the highest priority: of two that were elected, it stays; and when somebody else
  // has removed its VIP, it is elected again before anybody else.
  void serve();
  void stand_down() { stand_down(host_); }
  static void stand_down(Host& host);  // also for who does not know the cluster

  bool runs() const;    // keepalived
  void reload() const;  // a changed configuration; the state stays

  bool vip_present() const;
  bool link_up() const;  // of the VIP's interface

 private:
  Host& host_;
  std::string vip_;
  std::string interface_;
};

}  // namespace pnfs_ha
