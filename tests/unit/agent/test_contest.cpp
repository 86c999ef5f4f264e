// What an agent does that VRRP elected beside one that looks alive, or that no witness answers.
#include "agent/witness.h"
#include "agent_scene.h"

namespace pnfs_ha {
namespace {

using ContestTest = AgentTest;

TEST_F(ContestTest, does_not_take_over_from_a_server_that_the_mirror_shows_alive) {
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

TEST_F(ContestTest, asks_every_ten_seconds_in_a_contest_that_it_lost) {
  become_standby();
  host.give_vip(true);
  agent->notified(Vrrp::master);
  std::ptrdiff_t challenges = 0;
  for (int i = 0; i < 40; ++i) {
    challenges += std::ranges::count(changes_in(seconds(1)), challenge);
    if (i == 4) agent->notified(Vrrp::fault);
    std::erase_if(host.lun.registered,
                  [](const auto& r) { return is_challenge_key(r.key); });  // beta answers
  }
  EXPECT_EQ(challenges, 4);
  host.connect_peer({.role = "Secondary"});  // and yields in the end
  changes_in(seconds(4));
  EXPECT_TRUE(stands());
}

TEST_F(ContestTest, takes_over_from_a_server_that_yields) {
  become_standby();
  host.give_vip(true);
  agent->notified(Vrrp::master);
  EXPECT_EQ(changes_in(seconds(4)), Lines{challenge});
  host.connect_peer({.role = "Secondary"});
  changes_in(seconds(1));
  EXPECT_EQ(role(), "active");
}

TEST_F(ContestTest, yields_to_a_challenger_if_it_is_cut_off_itself) {
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

TEST_F(ContestTest, does_not_yield_because_one_packet_got_lost) {
  become_active();
  client_is("confirmed", 3);
  host.connect_peer({});
  host.files["/proc/net/route"] = "eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\n";
  host.lun.registered.push_back({beta_port, challenge_key_base | 2});
  host.lost_echoes = 1;
  EXPECT_EQ(changes_in(seconds(3)), Lines{"PREEMPT AND ABORT 0x7048430000000002 with 0x7048530000000001"});
}

TEST_F(ContestTest, takes_over_as_soon_as_the_mirror_notices_the_death) {
  become_standby();
  host.give_vip(true);
  agent->notified(Vrrp::master);
  changes_in(seconds(1));
  EXPECT_EQ(role(), "standby");
  host.disconnect_peer();
  changes_in(seconds(1));
  EXPECT_EQ(role(), "active");
}

TEST_F(ContestTest, does_not_take_over_if_nobody_answers) {
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

TEST_F(ContestTest, asks_the_gateway_of_either_family) {
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
TEST_F(ContestTest, many_silent_witnesses_take_no_longer_than_one) {
  host.silent_addresses = {"10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"};
  const Host::Duration before = host.uptime();
  EXPECT_FALSE(any_answers(host, {"10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"}));
  EXPECT_LE(host.uptime() - before, seconds(1));
  EXPECT_TRUE(any_answers(host, {"10.0.0.2", "10.0.0.6"}));
  EXPECT_TRUE(any_answers(host, {}));
}

TEST_F(ContestTest, asks_every_configured_witness_before_it_gives_up) {
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

}  // namespace
}  // namespace pnfs_ha
