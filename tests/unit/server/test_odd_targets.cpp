// Targets that know half of persistent reservations, are not ready, or take two servers for one.
#include "scene.h"
#include "server/reservation.h"

namespace pnfs_ha {
namespace {

using std::chrono::seconds;

const std::string own = "0x7048410000000001";

class OddTargetTest : public testing::Test {
 protected:
  FakeHost host;
  FakeLun& lun = host.lun;
  Reservation reservation{host, lun_device, 1};
};

TEST_F(OddTargetTest, is_exercised_and_left_as_it_was) {
  lun.registered = {{client_port, client_key}};
  reservation.exercise();
  EXPECT_EQ(host.changes,
            (Lines{"REGISTER AND IGNORE EXISTING KEY 0x7048410000000001", "RESERVE with " + own,
                   "PREEMPT AND ABORT 0x704843000000ffff with " + own + " (conflict)", "RELEASE with " + own,
                   "REGISTER AND IGNORE EXISTING KEY 0x0000000000000000"}));
  EXPECT_EQ(lun.text(), Lines{"0x6a5f3c1100000007 iqn.2026-01.org.example:client,i,0x00023d000001"});
  EXPECT_FALSE(lun.held);
}

TEST_F(OddTargetTest, is_exercised_and_knows_this_server_as_before) {
  lun.registered = {{beta_port, beta_key}, {alpha_port, alpha_serving}};
  lun.held = FakeLun::Held{beta_port};
  const Lines before = lun.text();
  reservation.exercise();
  EXPECT_EQ(lun.text(), before);
}

TEST_F(OddTargetTest, is_exercised_as_far_as_another_holder_allows) {
  lun.registered = {{beta_port, beta_key}};
  lun.held = FakeLun::Held{beta_port};
  reservation.exercise();
  EXPECT_EQ(lun.text(), Lines{"0x7048410000000002 iqn.2026-01.org.example:beta,i,0x00023d000001 *"});
}

TEST_F(OddTargetTest, is_exercised_in_vain_where_a_command_is_missing_and_left_as_it_was) {
  for (const std::uint8_t opcode : {std::uint8_t{0x5e}, std::uint8_t{0x5f}})
    for (std::uint8_t action = 0; action < 6; ++action) {
      if ((opcode == 0x5f && action != 1 && action != 5) || (opcode == 0x5e && action != 3)) continue;
      SCOPED_TRACE(std::to_string(opcode) + "/" + std::to_string(action));
      lun.registered.clear(), lun.held.reset();
      lun.instead = [=](const ScsiCommand& command) {
        const bool it = command.cdb[0] == opcode && (command.cdb[1] & 0x1f) == action;
        return it ? std::optional(check_condition(5, 0x24, 0)) : std::nullopt;
      };
      EXPECT_NE(error_of([&] { reservation.exercise(); }).find("sense 5/24/00"), std::string::npos);
      EXPECT_EQ(lun.text(), Lines{});
      EXPECT_FALSE(lun.held);
    }
}

// Something between server and LUN has a name of its own towards it.
TEST_F(OddTargetTest, is_exercised_in_vain_where_the_name_is_another) {
  host.files["/sys/class/iscsi_session/session1/initiatorname"] = "iqn.2026-01.org.example:inside\n";
  EXPECT_NE(error_of([&] { reservation.exercise(); }).find("under its own name"), std::string::npos);
  EXPECT_EQ(lun.text(), Lines{});
}

TEST_F(OddTargetTest, of_a_target_that_changes_over_is_waited_for) {
  lun.registered = {{beta_port, beta_serving}, {alpha_port, alpha_key}};
  lun.held = FakeLun::Held{beta_port};
  const auto until = [&](seconds end) {
    lun.instead = [this, end = host.uptime() + end](const ScsiCommand&) {
      return host.uptime() < end ? std::optional(check_condition(2, 0x04, 0x0a)) : std::nullopt;
    };
  };
  until(seconds(8));
  reservation.take();
  EXPECT_EQ(reservation.read().holder, Holder::self);
  until(seconds(300));
  EXPECT_THROW(reservation.read(), NotReady);
  const auto began = host.uptime();
  EXPECT_THROW(reservation.read(std::chrono::milliseconds(700)), NotReady);
  EXPECT_EQ(host.uptime(), began);  // who looks does not wait
  EXPECT_THROW(reservation.register_own_key(), NotReady);
  EXPECT_LT(host.uptime() - began, seconds(60));
}

TEST_F(OddTargetTest, of_a_target_that_is_full_says_so) {
  lun.instead = [](const ScsiCommand& command) {
    return command.cdb[0] == 0x5f ? std::optional(check_condition(5, 0x55, 4)) : std::nullopt;
  };
  try {
    reservation.register_own_key();
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("no room for another registration"), std::string::npos);
    EXPECT_NE(error.remedy().find("limit"), std::string::npos);
  }
}

// Two machines made of one image.
TEST_F(OddTargetTest, shows_another_server_of_the_same_name) {
  lun.registered = {{client_port, client_key}, {beta_port, beta_key}, {alpha_port, alpha_key}};
  EXPECT_EQ(error_of([&] { reservation.require_no_namesake({2}); }), "");
  for (const pr::Key key : {beta_key, beta_serving, challenge_key(2)}) {
    lun.registered = {{"iqn.2026-01.org.example:alpha,i,0x00023d000009", key}};
    EXPECT_EQ(error_of([&] { reservation.require_no_namesake({2}); }),
              "server 2 of this cluster has the same initiator name, iqn.2026-01.org.example:alpha");
  }
  // Its own, of any time; and of a server that has left the cluster.
  for (const pr::Key key : {alpha_key, alpha_serving, nfsd_key, client_key, standby_key(3)}) {
    lun.registered = {{alpha_port, key}};
    EXPECT_EQ(error_of([&] { reservation.require_no_namesake({2}); }), "");
  }
}

}  // namespace
}  // namespace pnfs_ha
