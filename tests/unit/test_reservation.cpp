// Who holds the LUN: every way that a takeover can find it.
#include "reservation.h"
#include "scene.h"

namespace pnfs_ha {
namespace {

const std::string alpha_line = " iqn.2026-01.org.example:alpha,i,0x00023d000001";
const std::string beta_line = " iqn.2026-01.org.example:beta,i,0x00023d000001";
const std::string client_line = " iqn.2026-01.org.example:client,i,0x00023d000001";
const std::string node_key = "0x7048410000000001", peer_key = "0x7048410000000002";
const std::string nfsd = "0x0100000000000000", client = "0x6a5f3c1100000007";
const std::string register_own = "REGISTER AND IGNORE EXISTING KEY " + node_key;

class ReservationTest : public testing::Test {
 protected:
  FakeHost host;
  FakeLun& lun = host.lun;
  Reservation reservation{host, lun_device, 1};

  // Another initiator acts just before the n-th READ FULL STATUS.
  void before_reading(int n, std::function<void()> what) {
    lun.meanwhile = [this, n, what = std::move(what)](const ScsiCommand& command) mutable {
      if (command.cdb[0] != 0x5e || --n > 0) return;
      const auto act = what;
      lun.meanwhile = nullptr;
      act();
    };
  }
};

TEST_F(ReservationTest, takes_a_free_lun) {
  lun.registered = {{client_port, client_key}};
  reservation.take();
  EXPECT_EQ(host.changes, (Lines{register_own, "RESERVE with " + node_key}));
  EXPECT_EQ(lun.text(), (Lines{client + client_line, node_key + alpha_line + " *"}));
  EXPECT_EQ(lun.held->type, pr::Type::exclusive_access_registrants_only);
}

TEST_F(ReservationTest, takes_it_from_a_peer_with_a_key_of_its_own) {
  lun.registered = {{beta_port, beta_key}, {client_port, client_key}};
  lun.held = FakeLun::Held{beta_port};
  reservation.take();
  EXPECT_EQ(host.changes, (Lines{register_own, "RESERVE with " + node_key + " (conflict)",
                                 "PREEMPT AND ABORT " + peer_key + " with " + node_key}));
  EXPECT_EQ(lun.text(), (Lines{client + client_line, node_key + alpha_line + " *"}));
}

TEST_F(ReservationTest, takes_it_from_a_peer_with_nfsds_key_and_leaves_the_clients_alone) {
  const std::string other_client = "iqn.2026-01.org.example:client2,i,0x00023d000001";
  lun.registered = {{client_port, client_key}, {beta_port, nfsd_key}, {other_client, client_key + 1}};
  lun.held = FakeLun::Held{beta_port};
  reservation.take();
  EXPECT_EQ(host.changes, (Lines{register_own, "RESERVE with " + node_key + " (conflict)",
                                 "PREEMPT AND ABORT " + nfsd + " with " + node_key}));
  EXPECT_EQ(lun.text(), (Lines{client + client_line, "0x6a5f3c1100000008 " + other_client,
                               node_key + alpha_line + " *"}));
}

// The reply had room for ninety, and LIO says nothing of the others: an active server behind a hundred
// clients did not find itself.
TEST_F(ReservationTest, finds_itself_behind_as_many_clients_as_a_lun_can_tell) {
  for (const int clients : {60, 100, 600}) {
    lun.registered.clear();
    for (int i = 0; i < clients; ++i)
      lun.registered.push_back({"iqn.2026-01.org.example:client" + std::to_string(i) + ",i,0x00023d000001",
                                client_key + static_cast<pr::Key>(i)});
    reservation.take();
    const ReservationState state = reservation.read();
    EXPECT_EQ(state.holder, Holder::self) << clients;
    EXPECT_EQ(state.registrations.size(), static_cast<std::size_t>(clients) + 1);
  }
}

TEST_F(ReservationTest, does_not_guess_who_is_registered_beyond_that) {
  for (int i = 0; i < 1000; ++i)
    lun.registered.push_back({"iqn.2026-01.org.example:client" + std::to_string(i) + ",i,0x00023d000001",
                              client_key + static_cast<pr::Key>(i)});
  try {
    reservation.read();
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("more registrations than a LUN can tell"), std::string::npos);
  }
}

TEST_F(ReservationTest, removes_every_other_server) {
  lun.registered = {
      {beta_port, beta_key}, {"iqn.x:gamma,i,0x1", server_key(3)}, {"iqn.x:delta,i,0x1", nfsd_key}};
  lun.held = FakeLun::Held{beta_port};
  reservation.take();
  EXPECT_EQ(lun.text(), Lines{node_key + alpha_line + " *"});
}

TEST_F(ReservationTest, takes_it_twice) {
  reservation.take();
  host.changes.clear();
  reservation.take();
  EXPECT_EQ(lun.text(), Lines{node_key + alpha_line + " *"});
  EXPECT_EQ(lun.registered.size(), 1U);
}

TEST_F(ReservationTest, takes_back_what_its_own_nfsd_left) {
  lun.registered = {{alpha_port, nfsd_key}};
  lun.held = FakeLun::Held{alpha_port};
  reservation.take();
  EXPECT_EQ(lun.text(), Lines{node_key + alpha_line + " *"});
}

// iSCSI: the same initiator, logged in again, is another nexus to the target.
TEST_F(ReservationTest, takes_it_from_its_own_earlier_session) {
  for (const pr::Key key : {nfsd_key, alpha_key}) {
    lun.registered = {{"iqn.2026-01.org.example:alpha,i,0x00023d000007", key}};
    lun.held = FakeLun::Held{lun.registered.front().port};
    reservation.take();
    ASSERT_TRUE(lun.held);
    EXPECT_EQ(lun.held->port, alpha_port) << pr::to_string(key);
  }
}

TEST_F(ReservationTest, leaves_a_strangers_reservation_alone) {
  for (const pr::Key key : {client_key, pr::Key{0xabcdef}}) {
    lun.registered = {{client_port, key}};
    lun.held = FakeLun::Held{client_port};
    EXPECT_EQ(error_of([&] { reservation.take(); }),
              "the LUN is reserved by something that is no server of this product");
    EXPECT_EQ(lun.text().front(), pr::to_string(key) + client_line + " *");
  }
}

TEST_F(ReservationTest, refuses_a_type_that_nfsd_cannot_share) {
  lun.registered = {{beta_port, beta_key}};
  lun.held = FakeLun::Held{beta_port, pr::Type::write_exclusive_registrants_only};
  EXPECT_EQ(error_of([&] { reservation.take(); }),
            "the LUN carries a reservation of type Write Exclusive - Registrants Only");
  EXPECT_EQ(lun.held->port, beta_port);
}

TEST_F(ReservationTest, loses_a_race_that_shows_at_the_read_back) {
  lun.registered = {{beta_port, beta_key}};
  lun.held = FakeLun::Held{beta_port};
  before_reading(2, [&] {
    lun.registered = {{"iqn.2026-01.org.example:gamma,i,0x1", server_key(3)}};
    lun.held = FakeLun::Held{lun.registered.front().port};
  });
  EXPECT_EQ(error_of([&] { reservation.take(); }), "the LUN's reservation went to: peer");
}

TEST_F(ReservationTest, loses_a_race_for_the_same_victim) {
  lun.registered = {{beta_port, nfsd_key}};
  lun.held = FakeLun::Held{beta_port};
  lun.meanwhile = [&](const ScsiCommand& command) {
    if (command.cdb[0] != 0x5f || command.cdb[1] != 5) return;
    lun.meanwhile = nullptr;
    lun.registered = {{alpha_port, alpha_key}, {"iqn.x:gamma,i,0x1", server_key(3)}};  // it preempted first
    lun.held = FakeLun::Held{"iqn.x:gamma,i,0x1"};
  };
  EXPECT_EQ(error_of([&] { reservation.take(); }),
            "preempt the holder " + nfsd + ": " + lun_device + " answers RESERVATION CONFLICT");
  EXPECT_EQ(lun.held->port, "iqn.x:gamma,i,0x1");
}

TEST_F(ReservationTest, repeats_what_was_answered_with_unit_attention) {
  for (int i = 0; i < 5; ++i) lun.raise_attention(alpha_port, 0x29, 0);
  reservation.take();
  EXPECT_EQ(lun.text(), Lines{node_key + alpha_line + " *"});
}

TEST_F(ReservationTest, does_not_repeat_it_for_ever) {
  for (int i = 0; i < 100; ++i) lun.raise_attention(alpha_port, 0x29, 0);
  EXPECT_EQ(error_of([&] { reservation.take(); }),
            "register key " + node_key + ": " + lun_device +
                " answers status 02h, sense 6/29/00: power on or reset");
  EXPECT_LE(host.changes.size(), 10U);
}

TEST_F(ReservationTest, goes_to_nfsd_and_comes_back) {
  reservation.take();
  host.changes.clear();
  reservation.hand_to_nfsd();
  EXPECT_EQ(lun.text(), Lines{nfsd + alpha_line + " *"});
  reservation.take_back_from_nfsd();
  reservation.take_back_from_nfsd();
  EXPECT_EQ(lun.text(), Lines{node_key + alpha_line + " *"});
  EXPECT_EQ(host.changes,
            (Lines{"REGISTER " + nfsd + " for " + node_key, "REGISTER " + node_key + " for " + nfsd}));
}

TEST_F(ReservationTest, goes_to_nfsd_twice) {
  reservation.take();
  reservation.hand_to_nfsd();
  EXPECT_EQ(error_of([&] { reservation.hand_to_nfsd(); }), "");
  EXPECT_EQ(lun.text(), Lines{nfsd + alpha_line + " *"});
}

// A fenced server must not come back by itself.
TEST_F(ReservationTest, does_not_come_back_from_nfsd_after_a_preemption) {
  reservation.take();
  reservation.hand_to_nfsd();
  let_beta_take_over(host);
  host.changes.clear();
  reservation.take_back_from_nfsd();
  EXPECT_EQ(host.changes, Lines{});
  EXPECT_EQ(lun.text(), Lines{nfsd + beta_line + " *"});
}

TEST_F(ReservationTest, unregisters_once) {
  reservation.register_own_key();
  reservation.unregister();
  reservation.unregister();
  EXPECT_EQ(lun.text(), Lines{});
  EXPECT_EQ(host.changes, (Lines{register_own, "REGISTER AND IGNORE EXISTING KEY 0x0000000000000000"}));
}

TEST_F(ReservationTest, tells_who_holds_it) {
  const auto holder = [&](const std::string& port, pr::Key key) {
    lun.registered = {{port, key}};
    lun.held = FakeLun::Held{port};
    const ReservationState state = reservation.read();
    return std::string(to_string(state.holder)) +
           (state.own_key ? ", registered with " + pr::to_string(*state.own_key) : "");
  };
  EXPECT_EQ(to_string(reservation.read().holder), std::string("none"));
  EXPECT_EQ(holder(alpha_port, alpha_key), "self, registered with " + node_key);
  EXPECT_EQ(holder(alpha_port, nfsd_key), "self, registered with " + nfsd);
  EXPECT_EQ(holder(beta_port, beta_key), "peer");
  EXPECT_EQ(holder(beta_port, nfsd_key), "peer");
  EXPECT_EQ(holder(client_port, client_key), "other");
}

TEST_F(ReservationTest, says_why_it_cannot_be_read) {
  host.lun_answers = false;
  EXPECT_NE(error_of([&] { reservation.read(); }).find("did not answer"), std::string::npos);
  host.unplug_lun();
  EXPECT_NE(error_of([&] { reservation.read(); }).find("cannot open"), std::string::npos);
}

TEST(Keys, tell_servers_from_clients) {
  EXPECT_EQ(server_key(1), 0x7048410000000001U);
  EXPECT_TRUE(is_server_key(server_key(255)));
  EXPECT_TRUE(is_server_key(nfsd_key));
  for (const pr::Key key : {pr::Key{0x6a5f3c1100000007}, pr::Key{0x7048410100000001},
                            pr::Key{0x7048420000000001}, pr::Key{0}, pr::Key{1}, pr::Key{0x0100000000000001}})
    EXPECT_FALSE(is_server_key(key)) << pr::to_string(key);
}

TEST(OwnInitiators, of_iscsi_fibre_channel_and_sas) {
  FakeHost host;
  EXPECT_EQ(own_initiators(host, lun_device), std::set<std::string>{"iqn.2026-01.org.example:alpha"});
  host.links["/sys/block/sda/device"] =
      "/sys/devices/pci0000:00/0000:03:00.0/host7/rport-7:0-1/target7:0:1/7:0:1:0";
  host.files["/sys/class/fc_host/host7/port_name"] = "0x10000090fa942779\n";
  EXPECT_EQ(own_initiators(host, lun_device), std::set<std::string>{"fc:10000090fa942779"});
  host.files.erase("/sys/class/fc_host/host7/port_name");
  host.files["/sys/class/scsi_host/host7/host_sas_address"] = "0x5000c500a1b2c3d4\n";
  EXPECT_EQ(own_initiators(host, lun_device), std::set<std::string>{"sas:5000c500a1b2c3d4"});
  host.unplug_lun();
  EXPECT_TRUE(own_initiators(host, lun_device).empty());
}

}  // namespace
}  // namespace pnfs_ha
