// What an agent should do next: a pure function of what it sees.
#pragma once

#include <optional>
#include <string>

#include "server.h"

namespace pnfs_ha {

// Everything that a decision may depend on, as seen at one moment. Durations are zero while it is not so.
struct Observation {
  using Duration = Host::Duration;

  Role role = Role::joining;
  int lease_seconds = 15;
  bool standing_down = false;  // an administrator asked for a switchover, or the agent is stopping
  bool maintenance = false;    // an administrator keeps this server out of the election
  bool retry_due = false;      // out of service long enough to try again
  bool alone = false;          // the cluster has no other server yet
  bool first = false;          // this server's id is the lowest
  bool died_young = false;     // too many servers in a row died young: a human has to decide

  // The election.
  Vrrp vrrp = Vrrp::unknown;
  bool election_runs = true;  // keepalived is there
  bool vip_present = false;
  bool link_up = true;          // the VIP's interface has a carrier
  bool witness_answers = true;  // a witness answers, or there is none to ask
  Duration unelected_for{0};    // how long VRRP has said BACKUP to an active
  Duration contested_for{0};    // VRRP elected this server, but over a working mirror another one is active

  // The LUN.
  bool lun_present = false;
  Access access = Access::none;
  std::optional<ReservationState> reservation;  // nullopt: the LUN does not answer
  Duration lun_silent_for{0};                   // how long it has not answered
  bool answers_by_another_path = false;         // but by one that is not in use
  bool peer_declines = false;                   // the other server says that it cannot take over now
  Duration lun_latency{0};                      // the longest that an answer took lately
  bool lun_changes_over = false;                // it answers, but only that it is not ready
  Duration challenge_stands_for{0};             // how long nobody has answered this server's challenge
  Duration serving_elsewhere_for{0};            // how long another server has been registered as if it served

  // The NFS server and its state.
  MirrorState mirror;
  Duration peer_gone_for{0};  // how long the mirror has not been connected
  NfsState nfs;
  Duration work_stuck_for{0};  // how long the keeper has waited for the LUN's file system and for nfsd
};

enum class Action {
  wait,
  bring_up,         // join the cluster, or try it again
  renew_mirror,     // this server's copy is worthless: begin with a blank one
  seed_mirror,      // every ramdisk is blank: declare this one the truth
  challenge,        // ask, through the LUN, whether the holder of its reservation is alive
  take_over,        // become active
  serve,            // stay active: fence who lost the right to the LUN, renew the gate
  expel,            // stay active: remove another server that is registered as if it served
  restart_tracker,  // nfsdcld died
  release,          // become standby
  renew_standby,    // register and mount again after another server's takeover
  fence_self,       // reboot at once: this server must not answer any more
};

struct Decision {
  Action action = Action::wait;
  bool stand = false;  // for election
  std::string reason;  // why the server is not ready, or why it must act; a phrase
};

// The limits that decisions depend on.
namespace limits {
using std::chrono::seconds;

// A path that fails over or a target that restarts is back by then; longer, and the other server is better
// off. The gate is shut meanwhile.
constexpr seconds lun_silence(10);
// Of a standby, whose answers may be late: it takes over only on an answer.
constexpr seconds moment(2);
// By the path in use, while the LUN answers by another one. A session that is set up anew is back by then.
constexpr seconds path_silence(3);
// keepalived whose VIP somebody else has removed says BACKUP and is MASTER again within milliseconds
// (keepalived_netlink.c, set_vrrp_backup()).
constexpr seconds unelected(1);
// An array whose controllers change over (ALUA, SPC-4 5.11) is back by then, and no other server sees more of it.
constexpr seconds change_over(60);
// DRBD notices a dead peer within 3.5 s (drbd.res.in), VRRP after 3.6 s: for that long a dead server may look alive.
constexpr seconds contest(3);
// A contest that was lost is forgotten after this time: VRRP may work again.
constexpr seconds contest_memory(60);
// After a cold start: how long a blank server waits for one that may have the state. The reservation's holder
// waits less, so that of two servers that cannot see each other the one that served last starts.
constexpr seconds peer_of_holder(60);
constexpr seconds peer_of_other(90);
// A server whose mirror has been cut for longer does not know what the active declares (validity.h). The active begins to
// declare alone later: each notices the cut in its own time, within 3.5 s (drbd.res.in). Both are
// shorter than an outage that another server ends (pulse.h), and longer than an election.
constexpr seconds deaf(6);
constexpr seconds unheard(9);
// A live holder answers a challenge within a second.
constexpr seconds challenge(10);
// Of a holder whose LUN is slow: it looks, looks again, and preempts; whoever takes over sends a few commands more.
constexpr int commands = 8;
// A server that takes over needs one command from its registration as serving to the preemption of the holder, and its path
// to the LUN may be slower than the active's.
constexpr seconds taking(8);
// An nfsd thread may wait for two lease times on a client that does not return its layout (nfs4layouts.c).
constexpr seconds stuck(int lease_seconds) {
  return seconds(2 * lease_seconds + 15);
}
}  // namespace limits

inline constexpr auto action_names = names<Action>({{Action::wait, "wait"},
                                                    {Action::bring_up, "bring up"},
                                                    {Action::renew_mirror, "renew the mirror"},
                                                    {Action::seed_mirror, "seed the mirror"},
                                                    {Action::challenge, "challenge the holder"},
                                                    {Action::take_over, "take over"},
                                                    {Action::serve, "serve"},
                                                    {Action::expel, "expel"},
                                                    {Action::restart_tracker, "restart nfsdcld"},
                                                    {Action::release, "release"},
                                                    {Action::renew_standby, "renew the standby"},
                                                    {Action::fence_self, "fence itself"}});

inline const char* to_string(Action action) {
  return action_names.of(action);
}

Decision decide(const Observation& seen);

// Of the active: what it declares now reaches the other servers, or they wait for the longest validity (validity.h).
bool is_heard(const Observation& seen);
// Of a standby that takes over: the server before it may have declared more than this one's copy says.
bool is_deaf(const Observation& seen);

}  // namespace pnfs_ha
