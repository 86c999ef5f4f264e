// What an agent does next: one observation, one decision.
#include "observations.h"

namespace pnfs_ha::observed {
namespace {

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
    {"registered as if it served, it registers as what it is",
     but(standby(), [](Seen s) { s.reservation->own_key = serving_key(1); }), Action::renew_standby, false,
     "this server is registered as if it served"},
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
    {"and without a disk below it", but(standby(), [](Seen s) { s.mirror.disk = "Diskless"; }),
     Action::renew_mirror, false, "the copy of the NFS state is worthless"},
    {"a LUN that does not answer", silent(standby(), 2s), Action::wait, false, "the LUN does not answer"},
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

    {"in maintenance, elected or not", but(elected(), [](Seen s) { s.maintenance = true; }), Action::wait,
     false, "maintenance"},
    {"without a witness", but(elected(), [](Seen s) { s.witness_answers = false; }), Action::wait, false,
     "no witness answers"},
    {"without a link", but(elected(), [](Seen s) { s.link_up = false; }), Action::wait, false,
     "the VIP's interface has no link"},
    {"elected beside an active that looks alive, as one that just died does",
     but(elected(), [](Seen s) { s.contested_for = 2999ms; }), Action::wait, true, ""},
    {"and goes on looking alive", but(elected(), [](Seen s) { s.contested_for = 3s; }), Action::challenge,
     true,
     "VRRP elected this server although another one is alive and active: do VRRP's advertisements (IP "
     "protocol 112) get through?"},
    {"and has answered", but(elected(), [](Seen s) { s.contested_for = 13s; }), Action::challenge, false,
     "VRRP elected this server although another one is alive and active: do VRRP's advertisements (IP "
     "protocol 112) get through?"},
    {"without keepalived", but(elected(), [](Seen s) { s.election_runs = false; }), Action::bring_up, false,
     "keepalived does not run"},

    // blank mirrors
    {"both blank and this is the first server",
     but(standby(),
         [](Seen s) {
           s.first = true;
           s.mirror = {"Connected", "Secondary", "Secondary", "Inconsistent", "Inconsistent", true};
         }),
     Action::seed_mirror, false, "every ramdisk is blank"},
    {"both blank and this is the other",
     but(standby(),
         [](Seen s) {
           s.mirror = {"Connected", "Secondary", "Secondary", "Inconsistent", "Inconsistent", true};
         }),
     Action::wait, false, "every ramdisk is blank; the first server begins"},
    {"blank, and nobody knows what the peer has", blank_alone(89s), Action::wait, false,
     "the ramdisk is blank and the other server does not answer"},
    {"after 90 s it asks through the LUN", blank_alone(90s), Action::challenge, false,
     "the ramdisk is blank and the other server does not answer; asking through the LUN whether it is alive"},
    {"without a witness it is not the peer that is gone",
     but(blank_alone(90s), [](Seen s) { s.witness_answers = false; }), Action::wait, false,
     "the ramdisk is blank and the other server does not answer; nor does any witness"},
    {"nor without a link", but(blank_alone(90s), [](Seen s) { s.link_up = false; }), Action::wait, false,
     "the ramdisk is blank and the other server does not answer; nor does any witness"},
    {"a challenge stands for 10 s unanswered",
     but(blank_alone(100s), [](Seen s) { s.challenge_stands_for = 10s; }), Action::seed_mirror, false,
     "every ramdisk is blank"},
    {"not for 9", but(blank_alone(99s), [](Seen s) { s.challenge_stands_for = 9s; }), Action::challenge,
     false,
     "the ramdisk is blank and the other server does not answer; asking through the LUN whether it is alive"},
    {"a challenge is answered", but(blank_alone(91s), [](Seen s) { s.reservation->own_key.reset(); }),
     Action::renew_standby, false, "another server took over"},
    {"whoever served last waits less",
     but(blank_alone(60s), [](Seen s) { s.reservation->holder = Holder::self; }), Action::seed_mirror, false,
     "every ramdisk is blank"},
    {"but not at once", but(blank_alone(59s), [](Seen s) { s.reservation->holder = Holder::self; }),
     Action::wait, false, "the ramdisk is blank and the other server does not answer"},
    {"half a resynchronisation whose source is gone",
     but(blank_alone(1s), [](Seen s) { s.mirror.blank = false; }), Action::renew_mirror, false,
     "the copy of the NFS state is worthless"},
    {"the loser of a split", but(standby(), [](Seen s) { s.mirror = split; }), Action::renew_mirror, false,
     "the copy of the NFS state is worthless"},
    {"the winner of a split keeps its copy",
     but(standby(),
         [](Seen s) {
           s.mirror = split;
           s.reservation->holder = Holder::self;
         }),
     Action::wait, true, ""},
    {"blank, and the peer has a copy that is only outdated",
     but(standby(),
         [](Seen s) {
           s.first = true;
           s.mirror = {"Connected", "Secondary", "Secondary", "Inconsistent", "Outdated", true};
         }),
     Action::wait, false, "the ramdisk is blank, the other server's copy is Outdated"},
    {"blank, and a cluster of one",
     but(standby(),
         [](Seen s) {
           s.first = s.alone = true;
           s.mirror = {"StandAlone", "Secondary", "Unknown", "Inconsistent", "DUnknown", true};
         }),
     Action::seed_mirror, false, "every ramdisk is blank"},

    // active
    {"a healthy active serves", active(), Action::serve, true, ""},
    {"without a peer as well", but(active(), [](Seen s) { s.mirror = without_peer; }), Action::serve, true,
     ""},
    {"before keepalived said anything", but(active(), [](Seen s) { s.vrrp = Vrrp::unknown; }), Action::serve,
     true, ""},
    {"preempted by the peer", but(active(), [](Seen s) { s.reservation->holder = Holder::peer; }),
     Action::fence_self, false, "the LUN's reservation belongs to: peer"},
    {"somebody cleared the reservation", but(active(), [](Seen s) { s.reservation->holder = Holder::none; }),
     Action::release, true, "the LUN has lost its reservation"},
    {"a stranger has it", but(active(), [](Seen s) { s.reservation->holder = Holder::other; }),
     Action::fence_self, false, "the LUN's reservation belongs to: other"},
    {"another server takes over: nothing is served until it has preempted this one, or given up",
     but(active(),
         [](Seen s) {
           s.reservation->serving_elsewhere = {serving_key(2)};
           s.serving_elsewhere_for = 2s;
         }),
     Action::wait, true, "another server takes over"},
    {"another server died while it took over",
     but(active(),
         [](Seen s) {
           s.reservation->serving_elsewhere = {serving_key(2)};
           s.serving_elsewhere_for = 8s;
         }),
     Action::expel, true, "another server began to take over and does not go on"},
    {"the nfsd of a preempted server registered it again",
     but(active(), [](Seen s) { s.reservation->serving_elsewhere = nfsd_of_the_other; }), Action::expel, true,
     "another server's nfsd let itself in"},
    {"the same, but it also took the reservation",
     but(active(),
         [](Seen s) {
           s.reservation->serving_elsewhere = {nfsd_key};
           s.reservation->holder = Holder::peer;
         }),
     Action::fence_self, false, "the LUN's reservation belongs to: peer"},
    {"the LUN is silent for a moment: it is not served, but not given up", but(active(), silent_for(9s)),
     Action::wait, true, "the LUN does not answer"},
    {"the LUN stays silent", but(active(), silent_for(10s)), Action::fence_self, false,
     "the LUN does not answer"},
    {"the LUN stays silent, and nobody else can serve",
     but(active(),
         [](Seen s) {
           s.mirror.peer_disk = "Inconsistent";
           silent_for(10s)(s);
         }),
     Action::wait, false, "the LUN does not answer, and no other server is ready"},
    {"the storage system changes over: no other server sees more",
     but(active(),
         [](Seen s) {
           silent_for(59s)(s);
           s.lun_changes_over = true;
         }),
     Action::wait, true, "the LUN is not ready: the storage system changes over"},
    {"and does not end",
     but(active(),
         [](Seen s) {
           silent_for(60s)(s);
           s.lun_changes_over = true;
         }),
     Action::fence_self, false, "the LUN does not answer"},
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
    {"somebody stopped nfsd", but(active(), [](Seen s) { s.nfs.running = false; }), Action::release, true,
     "the NFS server stopped"},
    {"the mirror was demoted", but(active(), [](Seen s) { s.mirror.role = "Secondary"; }), Action::fence_self,
     false, "the state mirror is not Primary here"},
    {"nfsdcld died", but(active(), [](Seen s) { s.nfs.tracked = false; }), Action::restart_tracker, true,
     "nfsdcld died"},
    {"XFS or nfsd takes longer than two leases and 15 s",
     but(active(), [](Seen s) { s.work_stuck_for = 45s; }), Action::fence_self, false,
     "the LUN's file system or nfsd does not answer"},
    {"a layout recall may take nearly that long", but(active(), [](Seen s) { s.work_stuck_for = 44s; }),
     Action::serve, true, ""},
    {"its ramdisk failed, and the peer is ready", but(active(), [](Seen s) { s.mirror.disk = "Diskless"; }),
     Action::release, false, "the ramdisk failed"},
    {"its ramdisk failed, and the peer is not ready",
     but(active(), [](Seen s) { s.mirror.disk = "Diskless", s.mirror.peer_disk = "Inconsistent"; }),
     Action::fence_self, false, "the ramdisk failed, and there is no other copy"},
    {"keepalived died", but(active(), [](Seen s) { s.election_runs = false; }), Action::release, false,
     "keepalived does not run"},
    {"maintenance", but(active(), [](Seen s) { s.maintenance = true; }), Action::release, false,
     "maintenance"},
    {"a switchover was asked for", but(active(), [](Seen s) { s.standing_down = true; }), Action::release,
     false, "an administrator asked for it"},
    {"the peer was elected", but(active(), [](Seen s) { s.vrrp = Vrrp::backup, s.unelected_for = 1s; }),
     Action::release, true, "VRRP says BACKUP"},
    {"somebody removed the VIP, and it is there again at once",
     but(active(), [](Seen s) { s.vrrp = Vrrp::backup, s.unelected_for = 999ms; }), Action::serve, true, ""},
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
    seen.lun_changes_over = false;  // that is a word
    const Decision decision = decide(seen);
    EXPECT_TRUE(decision.action == Action::wait || decision.action == Action::bring_up ||
                decision.action == Action::fence_self)
        << row.scenario;
    EXPECT_FALSE(decision.stand) << row.scenario;
  }
}

}  // namespace
}  // namespace pnfs_ha::observed
