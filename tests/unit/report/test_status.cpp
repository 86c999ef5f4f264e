// The status: the document that the agent publishes, and what is said of its health.
#include "report/health.h"
#include "report/status.h"
#include "scene.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

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

// What the status of a server says that has everything but one thing.
std::string why_unhealthy(const Observation& seen) {
  return health_of(status_of(two_servers(), "alpha", "naa.6001405f", seen, "", {})).why;
}

TEST(StatusTest, is_not_healthy_without_what_an_active_serves_with) {
  EXPECT_EQ(why_unhealthy(healthy_active()), "");
  Observation seen = healthy_active();
  seen.vip_present = false;
  EXPECT_EQ(why_unhealthy(seen), "the VIP 10.0.0.100/24 is not here");
  seen = healthy_active();
  seen.nfs.running = false;
  EXPECT_EQ(why_unhealthy(seen), "the NFS server does not run");
  seen = healthy_active();
  seen.access = Access::read_only;
  EXPECT_EQ(why_unhealthy(seen), "the LUN is not mounted read-write");
  seen = healthy_active();
  seen.role = Role::standby;
  seen.vrrp = Vrrp::fault;
  EXPECT_EQ(why_unhealthy(seen),
            "keepalived is in VRRP's FAULT state: see `journalctl -u pnfs-ha-keepalived`");
}

TEST(StatusTest, an_nfs_server_on_a_standby_is_unhealthy) {
  Observation seen = healthy_active();
  seen.role = Role::standby;
  seen.nfs.running = true;
  EXPECT_EQ(why_unhealthy(seen),
            "the NFS server runs here, on a standby: systemctl disable --now nfs-server, then mask it");
}

TEST(StatusTest, document_of_a_healthy_active) {
  const StepRecord step{.number = 9,
                        .sequence = "takeover",
                        .id = "export_lun",
                        .step = "export the LUN (2)",
                        .event = Sequence::Event::done,
                        .seconds = 0.25,
                        .why = {}};
  Status status = status_of(two_servers(), "alpha", "naa.6001405f", healthy_active(), "", {step});
  status.version = "0.1.0";
  status.fenced = {
      {.key = client_key, .initiator = "iqn.x:gone", .why = "it did not come back", .at = 1800000000}};
  status.in_the_way = {{.pid = 7, .name = "bash", .use = Use::directory, .path = "/srv/pnfs-ha"}};
  status.fencing = {.stale = {{.key = client_key + 1, .initiator = "iqn.x:away", .why = "nor did it"}},
                    .keeps_blocks = true,
                    .overdue = false,
                    .trouble = "no answer"};
  status.told_at = Host::Duration(50'000);
  const json document = to_json(status);
  EXPECT_EQ(document, json::parse(R"json({
    "cluster": "demo",
    "node": "alpha",
    "role": "active",
    "reason": "", "maintenance": false,
    "vrrp": "MASTER",
    "lun": {
      "wwn": "naa.6001405f",
      "device": "/dev/disk/by-id/wwn-0x6001405f00d00000000000000000cafe",
      "mounted": "rw", "latency_ms": 0,
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
      "number": 9, "sequence": "takeover", "id": "export_lun", "step": "export the LUN (2)", "event": "done", "seconds": 0.25, "why": ""
    }],
    "format": 1, "version": "0.1.0",
    "fenced": [{"key": "0x6a5f3c1100000007", "initiator": "iqn.x:gone", "why": "it did not come back", "at": 1800000000}],
    "fencing": {
      "strangers": [{"key": "0x6a5f3c1100000008", "initiator": "iqn.x:away", "why": "nor did it"}],
      "keeps_blocks": true, "overdue": false, "trouble": "no answer"
    },
    "in_the_way": [{"pid": 7, "name": "bash", "use": "directory", "path": "/srv/pnfs-ha"}],
    "uptime_ms": 50000
  })json"));
  EXPECT_EQ(to_json(status_from_json(document)), document) << "what is read is what was written";
}

TEST(StatusTest, document_before_anything_is_known) {
  const Status status = status_of(two_servers(), "alpha", "", Observation(), "the LUN is not there", {});
  const json document = to_json(status);
  EXPECT_EQ(document["role"], "joining");
  EXPECT_EQ(document["lun"], json::parse(R"({"wwn": "", "mounted": "no", "latency_ms": 0,
    "device": "/dev/disk/by-id/wwn-0x6001405f00d00000000000000000cafe",
    "reservation": {"type": null, "holder": "unknown", "keys": []}})"));
  EXPECT_EQ(health_of(status).health, Health::out_of_service);
}

TEST(StatusTest, health) {
  const auto health = [](const std::function<void(Observation&)>& change, const std::string& reason = {},
                         const ClusterConfig& config = two_servers()) {
    Observation seen = healthy_active();
    change(seen);
    const Verdict verdict = health_of(status_of(config, "alpha", "naa.6001405f", seen, reason, {}));
    const char* const names[] = {"healthy", "degraded", "out of service"};
    return names[static_cast<int>(verdict.health)] + (verdict.why.empty() ? "" : ": " + verdict.why);
  };
  const auto nothing = [](Observation&) {};
  EXPECT_EQ(health(nothing), "healthy");
  Status asked = status_of(two_servers(), "alpha", "naa.6001405f", healthy_active(), {}, {});
  asked.peers[0].role = Role::standby;
  EXPECT_EQ(health_of(asked).health, Health::healthy);
  asked.peers[0].trouble = "the LUN does not answer";
  EXPECT_EQ(health_of(asked).why, "beta: the LUN does not answer");
  const PeerStatus across = status_from_json(to_json(asked)).peers[0];
  EXPECT_EQ(across.role, Role::standby);
  EXPECT_EQ(across.trouble, asked.peers[0].trouble);
  EXPECT_EQ(health([](Observation& s) {
              s.role = Role::standby;
              s.nfs.running = false;
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
  EXPECT_EQ(health([](Observation& s) { s.reservation->registrations.resize(7001); }),
            "degraded: 7001 servers and clients are registered with the LUN; it can list no more than 8190");
  const std::string stock =
      "degraded: stock nfsd: a crash can lose direct writes, and a server that lost the LUN can let itself "
      "in "
      "again; see `pnfs-ha check`";
  EXPECT_EQ(health([](Observation& s) { s.nfs.accepts_late_commits = false; }), stock);
  EXPECT_EQ(health([](Observation& s) { s.nfs.takes_key = false; }), stock);
  ClusterConfig lax = two_servers();
  lax.stock_nfsd_may_lose_data = true;
  EXPECT_EQ(health(nothing, "", lax).substr(0, 31), "degraded: stock nfsd is allowed");
  EXPECT_EQ(health([](Observation& s) { s.role = Role::out_of_service; }, "takeover: cannot do it"),
            "out of service: takeover: cannot do it");
  EXPECT_EQ(health([](Observation& s) { s.role = Role::joining; }), "out of service: joining");
}

TEST(StatusTest, every_word_is_read_back) {
  for (const auto& [role, name] : role_names)
    for (const auto& [holder, held] : holder_names) {
      Status status;
      status.role = role;
      status.lun.holder = holder;
      const Status read = status_from_json(to_json(status));
      EXPECT_EQ(read.role, role) << name;
      EXPECT_EQ(read.lun.holder, holder) << held;
    }
  Status unknown;
  EXPECT_EQ(status_from_json(to_json(unknown)).lun.holder, std::nullopt);
  for (const auto type : {pr::Type::write_exclusive, static_cast<pr::Type>(9)}) {
    unknown.lun.type = type;
    EXPECT_EQ(status_from_json(to_json(unknown)).lun.type, type);
  }
}

// As an agent wrote it before there were formats.
TEST(StatusTest, without_a_format_is_of_the_first) {
  json document = to_json(status_of(two_servers(), "alpha", "", healthy_active(), "", {}));
  document.erase("format");
  EXPECT_EQ(status_from_json(document).role, Role::active);
}

TEST(StatusTest, of_a_newer_agent_is_an_error_that_says_what_to_do) {
  const json document = {{"format", 2}, {"role", "active"}, {"uptime_ms", 1}};
  EXPECT_EQ(error_of([&] { status_from_json(document); }),
            "the status document was made by a newer pnfs-ha (format 2; this one knows formats up to 1)");
}

TEST(StatusTest, that_is_none_is_an_error) {
  for (const char* text :
       {"null", "[]", "3", "{}", R"({"role": "active"})", R"({"role": "king", "uptime_ms": 1})",
        R"({"role": 3, "uptime_ms": 1})", R"({"role": "active", "uptime_ms": "x"})"})
    EXPECT_EQ(error_of([&] { status_from_json(json::parse(text)); }),
              "this is no status document of a pnfs-ha agent")
        << text;
}

}  // namespace
}  // namespace pnfs_ha
