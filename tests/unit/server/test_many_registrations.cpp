// A LUN with more registrations than one reply to READ FULL STATUS has room for.
#include "scene.h"

namespace pnfs_ha {
namespace {

class ManyRegistrationsTest : public testing::Test {
 protected:
  void come(int clients) {
    lun.registered = {{beta_port, beta_serving}};
    lun.held = FakeLun::Held{beta_port};
    for (int i = 0; i < clients; ++i)
      lun.registered.push_back({name_of(i) + ",i,0x00023d000001", client_key + static_cast<pr::Key>(i)});
    reservation.register_own_key();
  }
  static std::string name_of(int client) { return "iqn.2026-01.org.example:client" + std::to_string(client); }
  static auto count_of_named(const ReservationState& state) {
    return std::ranges::count_if(state.registrations, [](const auto& r) { return !r.initiator.empty(); });
  }

  FakeHost host;
  FakeLun& lun = host.lun;
  Reservation reservation{host, lun_device, 1};
};

// The reply had room for ninety, and LIO says nothing of the others: an active server behind a hundred clients did
// not find itself; behind a thousand nobody could serve.
TEST_F(ManyRegistrationsTest, are_told_whole_and_the_server_finds_itself) {
  for (const int clients : {20, 60, 100, 700, 2000, 8180}) {
    come(clients);
    EXPECT_EQ(reservation.read().holder, Holder::peer) << clients;
    EXPECT_EQ(reservation.read().serving_elsewhere, std::set<pr::Key>{beta_serving});
    reservation.take();
    const ReservationState state = reservation.read();
    EXPECT_EQ(state.holder, Holder::self) << clients;
    EXPECT_EQ(state.own_key, alpha_serving);
    EXPECT_EQ(state.registrations.size(), static_cast<std::size_t>(clients) + 1);
    EXPECT_EQ(state.held_by()->key, alpha_serving);
    EXPECT_EQ(std::ranges::count_if(state.registrations, &pr::Registration::holder), 1);
    lun.registered.clear();
    lun.held.reset();
    EXPECT_EQ(reservation.read().holder, Holder::none);
    EXPECT_FALSE(reservation.read().type);
  }
}

TEST_F(ManyRegistrationsTest, have_names_as_far_as_the_lun_tells_them) {
  come(500);
  EXPECT_EQ(count_of_named(reservation.read(std::chrono::seconds(1), Reservation::Names::many)), 502);
  come(2000);
  const ReservationState state = reservation.read(std::chrono::seconds(1), Reservation::Names::many);
  EXPECT_EQ(state.registrations.size(), 2002U);
  EXPECT_GT(count_of_named(state), 500);
  EXPECT_EQ(state.registrations.at(17).key, client_key + 16);
  EXPECT_EQ(state.registrations.at(17).initiator, name_of(16));
  // Who looks several times a second asks for no names that it does not get.
  std::vector<int> asked;
  lun.meanwhile = [&](const ScsiCommand& command) { asked.push_back(command.cdb.at(1)); };
  EXPECT_EQ(reservation.read().registrations.size(), 2002U);
  EXPECT_EQ(asked, (std::vector{0, 1}));
  lun.registered.resize(4);
  reservation.read();
  asked.clear();
  EXPECT_EQ(count_of_named(reservation.read()), 4);
  EXPECT_EQ(asked, std::vector{3});
}

TEST_F(ManyRegistrationsTest, fence_one_of_them) {
  come(2000);
  reservation.take();
  reservation.fence(client_key + 1999);
  EXPECT_EQ(reservation.read().registrations.size(), 2000U);
}

TEST_F(ManyRegistrationsTest, beyond_what_a_lun_can_tell_are_not_guessed) {
  lun.registered.resize(8191, {client_port, client_key});
  EXPECT_EQ(error_of([&] { reservation.read(); }),
            "the LUN has more than the 8190 registrations that it can tell in one reply");
}

// A server that has been preempted shows as the holder, or not at all, never as both.
TEST_F(ManyRegistrationsTest, that_change_between_the_questions) {
  come(100);
  reservation.take();
  lun.meanwhile = [this](const ScsiCommand& command) {
    if (command.cdb.at(0) != 0x5e || command.cdb.at(1) != 1) return;
    std::erase_if(lun.registered, [](const auto& r) { return r.key == alpha_serving; });
    lun.registered.push_back({beta_port, beta_serving});
    lun.held = FakeLun::Held{beta_port};
  };
  const ReservationState state = reservation.read();
  EXPECT_EQ(state.holder, Holder::peer);
  EXPECT_TRUE(state.serving_elsewhere.contains(beta_serving));
}

// Stock nfsd's is the same on every server.
TEST_F(ManyRegistrationsTest, of_nfsds_key_are_an_error_if_nobody_tells_whose_it_is) {
  come(100);
  lun.registered.push_back({alpha_port, nfsd_key});
  EXPECT_NE(error_of([&] { reservation.read(); }).find("this server's nfsd or another one"),
            std::string::npos);
}

}  // namespace
}  // namespace pnfs_ha
