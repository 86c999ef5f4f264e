// Who holds the LUN: every way that a takeover can find it.
#include "scene.h"
#include "server/reservation.h"

namespace pnfs_ha {
namespace {

const std::string alpha_line = " iqn.2026-01.org.example:alpha,i,0x00023d000001";
const std::string beta_line = " iqn.2026-01.org.example:beta,i,0x00023d000001";
const std::string client_line = " iqn.2026-01.org.example:client,i,0x00023d000001";
const std::string node_key = "0x7048410000000001", node_serving = "0x7048530000000001";
const std::string peer_key = "0x7048410000000002", peer_serving = "0x7048530000000002";
const std::string nfsd = "0x0100000000000000", client = "0x6a5f3c1100000007";
const std::string gamma_port = "iqn.2026-01.org.example:gamma,i,0x1";
const std::string register_own = "REGISTER AND IGNORE EXISTING KEY " + node_key;
const std::string register_serving = "REGISTER " + node_serving + " for " + node_key;

class ReservationTest : public testing::Test {
 protected:
  FakeHost host;
  FakeLun& lun = host.lun;
  Reservation reservation{host, lun_device, 1};

  // As bring_up leaves it, beside these.
  void registered(std::vector<FakeLun::Registered> others) {
    lun.registered = std::move(others);
    lun.registered.push_back({alpha_port, alpha_key});
  }

  // Another initiator acts just before the n-th of these commands.
  using Is = bool (*)(const ScsiCommand&);
  static bool reads(const ScsiCommand& command) { return command.cdb[0] == 0x5e; }
  static bool writes(const ScsiCommand& command) { return command.cdb[0] == 0x5f; }
  static bool preempts(const ScsiCommand& command) { return writes(command) && command.cdb[1] == 5; }
  void before(int n, Is one_of_these, std::function<void()> what) {
    lun.meanwhile = [this, n, one_of_these, what = std::move(what)](const ScsiCommand& command) mutable {
      if (!one_of_these(command) || --n > 0) return;
      const auto act = what;
      lun.meanwhile = nullptr;
      act();
    };
  }
  // … and before each look of this server while it holds the LUN, so many times.
  void before_each_look(int times, std::function<void()> what) {
    lun.meanwhile = [this, times, what = std::move(what)](const ScsiCommand& command) mutable {
      if (!reads(command) || !lun.held || lun.held->port != alpha_port || times == 0) return;
      --times;
      what();
    };
  }
};

TEST_F(ReservationTest, takes_a_free_lun) {
  registered({{client_port, client_key}});
  reservation.take();
  EXPECT_EQ(host.changes, (Lines{register_serving, "RESERVE with " + node_serving}));
  EXPECT_EQ(lun.text(), (Lines{client + client_line, node_serving + alpha_line + " *"}));
  EXPECT_EQ(lun.held->type, pr::Type::exclusive_access_registrants_only);
}

TEST_F(ReservationTest, takes_it_from_a_peer_and_leaves_the_clients_alone) {
  const std::string other_client = "iqn.2026-01.org.example:client2,i,0x00023d000001";
  for (const pr::Key key : {beta_key, beta_serving, nfsd_key}) {
    registered({{client_port, client_key}, {beta_port, key}, {other_client, client_key + 1}});
    lun.held = FakeLun::Held{beta_port};
    host.changes.clear();
    reservation.take();
    EXPECT_EQ(host.changes,
              (Lines{register_serving, "PREEMPT AND ABORT " + pr::to_string(key) + " with " + node_serving}));
    EXPECT_EQ(lun.text(), (Lines{client + client_line, "0x6a5f3c1100000008 " + other_client,
                                 node_serving + alpha_line + " *"}));
  }
}

TEST_F(ReservationTest, removes_every_other_server) {
  registered({{beta_port, beta_serving},
              {gamma_port, standby_key(3)},
              {"iqn.x:delta,i,0x1", nfsd_key},
              {"iqn.x:epsilon,i,0x1", challenge_key(4)}});
  lun.held = FakeLun::Held{beta_port};
  reservation.take();
  EXPECT_EQ(lun.text(), Lines{node_serving + alpha_line + " *"});
}

TEST_F(ReservationTest, takes_it_twice) {
  registered({});
  reservation.take();
  host.changes.clear();
  reservation.take();
  EXPECT_EQ(lun.text(), Lines{node_serving + alpha_line + " *"});
  EXPECT_EQ(host.changes, Lines{"RESERVE with " + node_serving});
}

// An agent before this one died in the middle, or this server challenged the holder, which yielded.
TEST_F(ReservationTest, takes_it_whatever_its_own_key_is) {
  for (const pr::Key key : {nfsd_key, alpha_serving, challenge_key(1)}) {
    lun.registered = {{alpha_port, key}};
    lun.held = FakeLun::Held{alpha_port};
    reservation.take();
    EXPECT_EQ(lun.text(), Lines{node_serving + alpha_line + " *"});
  }
}

// iSCSI: the same initiator, logged in again, is another nexus to the target.
TEST_F(ReservationTest, takes_it_from_its_own_earlier_session) {
  for (const pr::Key key : {nfsd_key, alpha_key, alpha_serving}) {
    lun.registered = {{"iqn.2026-01.org.example:alpha,i,0x00023d000007", key}};
    lun.held = FakeLun::Held{lun.registered.front().port};
    reservation.register_own_key();
    reservation.take();
    ASSERT_TRUE(lun.held);
    EXPECT_EQ(lun.text(), Lines{node_serving + alpha_line + " *"}) << pr::to_string(key);
  }
}

TEST_F(ReservationTest, leaves_a_strangers_reservation_alone) {
  for (const pr::Key key : {client_key, pr::Key{0xabcdef}}) {
    registered({{client_port, key}});
    lun.held = FakeLun::Held{client_port};
    EXPECT_EQ(error_of([&] { reservation.take(); }),
              "the LUN is reserved by something that is no server of this product");
    EXPECT_EQ(lun.text().front(), pr::to_string(key) + client_line + " *");
  }
}

TEST_F(ReservationTest, refuses_a_type_that_nfsd_cannot_share) {
  registered({{beta_port, beta_key}});
  lun.held = FakeLun::Held{beta_port, pr::Type::write_exclusive_registrants_only};
  EXPECT_EQ(error_of([&] { reservation.take(); }),
            "the LUN carries a reservation of type Write Exclusive - Registrants Only");
  EXPECT_EQ(lun.held->port, beta_port);
}

// --- races ---

TEST_F(ReservationTest, loses_a_race_that_shows_at_the_read_back) {
  registered({{beta_port, beta_serving}});
  lun.held = FakeLun::Held{beta_port};
  before(2, reads, [&] {
    lun.registered = {{gamma_port, serving_key(3)}};
    lun.held = FakeLun::Held{gamma_port};
  });
  EXPECT_EQ(error_of([&] { reservation.take(); }), "the LUN's reservation went to: peer");
}

// The key that it read belongs to nobody any more: a PREEMPT is a compare-and-swap.
TEST_F(ReservationTest, loses_a_race_for_the_same_victim) {
  registered({{beta_port, beta_serving}, {gamma_port, serving_key(3)}});
  lun.held = FakeLun::Held{beta_port};
  before(1, preempts, [&] {
    ASSERT_TRUE(send(lun, gamma_port, pr::Action::preempt_and_abort, serving_key(3), beta_serving));
  });
  EXPECT_EQ(error_of([&] { reservation.take(); }),
            "preempt the holder " + peer_serving + ": " + lun_device + " answers RESERVATION CONFLICT");
  EXPECT_EQ(lun.held->port, gamma_port);
}

// As standby beta held the LUN; it takes it again at the same moment.
TEST_F(ReservationTest, does_not_preempt_a_holder_that_begins_to_serve_again) {
  registered({{beta_port, beta_key}});
  lun.held = FakeLun::Held{beta_port};
  before(1, preempts,
         [&] { ASSERT_TRUE(send(lun, beta_port, pr::Action::register_key, beta_key, beta_serving)); });
  EXPECT_EQ(error_of([&] { reservation.take(); }),
            "preempt the holder " + peer_key + ": " + lun_device + " answers RESERVATION CONFLICT");
  EXPECT_EQ(lun.text().front(), peer_serving + beta_line + " *");
}

// A takeover that was decided before, or that runs when another server's takes this one's registration away.
TEST_F(ReservationTest, does_not_let_itself_in_again) {
  lun.registered = {{beta_port, beta_serving}};
  lun.held = FakeLun::Held{beta_port};
  EXPECT_EQ(error_of([&] { reservation.take(); }), "this server is not registered with the LUN any more");

  registered({{beta_port, beta_serving}});
  before(1, writes,
         [&] { ASSERT_TRUE(send(lun, beta_port, pr::Action::preempt_and_abort, beta_serving, alpha_key)); });
  EXPECT_EQ(error_of([&] { reservation.take(); }),
            "register key " + node_serving + ": " + lun_device + " answers RESERVATION CONFLICT");
  EXPECT_EQ(lun.text(), Lines{peer_serving + beta_line + " *"});
}

// beta takes over at the same moment, and its key is another one when it is to be removed.
TEST_F(ReservationTest, removes_a_server_whose_key_changes_meanwhile) {
  registered({{gamma_port, serving_key(3)}, {beta_port, beta_key}});
  lun.held = FakeLun::Held{gamma_port};
  before(2, preempts,
         [&] { ASSERT_TRUE(send(lun, beta_port, pr::Action::register_key, beta_key, beta_serving)); });
  reservation.take();
  EXPECT_EQ(lun.text(), Lines{node_serving + alpha_line + " *"});
}

// A standby that was preempted registers again within a second, and may.
TEST_F(ReservationTest, removes_a_standby_once) {
  registered({{beta_port, beta_key}});
  before(3, reads, [&] { lun.registered.push_back({beta_port, beta_key}); });
  reservation.take();
  EXPECT_EQ(lun.text(), (Lines{node_serving + alpha_line + " *", peer_key + beta_line}));
  EXPECT_EQ(error_of([&] { reservation.require_held(); }), "");
}

// --- what another server's nfsd may do: at each GETDEVICEINFO stock nfsd registers, whatever happened before
// ---

TEST_F(ReservationTest, removes_a_server_that_lets_itself_in_while_it_is_removed) {
  registered({{beta_port, nfsd_key}});
  lun.held = FakeLun::Held{beta_port};
  before_each_look(2, [&] {
    ASSERT_TRUE(send(lun, beta_port, pr::Action::register_and_ignore_existing_key, 0, nfsd_key));
  });
  reservation.take();
  EXPECT_EQ(lun.text(), Lines{node_serving + alpha_line + " *"});
  EXPECT_FALSE(lun.may_access(beta_port));
}

TEST_F(ReservationTest, does_not_serve_beside_a_server_that_lets_itself_in_again_and_again) {
  registered({{beta_port, nfsd_key}});
  lun.held = FakeLun::Held{beta_port};
  before_each_look(-1,
                   [&] { send(lun, beta_port, pr::Action::register_and_ignore_existing_key, 0, nfsd_key); });
  EXPECT_EQ(error_of([&] { reservation.take(); }), "other servers register with the LUN again and again");
  EXPECT_EQ(error_of([&] { reservation.require_held(); }),
            "another server is registered as if it served: " + nfsd);
}

TEST_F(ReservationTest, is_not_held_while_another_server_is_registered_as_if_it_served) {
  registered({});
  reservation.take();
  EXPECT_EQ(error_of([&] { reservation.require_held(); }), "");
  lun.registered.push_back({beta_port, beta_key});
  EXPECT_EQ(error_of([&] { reservation.require_held(); }), "");
  lun.registered.back().key = beta_serving;
  EXPECT_EQ(error_of([&] { reservation.require_held(); }),
            "another server is registered as if it served: " + peer_serving);
  EXPECT_EQ(reservation.read().serving_elsewhere, std::set{beta_serving});
}

// Both have the key of stock nfsd: a PREEMPT of it would remove this server too.
TEST_F(ReservationTest, removes_a_namesake) {
  registered({});
  reservation.take();
  reservation.hand_to_nfsd();
  lun.registered.push_back({beta_port, nfsd_key});
  host.changes.clear();
  reservation.fence(nfsd_key);
  EXPECT_EQ(lun.text(), Lines{nfsd + alpha_line + " *"});
  EXPECT_EQ(host.changes, (Lines{"REGISTER " + node_serving + " for " + nfsd,
                                 "PREEMPT AND ABORT " + nfsd + " with " + node_serving,
                                 "REGISTER " + nfsd + " for " + node_serving}));
}

TEST_F(ReservationTest, has_its_key_again_if_a_namesake_cannot_be_removed) {
  registered({});
  reservation.take();
  reservation.hand_to_nfsd();
  lun.registered.push_back({beta_port, nfsd_key});
  host.fail("PREEMPT");
  EXPECT_NE(error_of([&] { reservation.fence(nfsd_key); }), "");
  EXPECT_EQ(lun.text().front(), nfsd + alpha_line + " *");
}

// --- answers ---

TEST_F(ReservationTest, repeats_what_was_answered_with_unit_attention) {
  registered({});
  for (int i = 0; i < 5; ++i) lun.raise_attention(alpha_port, 0x29, 0);
  reservation.take();
  EXPECT_EQ(lun.text(), Lines{node_serving + alpha_line + " *"});
}

TEST_F(ReservationTest, does_not_repeat_it_for_ever) {
  for (int i = 0; i < 100; ++i) lun.raise_attention(alpha_port, 0x29, 0);
  EXPECT_EQ(error_of([&] { reservation.take(); }),
            std::string("read the LUN's reservation: ") + lun_device +
                " answers status 02h, sense 6/29/00: power on or reset");
  EXPECT_LE(host.changes.size(), 10U);
}

// --- the way back ---

TEST_F(ReservationTest, becomes_a_standby_that_still_holds) {
  registered({});
  reservation.take();
  host.changes.clear();
  reservation.return_to_standby_key();
  reservation.return_to_standby_key();
  EXPECT_EQ(host.changes, Lines{"REGISTER " + node_key + " for " + node_serving});
  EXPECT_EQ(lun.text(), Lines{node_key + alpha_line + " *"});
}

TEST_F(ReservationTest, goes_to_stock_nfsd_and_comes_back) {
  registered({});
  reservation.take();
  host.changes.clear();
  reservation.hand_to_nfsd();
  reservation.hand_to_nfsd();
  EXPECT_EQ(lun.text(), Lines{nfsd + alpha_line + " *"});
  reservation.take_back_from_nfsd();
  reservation.take_back_from_nfsd();
  EXPECT_EQ(lun.text(), Lines{node_serving + alpha_line + " *"});
  EXPECT_EQ(host.changes, (Lines{"REGISTER " + nfsd + " for " + node_serving,
                                 "REGISTER " + node_serving + " for " + nfsd}));
}

// A fenced server must not come back by itself.
TEST_F(ReservationTest, does_not_come_back_after_a_preemption) {
  for (const bool stock : {false, true}) {
    registered({});
    lun.held.reset();
    reservation.take();
    if (stock) reservation.hand_to_nfsd();
    let_beta_take_over(host);
    host.changes.clear();
    reservation.take_back_from_nfsd();
    reservation.return_to_standby_key();
    EXPECT_EQ(host.changes, Lines{});
    EXPECT_EQ(lun.text(), Lines{peer_serving + beta_line + " *"});
  }
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
  EXPECT_EQ(holder(beta_port, beta_serving), "peer");
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
  EXPECT_EQ(standby_key(1), 0x7048410000000001U);
  EXPECT_EQ(serving_key(1), 0x7048530000000001U);
  for (const pr::Key key : {standby_key(255), serving_key(255), challenge_key(255), nfsd_key}) {
    EXPECT_TRUE(is_server_key(key)) << pr::to_string(key);
    EXPECT_EQ(says_serving(key), key == serving_key(255) || key == nfsd_key);
  }
  for (const pr::Key key : {pr::Key{0x6a5f3c1100000007}, pr::Key{0x7048410100000001},
                            pr::Key{0x7048420000000001}, pr::Key{0}, pr::Key{1}, pr::Key{0x0100000000000001}})
    EXPECT_FALSE(is_server_key(key)) << pr::to_string(key);
}

}  // namespace
}  // namespace pnfs_ha
