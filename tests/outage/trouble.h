// What may be wrong with the world for a while.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/names.h"
#include "random.h"

namespace pnfs_ha::outage {

struct World;
struct Node;

enum class Kind {
  no_power,
  no_clients,      // the server's cable to the clients' network
  no_carrier,      // the same, and the server notices
  no_vrrp,         // between the servers
  no_mirror_link,  // between the servers
  no_lun,          // one server's path
  no_lun_at_all,
  lun_gone,         // one server's disk, as its kernel gave it up
  strange_names,    // registrations that are no UTF-8
  agent_stopped,    // SIGSTOP; systemd's watchdog may kill it
  agent_in_kernel,  // does not even die
  agent_refused,    // a configuration that is wrong: exit 64
  agent_fails,      // each start
  agent_dies,       // again and again
  no_keepalived,
  no_nfsdcld,
  no_mountd,
  keeper_stopped,  // in the middle of a round
  run_is_full,
  no_descriptors,  // the agent's
  no_dbus,
  other_host_name,
  maintenance,
  call_fails,   // one of Host's, of the agent's
  call_throws,  // something else than Error
  call_hangs,
  call_lies,
  count
};

inline constexpr auto kind_names = names<Kind>({{Kind::no_power, "no power"},
                                                {Kind::no_clients, "cut off from the clients"},
                                                {Kind::no_carrier, "no carrier"},
                                                {Kind::no_vrrp, "no VRRP between the servers"},
                                                {Kind::no_mirror_link, "no mirror link"},
                                                {Kind::no_lun, "the LUN does not answer"},
                                                {Kind::no_lun_at_all, "the LUN answers nobody"},
                                                {Kind::lun_gone, "the LUN's device is gone"},
                                                {Kind::strange_names, "strange names in registrations"},
                                                {Kind::agent_stopped, "the agent is stopped"},
                                                {Kind::agent_in_kernel, "the agent hangs in the kernel"},
                                                {Kind::agent_refused, "the agent may not start"},
                                                {Kind::agent_fails, "the agent's starts fail"},
                                                {Kind::agent_dies, "the agent dies again and again"},
                                                {Kind::no_keepalived, "keepalived was killed"},
                                                {Kind::no_nfsdcld, "nfsdcld was killed"},
                                                {Kind::no_mountd, "mountd was killed"},
                                                {Kind::keeper_stopped, "the keeper stops in its round"},
                                                {Kind::run_is_full, "/run is full"},
                                                {Kind::no_descriptors, "no descriptors for the agent"},
                                                {Kind::no_dbus, "D-Bus is dead"},
                                                {Kind::other_host_name, "another host name"},
                                                {Kind::maintenance, "maintenance"},
                                                {Kind::call_fails, "a call fails"},
                                                {Kind::call_throws, "a call throws out_of_range"},
                                                {Kind::call_hangs, "a call hangs"},
                                                {Kind::call_lies, "a call returns nonsense"}});

struct Trouble {
  int number = 0;
  Kind kind = Kind::count;
  int node = 0;
  std::chrono::milliseconds until{0};
  std::chrono::milliseconds life{0};  // of an agent that dies again and again
  bool once = false;
  std::string call;     // of the last four: its name
  std::string subject;  // what it is about; empty: whatever

  bool is_of(const std::string& name, const std::string& about) const {
    return call == name && (subject.empty() || subject == about);
  }
};

std::string describe(const World& world, const Trouble& trouble);

// Some that fits the world; nullopt: the one that chance chose does not.
std::optional<Trouble> any_trouble(World& world);

void begin(World& world, const Trouble& trouble);
void end(World& world, const Trouble& trouble);  // which is not in the world's list any more

}  // namespace pnfs_ha::outage
