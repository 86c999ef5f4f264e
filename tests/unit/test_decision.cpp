// What an agent does next: one observation, one decision.
#include <gtest/gtest.h>

#include "decision.h"

namespace pnfs_ha {
namespace {

const MirrorState synced = {"Connected", "Secondary", "Secondary", "UpToDate", "UpToDate"};

Observation active() {
  Observation seen;
  seen.role = Role::active;
  seen.vrrp = Vrrp::master;
  seen.lun_present = true;
  seen.access = Access::read_write;
  seen.reservation = ReservationState{.registrations = {},
                                      .holder = Holder::self,
                                      .type = pr::Type::exclusive_access_registrants_only,
                                      .own_key = server_key(1)};
  seen.mirror = synced;
  seen.mirror.role = "Primary";
  seen.nfs.running = true;
  seen.vip_present = true;
  return seen;
}

Observation standby() {
  Observation seen;
  seen.role = Role::standby;
  seen.vrrp = Vrrp::backup;
  seen.lun_present = true;
  seen.access = Access::read_only;
  seen.reservation = ReservationState{.registrations = {},
                                      .holder = Holder::peer,
                                      .type = pr::Type::exclusive_access_registrants_only,
                                      .own_key = server_key(1)};
  seen.mirror = synced;
  seen.mirror.peer_role = "Primary";
  return seen;
}

Observation joining() {
  Observation seen;
  seen.lun_present = true;
  return seen;
}

Observation failed() {
  Observation seen = standby();
  seen.role = Role::out_of_service;
  return seen;
}

Observation but(Observation seen, const std::function<void(Observation&)>& change) {
  change(seen);
  return seen;
}

using Seen = Observation&;
using namespace std::chrono_literals;

auto silent_for(std::chrono::seconds time) {
  return [time](Seen s) {
    s.reservation.reset();
    s.lun_silent_for = time;
  };
}

const struct {
  const char* scenario;
  Observation seen;
  Action action;
  bool stand;
  const char* reason;
} table[] = {
    // joining
    {"a server that boots is brought up", joining(), Action::bring_up, false, ""},
    {"not before its LUN is there", but(joining(), [](Seen s) { s.lun_present = false; }), Action::wait,
     false, "the LUN is not there"},

    // standby
    {"a healthy standby stands for election", standby(), Action::wait, true, ""},
    {"elected, it takes over", but(standby(), [](Seen s) { s.vrrp = Vrrp::master; }), Action::take_over, true,
     ""},
    {"elected, with the link to a dead peer gone",
     but(standby(),
         [](Seen s) {
           s.vrrp = Vrrp::master;
           s.mirror = {"WFConnection", "Secondary", "Unknown", "UpToDate", "DUnknown"};
         }),
     Action::take_over, true, ""},
    {"a free LUN does not keep it from that",
     but(standby(),
         [](Seen s) {
           s.vrrp = Vrrp::master;
           s.reservation->holder = Holder::none;
         }),
     Action::take_over, true, ""},
    {"FAULT is what it asked for itself", but(standby(), [](Seen s) { s.vrrp = Vrrp::fault; }), Action::wait,
     true, ""},
    {"while resynchronising it stands back",
     but(standby(),
         [](Seen s) {
           s.vrrp = Vrrp::master;
           s.mirror = {"SyncTarget", "Secondary", "Primary", "Inconsistent", "UpToDate"};
         }),
     Action::wait, false, "the state mirror is Inconsistent"},
    {"without a mirror too", but(standby(), [](Seen s) { s.mirror = {}; }), Action::wait, false,
     "the state mirror is down"},
    {"and without a disk below it", but(standby(), [](Seen s) { s.mirror.disk = "Diskless"; }), Action::wait,
     false, "the state mirror is Diskless"},
    {"a LUN that does not answer", but(standby(), [](Seen s) { s.reservation.reset(); }), Action::wait, false,
     "the LUN does not answer"},
    {"a LUN that is gone", but(standby(), [](Seen s) { s.lun_present = false; }), Action::wait, false,
     "the LUN is not there"},
    {"after another server's takeover", but(standby(), [](Seen s) { s.reservation->own_key.reset(); }),
     Action::renew_standby, false, "another server took over"},
    {"elected in that moment, it registers first",
     but(standby(),
         [](Seen s) {
           s.vrrp = Vrrp::master;
           s.reservation->own_key.reset();
         }),
     Action::renew_standby, false, "another server took over"},
    {"standing down, elected or not",
     but(standby(),
         [](Seen s) {
           s.vrrp = Vrrp::master;
           s.standing_down = true;
         }),
     Action::wait, false, "standing down"},

    // blank mirrors
    {"both blank and this is the first server",
     but(standby(),
         [](Seen s) {
           s.first = true;
           s.mirror = {"Connected", "Secondary", "Secondary", "Inconsistent", "Inconsistent"};
         }),
     Action::seed_mirror, false, "every ramdisk is blank"},
    {"both blank and this is the other",
     but(standby(),
         [](Seen s) {
           s.mirror = {"Connected", "Secondary", "Secondary", "Inconsistent", "Inconsistent"};
         }),
     Action::wait, false, "the state mirror is Inconsistent"},
    {"blank, and nobody knows what the peer has",
     but(standby(),
         [](Seen s) {
           s.first = true;
           s.vrrp = Vrrp::master;
           s.mirror = {"WFConnection", "Secondary", "Unknown", "Inconsistent", "DUnknown"};
         }),
     Action::wait, false, "the state mirror is Inconsistent"},
    {"blank, and the peer has a copy that is only outdated",
     but(standby(),
         [](Seen s) {
           s.first = true;
           s.mirror = {"Connected", "Secondary", "Secondary", "Inconsistent", "Outdated"};
         }),
     Action::wait, false, "the state mirror is Inconsistent"},
    {"blank, and a cluster of one",
     but(standby(),
         [](Seen s) {
           s.first = s.alone = true;
           s.mirror = {"StandAlone", "Secondary", "Unknown", "Inconsistent", "DUnknown"};
         }),
     Action::seed_mirror, false, "every ramdisk is blank"},

    // active
    {"a healthy active serves", active(), Action::serve, true, ""},
    {"without a peer as well",
     but(active(),
         [](Seen s) {
           s.mirror = {"WFConnection", "Primary", "Unknown", "UpToDate", "DUnknown"};
         }),
     Action::serve, true, ""},
    {"before keepalived said anything", but(active(), [](Seen s) { s.vrrp = Vrrp::unknown; }), Action::serve,
     true, ""},
    {"preempted by the peer", but(active(), [](Seen s) { s.reservation->holder = Holder::peer; }),
     Action::fence_self, false, "the LUN's reservation belongs to: peer"},
    {"somebody cleared the reservation", but(active(), [](Seen s) { s.reservation->holder = Holder::none; }),
     Action::fence_self, false, "the LUN's reservation belongs to: none"},
    {"a stranger has it", but(active(), [](Seen s) { s.reservation->holder = Holder::other; }),
     Action::fence_self, false, "the LUN's reservation belongs to: other"},
    {"the LUN is silent for a moment: it is not served, but not given up", but(active(), silent_for(9s)),
     Action::wait, true, "the LUN does not answer"},
    {"the LUN stays silent", but(active(), silent_for(10s)), Action::fence_self, false,
     "the LUN does not answer"},
    {"the LUN is gone",
     but(active(),
         [](Seen s) {
           s.lun_present = false;
           silent_for(10s)(s);
         }),
     Action::fence_self, false, "the LUN does not answer"},
    {"somebody unmounted the LUN", but(active(), [](Seen s) { s.access = Access::none; }), Action::fence_self,
     false, "the LUN is not mounted read-write"},
    {"XFS went read-only", but(active(), [](Seen s) { s.access = Access::read_only; }), Action::fence_self,
     false, "the LUN is not mounted read-write"},
    {"somebody stopped nfsd", but(active(), [](Seen s) { s.nfs.running = false; }), Action::fence_self, false,
     "the NFS server stopped"},
    {"the mirror was demoted", but(active(), [](Seen s) { s.mirror.role = "Secondary"; }), Action::fence_self,
     false, "the state mirror is not Primary here"},
    {"a switchover was asked for", but(active(), [](Seen s) { s.standing_down = true; }), Action::release,
     false, "an administrator asked for it"},
    {"the peer was elected", but(active(), [](Seen s) { s.vrrp = Vrrp::backup; }), Action::release, true,
     "VRRP says BACKUP"},
    {"its interface went down", but(active(), [](Seen s) { s.vrrp = Vrrp::fault; }), Action::release, true,
     "VRRP says FAULT"},
    {"fenced, it does not release in order",
     but(active(),
         [](Seen s) {
           s.standing_down = true;
           s.reservation->holder = Holder::peer;
         }),
     Action::fence_self, false, "the LUN's reservation belongs to: peer"},

    // out of service
    {"a failed server waits", failed(), Action::wait, false, ""},
    {"and tries again", but(failed(), [](Seen s) { s.retry_due = true; }), Action::bring_up, false, ""},
    {"but not without its LUN",
     but(failed(),
         [](Seen s) {
           s.retry_due = true;
           s.lun_present = false;
         }),
     Action::wait, false, "the LUN is not there"},
    {"elected or not", but(failed(), [](Seen s) { s.vrrp = Vrrp::master; }), Action::wait, false, ""},
};

TEST(Decision, table) {
  for (const auto& row : table) {
    const Decision decision = decide(row.seen);
    EXPECT_STREQ(to_string(decision.action), to_string(row.action)) << row.scenario;
    EXPECT_EQ(decision.stand, row.stand) << row.scenario;
    EXPECT_EQ(decision.reason, row.reason) << row.scenario;
  }
}

// Whatever is seen: nobody takes over, seeds or serves without the LUN answering, and nobody who is not
// ready stands for election.
TEST(Decision, never_acts_on_a_silent_lun) {
  for (const auto& row : table) {
    Observation seen = row.seen;
    silent_for(10s)(seen);
    const Decision decision = decide(seen);
    EXPECT_TRUE(decision.action == Action::wait || decision.action == Action::bring_up ||
                decision.action == Action::fence_self)
        << row.scenario;
    EXPECT_FALSE(decision.stand) << row.scenario;
  }
}

}  // namespace
}  // namespace pnfs_ha
