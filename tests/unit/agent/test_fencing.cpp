// Who has lost the right to the LUN, as nfsd's list of clients, the journal of keys and the LUN's
// registrations tell.
#include "agent/fencing.h"
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

std::string without(const std::string& line) {
  std::string rest = info;
  const std::size_t begin = rest.find(line);
  return rest.erase(begin, rest.find('\n', begin) + 1 - begin);
}

std::string with(const std::string& what, const std::string& instead) {
  std::string changed = info;
  return changed.replace(changed.find(what), what.size(), instead);
}

TEST(NfsClientInfo, of_another_shape_is_none) {
  for (const std::string& text :
       {std::string(), without("clientid"), without("address"), without("status"), without("seconds from"),
        without("name"), with("0x0f3008606b04b90f", "0x"), with("0x0f3008606b04b90f", "0x12zz"),
        with("confirmed", "asleep"), with("renew: 4", "renew: soon"), info.substr(0, 60)})
    EXPECT_EQ(parse_nfs_client(text), std::nullopt) << text;
}

// --- nfsd's list ---

class NfsClients : public testing::Test {
 protected:
  NfsClients() {
    host.nfs_clients = {"3", "4"};
    host.files[first] = info;
    host.files[second] = with("6b04b90f", "6b04b910");
  }
  FakeHost host;
  const NfsServer nfs{host, "demo", 64};
  const std::string first = "/proc/fs/nfsd/clients/3/info", second = "/proc/fs/nfsd/clients/4/info";
};

TEST_F(NfsClients, one_that_has_just_gone_is_left_out) {
  host.files.erase(second);
  EXPECT_EQ(nfs.clients().size(), 1U);
}

TEST_F(NfsClients, one_that_cannot_be_read_is_an_error_and_not_nobody) {
  host.unreadable = {second};
  EXPECT_EQ(error_of([&] { std::ignore = nfs.clients(); }),
            "cannot read /proc/fs/nfsd/clients/4/info: Cannot allocate memory");
  host.unreadable = {"/proc/fs/nfsd/clients"};
  EXPECT_NE(error_of([&] { std::ignore = nfs.clients(); }), "");
}

TEST_F(NfsClients, a_short_read_is_an_error) {
  for (const std::string& text : {std::string(), info.substr(0, 60)}) {
    host.files[second] = text;
    EXPECT_NE(error_of([&] { std::ignore = nfs.clients(); }), "");
    EXPECT_NE(error_of([&] { std::ignore = nfs.file_uses(); }), "");
  }
}

// --- who is a stranger ---

constexpr pr::Key key_before = client_key;  // of the start 0x6a5f3c11
constexpr pr::Key key_now = 0x6a5f4000'00000001;

pr::Registration registration(pr::Key key) {
  return {.key = key, .initiator = "iqn.client"};
}

NfsClient known(const std::string& name, const std::string& status = "confirmed") {
  return {.key = key_now, .address = "10.0.0.21:779", .name = name, .status = status};
}

Lines verdict(pr::Key key, const std::vector<NfsClient>& clients, std::int64_t started_at = 0x6a5f4000) {
  const KeyOwners owners = {{key_before, {"c", "10.0.0.21:779"}}};
  const std::vector<pr::Registration> registered = {registration(key)};
  NfsState nfsd;
  nfsd.started_at = started_at;
  Lines reasons;
  for (const StaleRegistration& one : stale_registrations(
           registered, present_start(clients, nfsd), keys_of_returned(registered, clients, owners), owners))
    reasons.push_back(one.why);
  return reasons;
}

const Lines did_not_come_back{"client c at 10.0.0.21:779 did not come back in the grace period"};
const Lines unknown{"no client of this server is known to have this key"};

TEST(Strangers, a_client_of_the_present_start_is_none_whatever_nfsd_says_of_it) {
  for (const std::string status : {"confirmed", "unconfirmed", "courtesy", "expirable"})
    EXPECT_EQ(verdict(key_now, {known("c", status)}), Lines{});
  EXPECT_EQ(verdict(key_now + 1, {known("c")}), Lines{});  // nfsd dropped it, and fences it
  EXPECT_EQ(verdict(key_now, {}), Lines{});
}

TEST(Strangers, the_present_start_is_known_roughly_before_any_client_has_told_it) {
  EXPECT_EQ(verdict(key_before, {}), did_not_come_back);
  EXPECT_EQ(verdict(0x6a5f4001'00000001, {}), Lines{});
  EXPECT_EQ(verdict(0x6a5f4001'00000001, {known("c")}), unknown);
  EXPECT_EQ(verdict(key_before, {}, 0), Lines{});  // an agent of an earlier version started nfsd
}

TEST(Strangers, the_present_start_is_known_exactly_if_nfsd_tells) {
  NfsState nfs;
  nfs.started_at = 0x6a5f4000;
  EXPECT_TRUE(present_start({}, nfs).issued(key_now + (pr::Key{1} << 32)));
  nfs.start_second = 0x6a5f4000 + 90;  // the clock was behind the last start's
  EXPECT_TRUE(present_start({}, nfs).issued(key_now + (pr::Key{90} << 32)));
  EXPECT_FALSE(present_start({}, nfs).issued(key_now + (pr::Key{1} << 32)));
}

TEST(Strangers, a_client_that_came_back_is_none_under_its_previous_key) {
  for (const std::string status : {"confirmed", "courtesy", "expirable"})
    EXPECT_EQ(verdict(key_before, {known("c", status)}), Lines{});
}

TEST(Strangers, a_client_that_did_not_come_back_is_one) {
  EXPECT_EQ(verdict(key_before, {known("another")}), did_not_come_back);
  EXPECT_EQ(verdict(key_before, {known("c", "unconfirmed")}), did_not_come_back);
}

TEST(Strangers, a_key_that_nobody_knows_is_one) {
  EXPECT_EQ(verdict(key_before + 1, {known("c")}), unknown);
  EXPECT_EQ(verdict(0xabc, {known("c")}), unknown);
}

TEST(Strangers, one_with_several_paths_is_one) {
  EXPECT_EQ(stale_registrations({registration(key_before), registration(key_before)},
                                {key_now >> 32, key_now >> 32}, {}, {})
                .size(),
            1U);
}

TEST(Strangers, a_server_is_none) {
  for (const pr::Key key : {alpha_key, beta_key, nfsd_key, challenge_key(2)})
    EXPECT_EQ(verdict(key, {}), Lines{});
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
