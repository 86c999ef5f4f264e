// nfsd never starts twice in one second, whatever the clocks say, and what else must be so before it starts.
#include "scene.h"
#include "server/drain.h"

namespace pnfs_ha {
namespace {

const Path parameters = "/sys/module/nfsd/parameters";
const std::string on_mirror = "/var/lib/nfs/nfsdcld/pnfs-ha-start-second";
const std::string on_lun = "/srv/pnfs-ha/.pnfs-ha/start-second";
constexpr std::int64_t now = 1'800'000'000;

// Who would be asked before and after the drain.
const Agents no_agents = {.require_successor = [] {}, .release = [] {}, .await_successor = [] {}};

// The appliance's nfsd: it started in `second`.
void patch(FakeHost& host, const std::string& second = "1800000001") {
  for (const char* name : {"quiesce", "waiting", "boot_after", "boot_second"})
    host.files[parameters / name] = "0\n";
  host.files[parameters / "boot_second"] = second + "\n";
}

TEST(StartSeconds, the_latest_of_mirror_lun_and_clients_keys_counts) {
  const auto s = widowed();
  EXPECT_EQ(s->server.start_seconds.last(), client_key >> 32);
  s->host.files[on_mirror] = "1799999000\n";
  EXPECT_EQ(s->server.start_seconds.last(), 1'799'999'000);
  s->host.files[on_lun] = "1799999500\n";
  EXPECT_EQ(s->server.start_seconds.last(), 1'799'999'500);
  s->host.lun.registered.push_back({"iqn.x,i,0x1", pr::Key{1'799'999'900} << 32 | 3});
  EXPECT_EQ(s->server.start_seconds.last(), 1'799'999'900);
}

// Read as 0, it could let nfsd start in a second that was used.
TEST(StartSeconds, of_a_newer_pnfs_ha_are_an_error) {
  const auto s = widowed();
  const std::string why =
      "the record of nfsd's start seconds was made by a newer pnfs-ha (format 2; this one knows formats up "
      "to "
      "1)";
  for (const std::string& file : {on_mirror, on_lun}) {
    s->host.files[file] = "format 2 1799999000.5\n";
    EXPECT_EQ(error_of([&] { std::ignore = s->server.start_seconds.last(); }), why);
    s->host.files.erase(file);
  }
  s->host.files[s->server.config.mount_point + "/" + StartSeconds::freed_lun_file] = "format 2\n";
  EXPECT_EQ(error_of([&] { std::ignore = s->server.start_seconds.latest_to_free(); }), why);
}

TEST(StartSeconds, the_key_of_a_stranger_tells_no_time) {
  const auto s = widowed();
  s->host.lun.registered.push_back({"iqn.x,i,0x1", 0xfffffffe00000001});
  EXPECT_EQ(s->server.start_seconds.last(), client_key >> 32);
}

TEST(StartSeconds, nfsd_is_told_the_last_one_and_its_own_is_recorded) {
  const auto s = widowed();
  patch(s->host, "1800000701");
  s->host.files[on_lun] = "1800000700\n";  // this server's clock is behind
  takeover(s->server).run(nobody);
  EXPECT_EQ(s->host.text(parameters / "boot_after"), "1800000700\n");
  EXPECT_EQ(s->host.text(on_mirror), "1800000701\n");
  EXPECT_EQ(s->host.text(on_lun), "1800000701\n");
}

TEST(StartSeconds, nfsd_is_told_from_which_start_on_a_late_commit_counts) {
  const auto s = widowed();
  patch(s->host, "1800000701");
  s->host.files[parameters / "late_from"] = "0\n";
  s->host.files["/var/lib/nfs/nfsdcld/pnfs-ha-freed-by"] = "1800000500\n";
  s->host.files["/srv/pnfs-ha/.pnfs-ha/freed-by"] = "1800000600\n";
  takeover(s->server).run(nobody);
  EXPECT_EQ(s->host.text(parameters / "late_from"), "1800000600\n");
}

TEST(StartSeconds, a_record_never_goes_back) {
  const auto s = active();
  const std::string before = s->host.text(on_mirror);
  s->server.start_seconds.record(5);
  EXPECT_EQ(s->host.text(on_mirror), before);
}

TEST(StartSeconds, stock_nfsd_waits_until_the_clock_is_past_it) {
  const auto s = widowed();
  s->host.files[on_mirror] = std::to_string(now + 10) + "\n";
  takeover(s->server).run(nobody);
  EXPECT_EQ(s->host.text(on_mirror), std::to_string(now + 11) + "\n");
}

TEST(StartSeconds, stock_nfsd_does_not_start_by_a_clock_that_is_far_behind) {
  const auto s = widowed();
  s->host.files[on_mirror] = std::to_string(now + 4000) + "\n";
  EXPECT_EQ(error_of([&] { takeover(s->server).run(nobody); }),
            cannot(takeover(s->server), StepId::set_parameters) +
                "the NFS server was last started 4000 s after what is "
                "now by this server's clock");
  EXPECT_EQ(s->host.nfsd_threads, 0);
}

TEST(StartSeconds, a_full_lun_does_not_keep_the_server_from_serving) {
  const auto s = widowed();
  s->host.fail("write " + on_lun);
  takeover(s->server).run(nobody);
  EXPECT_TRUE(s->host.gate_is_open());
  EXPECT_EQ(s->host.text(on_mirror), std::to_string(now + 1) + "\n");  // it waited for older proofs
}

// --- what a planned release leaves behind, and before it ---

TEST(Quiesce, a_drain_quiesces_first_and_a_takeover_ends_it) {
  const auto s = active();
  patch(s->host);
  Drained drained;
  switchover(s->server, no_agents, drained).run(nobody);
  EXPECT_TRUE(drained.idle);
  EXPECT_TRUE(s->server.nfs.state().quiesced);
  EXPECT_EQ(s->host.changes, Lines{"set /sys/module/nfsd/parameters/quiesce to Y"});
  takeover(s->server).unwind(nobody);
  EXPECT_TRUE(s->server.nfs.state().quiesced);
  takeover(s->server).run(nobody);
  EXPECT_FALSE(s->server.nfs.state().quiesced);
}

// A thread that begins to wait for a client behind the shut gate waits for ever.
TEST(Quiesce, every_stop_quiesces_before_it_stops_the_threads) {
  const auto s = active();
  patch(s->host);
  takeover(s->server).unwind(nobody);
  const auto quiesced = std::ranges::find(s->host.changes, "set /sys/module/nfsd/parameters/quiesce to Y");
  ASSERT_NE(quiesced, s->host.changes.end());
  EXPECT_EQ(*std::next(quiesced), "set /proc/fs/nfsd/threads to 0");
}

TEST(Quiesce, a_drain_waits_for_what_waits_for_a_client) {
  const auto s = active();
  patch(s->host);
  s->host.files[parameters / "waiting"] = "2\n";
  s->host.at(std::chrono::seconds(3), [&] { s->host.files[parameters / "waiting"] = "0\n"; });
  const Host::Duration began = s->host.uptime();
  Drained drained;
  switchover(s->server, no_agents, drained).run(nobody);
  EXPECT_TRUE(drained.idle);
  EXPECT_GE(s->host.uptime() - began, std::chrono::seconds(3));
  EXPECT_LE(s->host.uptime() - began, std::chrono::milliseconds(3100));
}

TEST(Quiesce, a_drain_does_not_wait_for_ever) {
  const auto s = active();
  patch(s->host);
  s->host.files[parameters / "waiting"] = "1\n";
  const Host::Duration began = s->host.uptime();
  Drained drained;
  switchover(s->server, no_agents, drained).run(nobody);
  EXPECT_FALSE(drained.idle);
  EXPECT_EQ(s->host.uptime() - began, idle_limit);
}

TEST(Quiesce, a_drain_that_fails_lets_nfsd_wait_again) {
  const auto s = active();
  patch(s->host);
  s->host.unreadable = {parameters / "waiting"};
  Drained drained;
  EXPECT_NE(error_of([&] { switchover(s->server, no_agents, drained).run(nobody); }), "");
  EXPECT_FALSE(s->server.nfs.state().quiesced);
}

}  // namespace
}  // namespace pnfs_ha
