// Who has lost the right to the LUN, as nfsd's list of clients and the LUN's registrations tell.
#include "fencing.h"
#include "scene.h"

namespace pnfs_ha {
namespace {

// Captured from Linux 6.12.
const std::string info =
    "clientid: 0x0f3008606b04b90f\n"
    "address: \"10.77.0.21:779\"\n"
    "status: confirmed\n"
    "seconds from last renew: 4\n"
    "name: \"Linux NFSv4.2 client\"\n"
    "minor version: 2\n"
    "Implementation domain: \"kernel.org\"\n"
    "Implementation name: \"Linux 6.12.117+deb13-amd64\"\n"
    "Implementation time: [0, 0]\n"
    "callback state: UP\n"
    "callback address: 10.77.0.21:0\n";

TEST(NfsClientInfo, as_the_kernel_prints_it) {
  const NfsClient expected{.key = 0x6b04b90f0f300860,
                           .address = "10.77.0.21:779",
                           .name = "Linux NFSv4.2 client",
                           .status = "confirmed",
                           .seconds_since_renewal = 4};
  EXPECT_EQ(parse_nfs_client(info), expected);
}

TEST(NfsClientInfo, of_a_client_that_is_going_away) {
  for (const std::string text : {"", "clientid: \n", "clientid: 0x0f3008606b04b90f\n", "address: \"x\"\n"})
    EXPECT_EQ(parse_nfs_client(text), std::nullopt) << text;
}

pr::Registration registration(pr::Key key) {
  return {.key = key, .initiator = "iqn.client"};
}

NfsClient known(const std::string& status, int seconds) {
  return {.key = client_key,
          .address = "10.0.0.21:779",
          .name = "c",
          .status = status,
          .seconds_since_renewal = seconds};
}

Lines verdict(pr::Key key, const std::vector<NfsClient>& clients, Reclaim reclaim = Reclaim::over) {
  Lines reasons;
  for (const Outlaw& outlaw : outlaws({registration(key)}, clients, reclaim, 15))
    reasons.push_back(outlaw.why);
  return reasons;
}

TEST(Outlaws, a_client_that_renews_its_lease_is_none) {
  EXPECT_EQ(verdict(client_key, {known("confirmed", 0)}), Lines{});
  EXPECT_EQ(verdict(client_key, {known("confirmed", 13)}), Lines{});
  EXPECT_EQ(verdict(client_key, {known("confirmed", 13)}, Reclaim::possible), Lines{});
}

TEST(Outlaws, a_client_whose_lease_is_about_to_expire_is_one_before_nfsd_gives_its_layouts_away) {
  EXPECT_EQ(verdict(client_key, {known("confirmed", 14)}),
            Lines{"client 10.0.0.21:779 has not renewed its lease for 14 s"});
  EXPECT_EQ(verdict(client_key, {known("confirmed", 14)}, Reclaim::possible).size(), 1U);
}

TEST(Outlaws, a_courtesy_client_is_one) {
  for (const std::string status : {"courtesy", "expirable"})
    EXPECT_EQ(verdict(client_key, {known(status, 1)}),
              Lines{"the lease of client 10.0.0.21:779 has expired"});
}

TEST(Outlaws, a_key_of_an_earlier_start_is_one_when_nobody_can_come_back_any_more) {
  EXPECT_EQ(verdict(client_key + 1, {known("confirmed", 0)}, Reclaim::possible), Lines{});
  EXPECT_EQ(verdict(client_key + 1, {known("confirmed", 0)}), Lines{"nfsd does not know its client"});
  EXPECT_EQ(verdict(client_key, {}), Lines{"nfsd does not know its client"});
}

TEST(Outlaws, a_server_is_none) {
  for (const pr::Key key : {alpha_key, beta_key}) EXPECT_EQ(verdict(key, {}), Lines{});
}

// The holder asks: any other one that says so let itself in, or began to take over and does not go on.
TEST(Outlaws, a_server_that_is_registered_as_if_it_served_is_one) {
  for (const pr::Key key : {beta_serving, nfsd_key}) {
    EXPECT_EQ(verdict(key, {}, Reclaim::possible), Lines{"a server is registered as if it served"});
    pr::Registration holder = registration(key);
    holder.holder = true;
    EXPECT_TRUE(outlaws({holder}, {}, Reclaim::over, 15).empty());
  }
}

TEST(Outlaws, a_challenge_is_answered_at_any_time) {
  const Lines answered{"a server asks whether this one is alive"};
  EXPECT_EQ(verdict(challenge_key_base | 2, {}), answered);
  EXPECT_EQ(verdict(challenge_key_base | 2, {}, Reclaim::possible), answered);
}

// --- the reservation's part ---

class FenceTest : public testing::Test {
 protected:
  FenceTest() {
    host.lun.registered = {{alpha_port, alpha_serving}, {client_port, client_key}, {beta_port, beta_key}};
    host.lun.held = FakeLun::Held{alpha_port};
  }
  FakeHost host;
  Reservation reservation{host, lun_device, 1};
};

TEST_F(FenceTest, removes_one_registration_and_no_other) {
  reservation.fence(client_key);
  EXPECT_EQ(host.changes, Lines{"PREEMPT AND ABORT 0x6a5f3c1100000007 with 0x7048530000000001"});
  EXPECT_EQ(host.lun.text(), (Lines{"0x7048530000000001 iqn.2026-01.org.example:alpha,i,0x00023d000001 *",
                                    "0x7048410000000002 iqn.2026-01.org.example:beta,i,0x00023d000001"}));
}

TEST_F(FenceTest, of_a_key_that_is_gone_does_nothing) {
  reservation.fence(client_key + 1);
  EXPECT_EQ(host.changes, Lines{});
}

// The client unmounts in that moment.
TEST_F(FenceTest, of_a_key_that_goes_meanwhile_is_no_failure) {
  host.lun.meanwhile = [&](const ScsiCommand& command) {
    if (command.cdb[0] == 0x5f)
      std::erase_if(host.lun.registered, [](const auto& r) { return r.key == client_key; });
  };
  EXPECT_EQ(error_of([&] { reservation.fence(client_key); }), "");
}

TEST_F(FenceTest, never_removes_itself) {
  EXPECT_NE(error_of([&] { reservation.fence(alpha_serving); }), "");
  EXPECT_EQ(host.changes, Lines{});
}

TEST_F(FenceTest, a_challenge_replaces_the_challengers_own_key) {
  FakeHost beta("beta");
  Reservation challenger(beta, lun_device, 2);
  beta.lun.registered = host.lun.registered;
  beta.lun.held = host.lun.held;
  challenger.challenge();
  EXPECT_EQ(challenger.read().own_key, challenge_key_base | 2);
  EXPECT_EQ(challenger.read().holder, Holder::peer);
}

TEST_F(FenceTest, a_stranger_loses_the_lun_only_when_a_human_says_so) {
  host.lun.registered = {{"iqn.backup,i,0x1", 0xabc}};
  host.lun.held = FakeLun::Held{"iqn.backup,i,0x1"};
  reservation.register_own_key();
  EXPECT_NE(error_of([&] { reservation.take(); }), "");
  EXPECT_EQ(reservation.read().holder, Holder::other);
  reservation.take_from_stranger();
  EXPECT_EQ(reservation.read().holder, Holder::self);
}

}  // namespace
}  // namespace pnfs_ha
