// How servers become a cluster and tell of it: keepalived's words, joining, the status document.
#include "agent/agent.h"
#include "control/token.h"
#include "report/status.h"
#include "scene.h"
#include "server/election.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

// --- election ---

TEST(Notification, lines_of_keepalived) {
  EXPECT_EQ(parse_notification("INSTANCE \"pnfs-ha\" MASTER 100"), Vrrp::master);
  EXPECT_EQ(parse_notification("INSTANCE \"pnfs-ha\" BACKUP 100"), Vrrp::backup);
  EXPECT_EQ(parse_notification("INSTANCE \"pnfs-ha\" FAULT 100"), Vrrp::fault);
  EXPECT_EQ(parse_notification("INSTANCE \"pnfs-ha\" STOP 100"), Vrrp::fault);
  EXPECT_EQ(parse_notification("INSTANCE \"pnfs-ha\" DELETED 100"), Vrrp::fault);
  for (const char* line :
       {"", "INSTANCE", "INSTANCE \"pnfs-ha\"", "INSTANCE \"pnfs-ha\" MASTER_RX_LOWER_PRI 100",
        "INSTANCE \"pnfs-ha\" master 100", "INSTANCE \"other\" MASTER 100", "INSTANCE pnfs-ha MASTER 100",
        "GROUP \"pnfs-ha\" MASTER 0", "rubbish \"pnfs-ha\" MASTER 100"})
    EXPECT_EQ(parse_notification(line), std::nullopt) << line;
}

TEST(ElectionTest, is_joined_without_standing) {
  FakeHost host;
  Election election(host, "10.0.0.100", "eth0");
  election.join();
  EXPECT_EQ(host.changes, (Lines{"write /run/pnfs-ha/out-of-election", "start keepalived.service"}));
  EXPECT_EQ(host.text(Election::track_file), "1\n");
  election.stand();
  election.stand();
  EXPECT_EQ(host.text(Election::track_file), "0\n");
  election.join();  // a candidate stays one
  EXPECT_EQ(host.text(Election::track_file), "0\n");
  election.stand_down();
  EXPECT_EQ(host.text(Election::track_file), "1\n");
  EXPECT_EQ(host.changes.size(), 4U);
}

TEST(ElectionTest, knows_where_the_vip_is) {
  FakeHost host;
  const Election election(host, "10.0.0.100", "eth0");
  EXPECT_FALSE(election.vip_present());
  host.networks.push_back({"eth1", "10.0.0.100", 24});
  EXPECT_FALSE(election.vip_present());
  host.give_vip(true);
  EXPECT_TRUE(election.vip_present());
}

// --- join ---

TEST(Join, token_is_good_for_an_hour) {
  FakeHost host;
  EXPECT_THROW(require_join_token(host, ""), Error);
  const std::string token = issue_join_token(host);
  EXPECT_EQ(token, "c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5");
  EXPECT_EQ(host.text("/etc/pnfs-ha/join-token"), token + " 1800003600\n");
  EXPECT_EQ(join_command(two_servers(), host, token), "pnfs-ha join 10.0.0.11 --token " + token);
  host.clock += 3600;
  EXPECT_EQ(error_of([&] { require_join_token(host, token); }), "");
  EXPECT_NE(error_of([&] { require_join_token(host, token.substr(1)); }), "");
  EXPECT_NE(error_of([&] { require_join_token(host, ""); }), "");
  host.clock += 1;
  EXPECT_EQ(error_of([&] { require_join_token(host, token); }), "the token is wrong or older than an hour");
}

TEST(Join, unreadable_token_file_lets_nobody_in) {
  FakeHost host;
  for (const char* text : {"", "\n", "word", " 1800003600", "word x"}) {
    host.files["/etc/pnfs-ha/join-token"] = text;
    for (const char* token : {"", "word", "1800003600"})
      EXPECT_THROW(require_join_token(host, token), Error) << text << " / " << token;
  }
}

TEST(Join, adds_a_server_with_the_next_id) {
  ServerConfig beta = two_servers().servers[1];
  beta.id = 0;
  EXPECT_EQ(with_server(one_server(), beta), two_servers());
  ClusterConfig gap = one_server();
  gap.servers[0].id = 7;
  EXPECT_EQ(with_server(gap, beta).servers[1].id, 8);
}

TEST(Join, again_brings_its_addresses_up_to_date) {
  ServerConfig beta{.name = "beta", .id = 0, .address = "10.0.0.22", .replication_address = "10.1.0.22"};
  const ClusterConfig wider = with_server(two_servers(), beta);
  ASSERT_EQ(wider.servers.size(), 2U);
  EXPECT_EQ(wider.servers[1].id, 2);
  EXPECT_EQ(wider.servers[1].address, "10.0.0.22");
}

TEST(Join, refuses_a_third_server) {
  EXPECT_EQ(error_of([] {
              with_server(two_servers(),
                          {.name = "gamma", .id = 0, .address = {}, .replication_address = {}});
            }),
            "the cluster has 2 servers already, and gamma is none of them");
}

TEST(Join, finds_the_address_towards_a_peer) {
  const FakeHost host;
  EXPECT_EQ(address_towards(host, "10.0.0.12"), "10.0.0.11");
  EXPECT_EQ(address_towards(host, "10.1.0.12"), "10.1.0.11");
  EXPECT_EQ(address_towards(host, "192.0.2.1"), "");
}

TEST(Join, server_crosses_the_network_unchanged) {
  ServerConfig beta = two_servers().servers[1];
  beta.id = 0;
  EXPECT_EQ(server_from_json(to_json(beta)), beta);
}

// --- status ---

Observation healthy_active() {
  Observation seen;
  seen.role = Role::active;
  seen.vrrp = Vrrp::master;
  seen.access = Access::read_write;
  seen.reservation = ReservationState{.registrations = {{.key = serving_key(1),
                                                         .holder = true,
                                                         .type = pr::Type::exclusive_access_registrants_only,
                                                         .initiator = "iqn.2026-01.org.example:alpha"},
                                                        {.key = client_key,
                                                         .holder = false,
                                                         .type = {},
                                                         .initiator = "iqn.2026-01.org.example:client"}},
                                      .holder = Holder::self,
                                      .type = pr::Type::exclusive_access_registrants_only,
                                      .own_key = serving_key(1),
                                      .serving_elsewhere = {}};
  seen.mirror = {"Connected", "Primary", "Secondary", "UpToDate", "UpToDate"};
  seen.nfs.running = true;
  seen.nfs.threads = 128;
  seen.nfs.scope = "demo";
  seen.nfs.clients = 1;
  seen.nfs.accepts_late_commits = seen.nfs.takes_key = true;
  seen.vip_present = true;
  return seen;
}

TEST(Status, document_of_a_healthy_active) {
  const StepRecord step{.number = 9,
                        .sequence = "takeover",
                        .step = "export the LUN (2)",
                        .event = Sequence::Event::done,
                        .seconds = 0.25,
                        .why = {}};
  json document = to_json(two_servers(), "alpha", "naa.6001405f", healthy_active(), "", {step});
  document.erase("version");
  EXPECT_EQ(document, json::parse(R"json({
    "cluster": "demo",
    "node": "alpha",
    "role": "active",
    "reason": "",
    "maintenance": false,
    "vrrp": "MASTER",
    "lun": {
      "wwn": "naa.6001405f",
      "device": "/dev/disk/by-id/wwn-0x6001405f00d00000000000000000cafe",
      "mounted": "rw",
      "reservation": {
        "type": "Exclusive Access - Registrants Only",
        "holder": "self",
        "keys": [
          {"key": "0x7048530000000001", "initiator": "iqn.2026-01.org.example:alpha", "holder": true},
          {"key": "0x6a5f3c1100000007", "initiator": "iqn.2026-01.org.example:client", "holder": false}
        ]
      }
    },
    "mirror": {"role": "Primary", "disk": "UpToDate", "peer_disk": "UpToDate", "connection": "Connected"},
    "vip": {"address": "10.0.0.100/24", "present": true},
    "nfs": {"running": true, "scope": "demo", "threads": 128, "in_grace": false, "accepts_late_commits": true, "takes_key": true,
            "stock_may_lose_data": false, "clients": 1},
    "peers": [{
      "name": "beta", "address": "10.0.0.12", "replication_address": "10.1.0.12",
      "connection": "Connected", "mirror_role": "Secondary", "disk": "UpToDate"
    }],
    "steps": [{
      "number": 9, "sequence": "takeover", "step": "export the LUN (2)", "event": "done", "seconds": 0.25, "why": ""
    }]
  })json"));
}

TEST(Status, document_before_anything_is_known) {
  const json document = to_json(two_servers(), "alpha", "", Observation(), "the LUN is not there", {});
  EXPECT_EQ(document["role"], "joining");
  EXPECT_EQ(document["lun"], json::parse(R"({"wwn": "", "mounted": "no",
    "device": "/dev/disk/by-id/wwn-0x6001405f00d00000000000000000cafe",
    "reservation": {"type": null, "holder": "unknown", "keys": []}})"));
  EXPECT_EQ(health_of(document).health, Health::out_of_service);
}

TEST(Status, health) {
  const auto health = [](const std::function<void(Observation&)>& change, const std::string& reason = {},
                         const ClusterConfig& config = two_servers()) {
    Observation seen = healthy_active();
    change(seen);
    const Verdict verdict = health_of(to_json(config, "alpha", "naa.6001405f", seen, reason, {}));
    const char* const names[] = {"healthy", "degraded", "out of service"};
    return names[static_cast<int>(verdict.health)] + (verdict.why.empty() ? "" : ": " + verdict.why);
  };
  const auto nothing = [](Observation&) {};
  EXPECT_EQ(health(nothing), "healthy");
  EXPECT_EQ(health([](Observation& s) {
              s.role = Role::standby;
              s.reservation->holder = Holder::peer;
            }),
            "healthy");
  EXPECT_EQ(health(nothing, "VRRP says BACKUP"), "degraded: VRRP says BACKUP");
  EXPECT_EQ(health(nothing, "", one_server()),
            "degraded: there is no second server; run `pnfs-ha join` on one");
  EXPECT_EQ(health([](Observation& s) {
              s.mirror = {"WFConnection", "Primary", "Unknown", "UpToDate", "DUnknown"};
            }),
            "degraded: the state mirror is WFConnection, UpToDate here and DUnknown there");
  EXPECT_EQ(
      health([](Observation& s) { s.mirror.connection = "SyncSource", s.mirror.peer_disk = "Inconsistent"; }),
      "degraded: the state mirror is SyncSource, UpToDate here and Inconsistent there");
  EXPECT_EQ(health([](Observation& s) { s.reservation->holder = Holder::none; }),
            "degraded: the holder of the LUN's reservation is: none");
  EXPECT_EQ(health([](Observation& s) { s.reservation->holder = Holder::other; }),
            "degraded: the holder of the LUN's reservation is: other");
  EXPECT_EQ(health([](Observation& s) { s.reservation.reset(); }),
            "degraded: the holder of the LUN's reservation is: unknown");
  EXPECT_EQ(
      health([](Observation& s) { s.reservation->registrations.resize(501); }),
      "degraded: 501 servers and clients are registered with the LUN; it cannot tell of more than some 700");
  const std::string stock =
      "degraded: stock nfsd: a crash can lose direct writes, and a server that lost the LUN can let itself "
      "in "
      "again; see `pnfs-ha check`";
  EXPECT_EQ(health([](Observation& s) { s.nfs.accepts_late_commits = false; }), stock);
  EXPECT_EQ(health([](Observation& s) { s.nfs.takes_key = false; }), stock);
  ClusterConfig lax = two_servers();
  lax.stock_nfsd_may_lose_data = true;
  EXPECT_EQ(health(nothing, "", lax).substr(0, 45), "degraded: the cluster does without the keys t");
  EXPECT_EQ(health([](Observation& s) { s.role = Role::out_of_service; }, "takeover: cannot do it"),
            "out of service: takeover: cannot do it");
  EXPECT_EQ(health([](Observation& s) { s.role = Role::joining; }), "out of service: joining");
}

}  // namespace
}  // namespace pnfs_ha
