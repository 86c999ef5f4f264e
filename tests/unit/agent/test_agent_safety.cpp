// What an agent does about others that lost their right, about parts that fail, and about cold starts.
#include "agent/fencer.h"
#include "agent/keeper.h"
#include "agent/witness.h"
#include "agent_scene.h"
#include "config/units.h"

namespace pnfs_ha {
namespace {

const std::string challenge = "REGISTER AND IGNORE EXISTING KEY 0x7048430000000001";

class AgentSafetyTest : public AgentTest {
 protected:
  // nfsd's list of clients: one, the client of the scenes.
  void client_is(const std::string& status, int seconds_since_renewal) {
    host.nfs_clients = {"3"};
    host.files["/proc/fs/nfsd/clients/3/info"] =
        "clientid: 0x000000076a5f3c11\naddress: \"10.0.0.21:779\"\nstatus: " + status +
        "\nseconds from last renew: " + std::to_string(seconds_since_renewal) + "\nname: \"c\"\n";
  }
  // Ticks for this long; what was changed besides the gate.
  Lines changes_in(std::chrono::milliseconds time) {
    host.changes.clear();
    const Host::Duration end = host.uptime() + time;
    while (host.uptime() < end) tick();
    std::erase(host.changes, "open the gate");
    return host.changes;
  }
};

// nfsd knows what its clients are worth; the fencer, who did not come back. The agent waits for neither.
TEST_F(AgentSafetyTest, fences_no_client_whatever_nfsd_says_of_it) {
  become_active();
  for (const std::string status : {"confirmed", "courtesy", "expirable"}) {
    client_is(status, 90);
    EXPECT_EQ(changes_in(seconds(60)), Lines{});
  }
  host.nfs_clients.clear();
  EXPECT_EQ(changes_in(seconds(60)), Lines{});
}

// Until the fencer says otherwise nothing can be removed: somebody has to know.
TEST_F(AgentSafetyTest, is_degraded_while_blocks_are_kept_for_longer_than_fencing_takes) {
  become_active();
  host.connect_peer({});
  host.files["/proc/fs/nfsd/v4_end_grace"] = "N\n";
  changes_in(seconds(30));
  EXPECT_EQ(health().why, "");
  host.files["/proc/fs/nfsd/v4_end_grace"] = "Y\n";
  changes_in(seconds(4));
  EXPECT_EQ(health().why, "");
  changes_in(seconds(2));
  EXPECT_EQ(health().health, Health::degraded);
  EXPECT_EQ(
      health().why,
      "it is unknown whether previous clients are still registered with the LUN; nothing can be removed or "
      "shortened until then");
  const std::string started = host.text("/run/pnfs-ha/nfsd-started");
  host.files[fence_report_file] =
      R"({"term": )" + started.substr(0, started.find(' ')) +
      R"(, "strangers": [{"key": "0x6a5f3c1100000007"}], "trouble": "no answer"})";
  tick();
  EXPECT_EQ(health().why,
            "clients that did not come back are still registered with the LUN (1); nothing can be removed or "
            "shortened until then: no answer");
  host.files[fence_report_file] = R"({"term": 1, "strangers": [], "fenced": [{"key": "0x1", "at": 1}]})";
  tick();
  EXPECT_EQ(status()["fenced"], json::array());  // of an earlier term
  host.files["/sys/module/nfsd/parameters/keep_blocks"] = "N\n";
  tick();
  EXPECT_EQ(health().why, "");
}

TEST_F(AgentSafetyTest, a_moment_without_nfsds_list_of_clients_shuts_no_gate) {
  become_active();
  host.unreadable = {"/proc/fs/nfsd/clients"};
  EXPECT_EQ(changes_in(seconds(10)), Lines{});
  EXPECT_TRUE(host.gate_is_open());
  EXPECT_EQ(status()["nfs"]["clients"], nullptr);
}

TEST_F(AgentSafetyTest, answers_a_challenge) {
  become_active();
  client_is("confirmed", 3);
  host.lun.registered.push_back({beta_port, challenge_key_base | 2});
  EXPECT_EQ(changes_in(seconds(3)), Lines{"PREEMPT AND ABORT 0x7048430000000002 with 0x7048530000000001"});
}

// --- parts that fail ---

TEST_F(AgentSafetyTest, starts_nfsdcld_again_before_it_serves_on) {
  become_active();
  host.units.erase("pnfs-ha-nfsdcld.service");
  EXPECT_EQ(what_happens([&] { tick(); }),
            (Lines{"stop pnfs-ha-nfsdcld.service", "start pnfs-ha-nfsdcld.service"}));
  EXPECT_EQ(what_happens([&] { tick(); }), Lines{"open the gate"});
}

TEST_F(AgentSafetyTest, starts_the_keeper_and_the_fencer_again) {
  become_active();
  client_is("confirmed", 1);
  tick(4);
  host.units.erase(units::keeper);
  EXPECT_EQ(changes_in(seconds(2)), Lines{"start pnfs-ha-keeper.service"});
  host.units.erase(units::fencer);
  EXPECT_EQ(changes_in(seconds(2)), Lines{"start pnfs-ha-fencer.service"});
}

TEST_F(AgentSafetyTest, reboots_if_the_keeper_is_stuck) {
  become_active();
  client_is("confirmed", 1);
  host.files[Keeper::report_file] = R"({"began": )" + std::to_string(host.uptime().count()) + "}";
  EXPECT_EQ(changes_in(seconds(44)), Lines{});
  EXPECT_THROW(changes_in(seconds(3)), FakeHost::Rebooted);
}

// It says so once, and goes on: the agent cannot tell whether that keeper is stuck.
TEST_F(AgentSafetyTest, serves_beside_a_keeper_of_a_newer_version) {
  become_active();
  client_is("confirmed", 1);
  host.files[Keeper::report_file] = R"({"format": 2})";
  EXPECT_EQ(changes_in(seconds(60)), Lines{});
  EXPECT_TRUE(host.gate_is_open());
}

TEST_F(AgentSafetyTest, tells_of_a_fencer_of_a_newer_version) {
  become_active();
  host.connect_peer({});
  host.files["/sys/module/nfsd/parameters/keep_blocks"] = "Y\n";
  host.files[fence_report_file] = R"({"format": 2})";
  changes_in(seconds(6));
  EXPECT_EQ(
      health().why,
      "it is unknown whether previous clients are still registered with the LUN; nothing can be removed or "
      "shortened until then: the fencer's report was made by a newer pnfs-ha (format 2; this one knows "
      "formats up to 1)");
}

// A server that cannot work does not claim to be alive.
TEST_F(AgentSafetyTest, answers_no_challenge_while_it_is_stuck) {
  become_active();
  changes_in(seconds(4));
  host.lun.registered.push_back({beta_port, challenge_key_base | 2});
  host.files[Keeper::report_file] = R"({"began": )" + std::to_string(host.uptime().count() - 3500) + "}";
  EXPECT_EQ(changes_in(seconds(30)), Lines{});
  host.files[Keeper::report_file] = R"({"began": 1, "ended": 2})";
  EXPECT_EQ(changes_in(seconds(2)), Lines{"PREEMPT AND ABORT 0x7048430000000002 with 0x7048530000000001"});
  EXPECT_EQ(status()["fenced"][0]["why"], "a server asks whether this one is alive");
}

TEST_F(AgentSafetyTest, releases_without_keepalived_and_starts_it_again) {
  become_active();
  client_is("confirmed", 1);
  host.units.erase("pnfs-ha-keepalived.service");
  EXPECT_EQ(std::ranges::count(changes_in(seconds(2)), "run drbdsetup secondary 0"), 1);
  EXPECT_EQ(role(), "standby");
  changes_in(seconds(3));
  EXPECT_TRUE(host.units.contains("pnfs-ha-keepalived.service"));
  EXPECT_TRUE(stands()) << status()["reason"];
}

TEST_F(AgentSafetyTest, does_not_take_over_from_a_server_that_the_mirror_shows_alive) {
  become_standby();
  host.give_vip(true);
  agent->notified(Vrrp::master);
  EXPECT_EQ(changes_in(seconds(3)), Lines{});  // it may just have died
  EXPECT_EQ(changes_in(std::chrono::milliseconds(500)), Lines{challenge});
  EXPECT_TRUE(stands());
  std::erase_if(host.lun.registered, [](const auto& r) { return is_challenge_key(r.key); });  // beta answers
  const Lines changes = changes_in(seconds(2));
  EXPECT_EQ(changes.front(), "unmount /srv/pnfs-ha");
  EXPECT_EQ(changes.back(), track);
  EXPECT_FALSE(stands());
  EXPECT_TRUE(status()["reason"].get<std::string>().starts_with("VRRP elected this server although"));
  host.give_vip(false);
  agent->notified(Vrrp::fault);
  EXPECT_EQ(changes_in(seconds(40)), Lines{challenge});  // beta may have lost its clients since
  EXPECT_FALSE(stands());
  EXPECT_EQ(changes_in(seconds(25)), Lines{track});  // VRRP may work again
  EXPECT_TRUE(stands());
}

TEST_F(AgentSafetyTest, asks_every_ten_seconds_in_a_contest_that_it_lost) {
  become_standby();
  host.give_vip(true);
  agent->notified(Vrrp::master);
  std::ptrdiff_t challenges = 0;
  for (int i = 0; i < 40; ++i) {
    challenges += std::ranges::count(changes_in(seconds(1)), challenge);
    if (i == 4) agent->notified(Vrrp::fault);
    std::erase_if(host.lun.registered, [](const auto& r) { return is_challenge_key(r.key); });  // beta answers
  }
  EXPECT_EQ(challenges, 4);
  host.connect_peer({.role = "Secondary"});  // and yields in the end
  changes_in(seconds(4));
  EXPECT_TRUE(stands());
}

TEST_F(AgentSafetyTest, takes_over_from_a_server_that_yields) {
  become_standby();
  host.give_vip(true);
  agent->notified(Vrrp::master);
  EXPECT_EQ(changes_in(seconds(4)), Lines{challenge});
  host.connect_peer({.role = "Secondary"});
  changes_in(seconds(1));
  EXPECT_EQ(role(), "active");
}

TEST_F(AgentSafetyTest, yields_to_a_challenger_if_it_is_cut_off_itself) {
  become_active();
  client_is("confirmed", 3);
  host.connect_peer({});
  host.files["/proc/net/route"] = "eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\n";
  host.silent_addresses = {"10.0.0.1"};
  EXPECT_EQ(changes_in(seconds(10)), Lines{});  // it serves whoever reaches it
  host.lun.registered.push_back({beta_port, challenge_key_base | 2});
  tick();
  EXPECT_EQ(role(), "standby");
  EXPECT_FALSE(stands());
}

TEST_F(AgentSafetyTest, does_not_yield_because_one_packet_got_lost) {
  become_active();
  client_is("confirmed", 3);
  host.connect_peer({});
  host.files["/proc/net/route"] = "eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\n";
  host.lun.registered.push_back({beta_port, challenge_key_base | 2});
  host.lost_echoes = 1;
  EXPECT_EQ(changes_in(seconds(3)), Lines{"PREEMPT AND ABORT 0x7048430000000002 with 0x7048530000000001"});
}

TEST_F(AgentSafetyTest, takes_over_as_soon_as_the_mirror_notices_the_death) {
  become_standby();
  host.give_vip(true);
  agent->notified(Vrrp::master);
  changes_in(seconds(1));
  EXPECT_EQ(role(), "standby");
  host.disconnect_peer();
  changes_in(seconds(1));
  EXPECT_EQ(role(), "active");
}

TEST_F(AgentSafetyTest, does_not_take_over_if_nobody_answers) {
  become_standby();
  host.files["/proc/net/route"] =
      "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n"
      "eth1\t00000000\t01000A0A\t0003\t0\t0\t0\t00000000\n"
      "eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\n";
  host.silent_addresses = {"10.0.0.1"};
  host.disconnect_peer();
  agent->notified(Vrrp::master);
  EXPECT_EQ(status()["reason"], "no witness answers");
  EXPECT_FALSE(stands());
  EXPECT_EQ(role(), "standby");
  host.silent_addresses.clear();
  tick();
  EXPECT_EQ(role(), "active");
}

TEST_F(AgentSafetyTest, asks_the_gateway_of_either_family) {
  host.files["/proc/net/ipv6_route"] =
      "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
      "fe80000000000000505400fffe770001 00000400 00000001 00000000 00000003     eth0\n"
      "fd000000000000000000000000000000 40 00000000000000000000000000000000 00 "
      "00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0\n"
      "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
      "00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo\n";
  ClusterConfig config = two_servers();
  EXPECT_EQ(witnesses_of(host, config), std::vector<std::string>{"fe80::5054:ff:fe77:1%eth0"});
  host.files["/proc/net/route"] = "eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\n";
  EXPECT_EQ(witnesses_of(host, config), (std::vector<std::string>{"10.0.0.1", "fe80::5054:ff:fe77:1%eth0"}));
  config.interface = "eth7";
  EXPECT_TRUE(witnesses_of(host, config).empty());
}

// systemd kills an agent that is silent for 3 s while its server is active.
TEST_F(AgentSafetyTest, many_silent_witnesses_take_no_longer_than_one) {
  host.silent_addresses = {"10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"};
  const Host::Duration before = host.uptime();
  EXPECT_FALSE(any_answers(host, {"10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"}));
  EXPECT_LE(host.uptime() - before, seconds(1));
  EXPECT_TRUE(any_answers(host, {"10.0.0.2", "10.0.0.6"}));
  EXPECT_TRUE(any_answers(host, {}));
}

TEST_F(AgentSafetyTest, asks_every_configured_witness_before_it_gives_up) {
  ClusterConfig config = two_servers();
  config.witnesses = {"10.0.0.2", "10.0.0.3"};
  let_beta_be_active(host);
  start(config);
  tick();
  host.finish_resync();
  host.silent_addresses = {"10.0.0.2"};
  tick(4);
  EXPECT_TRUE(stands());
  host.silent_addresses = {"10.0.0.2", "10.0.0.3"};
  tick(4);
  EXPECT_FALSE(stands());
}

// --- cold starts ---

TEST_F(AgentSafetyTest, a_blank_holder_waits_a_minute_for_its_peer) {
  cold_start(alpha_port);
  EXPECT_EQ(changes_in(seconds(58)), Lines{});
  EXPECT_EQ(status()["reason"], "the ramdisk is blank and the other server does not answer");
  EXPECT_EQ(changes_in(seconds(4)).front(), "run drbdsetup primary 0 --force");
  EXPECT_TRUE(stands());
}

TEST_F(AgentSafetyTest, a_blank_server_asks_a_silent_holder_and_then_begins) {
  cold_start(beta_port);
  EXPECT_EQ(changes_in(seconds(88)), Lines{});
  EXPECT_EQ(changes_in(seconds(4)), Lines{challenge});
  EXPECT_EQ(changes_in(seconds(12)).front(), "run drbdsetup primary 0 --force");
  EXPECT_TRUE(stands());
}

TEST_F(AgentSafetyTest, a_blank_server_stays_out_while_the_holder_lives) {
  cold_start(beta_port);
  changes_in(seconds(91));
  std::erase_if(host.lun.registered, [](const auto& r) { return is_challenge_key(r.key); });  // beta answers
  const Lines changes = changes_in(seconds(80));
  EXPECT_EQ(std::ranges::count(changes, "run drbdsetup primary 0 --force"), 0);
  EXPECT_EQ(changes.front(), "unmount /srv/pnfs-ha");  // a standby again, under its own key
  EXPECT_EQ(role(), "standby");
  EXPECT_FALSE(stands());
  EXPECT_EQ(changes_in(seconds(20)), Lines{challenge});
}

TEST_F(AgentSafetyTest, half_a_resynchronisation_is_thrown_away_when_its_source_is_gone) {
  let_beta_be_active(host);
  start();
  tick();
  host.mirror_holds = "ext4";
  host.disconnect_peer();
  EXPECT_EQ(what_happens([&] { tick(); }),
            (Lines{"run drbdadm down pnfs-ha", "set /sys/block/zram0/reset to 1",
                   "set /sys/block/zram0/disksize to 134217728", "run drbdadm create-md --force pnfs-ha",
                   "run drbdadm up pnfs-ha"}));
  EXPECT_EQ(what_happens([&] { tick(3); }), Lines{});
}

}  // namespace
}  // namespace pnfs_ha
