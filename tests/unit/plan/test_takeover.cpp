// takeover on a simulated server: what it does, in which order, and what is left when a step fails.
#include "plan/plan_scene.h"

namespace pnfs_ha {
namespace {

TEST(Takeover, makes_a_widowed_standby_active) {
  const auto s = widowed();
  takeover(s->server).run(nobody);
  EXPECT_EQ(s->host.changes, takeover_record);
  EXPECT_EQ(s->host.lun.text(),
            (Lines{"0x6a5f3c1100000007 iqn.2026-01.org.example:client,i,0x00023d000001",
                   "0x7048530000000001 iqn.2026-01.org.example:alpha,i,0x00023d000001 *"}));
  EXPECT_EQ(s->host.nfsd_scope, "demo");
  EXPECT_TRUE(s->host.gate_is_open());
}

// With the administrator's leave the constant key is what it was.
ClusterConfig with_stock_nfsd() {
  ClusterConfig config = two_servers();
  config.stock_nfsd_may_lose_data = true;
  return config;
}

TEST(Takeover, hands_the_reservation_to_stock_nfsd_and_takes_it_back) {
  const auto s = widowed(with_stock_nfsd());
  s->host.be_stock_nfsd();
  const auto replaced = [](Lines lines, const std::string& line, const std::string& by) {
    std::ranges::replace(lines, line, by);
    return lines;
  };
  takeover(s->server).run(nobody);
  EXPECT_EQ(s->host.changes,
            replaced(takeover_record, "set /sys/module/nfsd/parameters/mds_pr_key to 0x7048530000000001",
                     "REGISTER 0x0100000000000000 for 0x7048530000000001"));
  s->host.changes.clear();
  takeover(s->server).unwind(nobody);
  EXPECT_EQ(s->host.changes,
            replaced(release_record, "set /sys/module/nfsd/parameters/mds_pr_key to 0x0000000000000000",
                     "REGISTER 0x7048530000000001 for 0x0100000000000000"));
}

TEST(Takeover, with_stock_nfsd_is_undone_wherever_it_fails) {
  const auto begin = [] {
    auto scene = widowed(with_stock_nfsd());
    scene->host.be_stock_nfsd();
    return scene;
  };
  Lines kept = left_by_takeover;
  kept.insert(kept.end(), {"directory /var/lib/nfs/nfsdcld/", "file /srv/pnfs-ha/.pnfs-ha/"});
  fail_each_change(begin, takeover, kept, {"/.pnfs-ha/start-second", "terms"});
}

TEST(Takeover, makes_the_state_file_system_once) {
  const auto s = widowed();
  s->host.mirror_holds.clear();
  takeover(s->server).run(nobody);
  Lines expected = takeover_record;
  expected.insert(
      std::ranges::find(expected, "mount /dev/drbd0 at /var/lib/nfs -o rw,noatime,dirsync,nobarrier"),
      "run mkfs.ext4 -q -b 4096 -E nodiscard -L pnfs-ha-state /dev/drbd0");
  EXPECT_EQ(s->host.changes, expected);
}

TEST(Takeover, waits_until_drbd_has_noticed_the_peers_death) {
  const auto s = standby();
  s->host.at(std::chrono::milliseconds(250), [&] { s->host.disconnect_peer(); });
  takeover(s->server).run(nobody);
  Lines expected = takeover_record;
  expected.insert(std::ranges::find(expected, "run drbdsetup primary 0"), 7, "run drbdsetup primary 0");
  EXPECT_EQ(s->host.changes, expected);
}

TEST(Takeover, leaves_a_live_active_alone) {
  const auto s = standby();
  const Snapshot before = s->host.snapshot();
  EXPECT_EQ(error_of([&] { takeover(s->server).run(nobody); }),
            cannot(takeover(s->server), StepId::promote_mirror) +
                "DRBD refuses (this side UpToDate, peer "
                "Primary/UpToDate, "
                "Connected): 0: State change failed: (-1) Multiple primaries not allowed "
                "by config");
  EXPECT_EQ(difference(before, s->host.snapshot(), {}), Lines{});  // no key preempted, above all
}

TEST(Takeover, is_undone_wherever_it_fails_but_keeps_the_reservation) {
  // The mirror missed changes of the client records that the LUN's copy has.
  const auto begin = [] {
    auto scene = widowed();
    scene->host.files["/srv/pnfs-ha/.pnfs-ha/client-records-3.7.sqlite"] = "records";
    return scene;
  };
  fail_each_change(begin, takeover, left_by_takeover,
                   {"/.pnfs-ha/draft", "/.pnfs-ha/start-second", "terms", "remove /srv/pnfs-ha/.pnfs-ha/"});
  const auto s = begin();
  Lines acts = takeover(s->server).acts();
  for (const StepId idle :
       {StepId::await_proofs, StepId::keep_layout_journal, StepId::read_connections, StepId::wake_clients})
    std::erase(acts, act(takeover(s->server), idle).name());
  EXPECT_EQ(steps_of(trace(s->host, takeover(s->server))), acts);
}

TEST(Takeover, is_undone_to_an_unmounted_lun_if_standbys_do_not_mount_it) {
  ClusterConfig config = two_servers();
  config.standby_mount = Access::none;
  const auto s = widowed(config);
  s->host.fail("mount /dev/sda at /srv/pnfs-ha -o rw");
  const Snapshot before = s->host.snapshot();
  EXPECT_NE(error_of([&] { takeover(s->server).run(nobody); }), "");
  EXPECT_EQ(difference(before, s->host.snapshot(), left_by_takeover), Lines{});
}

TEST(Takeover, that_failed_after_the_reservation_still_holds_it_under_its_own_key) {
  for (const std::string change : {"PREEMPT AND ABORT", "mount /dev/sda at /srv/pnfs-ha -o rw", "exportfs -r",
                                   "mds_pr_key", "rpc.nfsd", "open the gate"}) {
    SCOPED_TRACE(change);
    const auto s = widowed();
    // A gate that cannot be moved is put back and tried again.
    s->host.fail(change, change == "open the gate" ? FakeHost::Times::always : FakeHost::Times::once,
                 FakeHost::Effect::full);
    EXPECT_NE(error_of([&] { takeover(s->server).run(nobody); }), "");
    EXPECT_EQ(s->host.lun.text(),
              (Lines{"0x6a5f3c1100000007 iqn.2026-01.org.example:client,i,0x00023d000001",
                     "0x7048410000000001 iqn.2026-01.org.example:alpha,i,0x00023d000001 *"}));
  }
}

// Somebody else's line in /etc/exports, for a directory that is gone.
TEST(Takeover, needs_its_own_export_only) {
  const auto s = widowed();
  s->host.fail("exportfs -r", FakeHost::Times::always, FakeHost::Effect::full);
  s->host.files["/var/lib/nfs/etab"] = "/srv/pnfs-ha/export-old\t10.0.0.0/24(ro)\n";
  EXPECT_NE(error_of([&] { takeover(s->server).run(nobody); }), "");
  s->host.files["/var/lib/nfs/etab"] += "/srv/pnfs-ha/export\t10.0.0.0/24(rw,pnfs)\n";
  EXPECT_EQ(error_of([&] { takeover(s->server).run(nobody); }), "");
}

// R17: an administrator's own NFSv4 root in /etc/exports.
TEST(Takeover, leaves_clients_one_root) {
  const auto s = widowed();
  s->host.files["/var/lib/nfs/etab"] =
      "/srv/pnfs-ha/export\t10.0.0.0/24(rw,sync,pnfs,fsid=0,sec=sys)\n"
      "/srv/other\t*(ro,sync,fsid=0,sec=sys,ro)\n"
      "/srv/third\t10.0.0.7(ro,sync,fsid=01,anonuid=0)\n";
  takeover(s->server).run(nobody);
  EXPECT_EQ(std::ranges::count(s->host.changes, "run exportfs -u *:/srv/other"), 1);
  EXPECT_EQ(std::ranges::count(s->host.changes, "run exportfs -u 10.0.0.7:/srv/third"), 0);
  EXPECT_TRUE(s->host.exported);
}

// A11: clients reclaim when the gate is open; what was waited for before that was taken from their grace period.
TEST(Takeover, waits_for_older_proofs_before_the_grace_period) {
  const auto s = widowed();
  s->host.files[Validity::file] = "8000\n";
  std::optional<Host::Duration> took, nfsd;
  takeover(s->server).run([&](const std::string&, const Act& act, Sequence::Event event, const std::string&) {
    if (event != Sequence::Event::done) return;
    if (act.id == StepId::take_reservation) took = s->host.uptime();
    if (act.id == StepId::start_nfsd) nfsd = s->host.uptime();
  });
  ASSERT_TRUE(took && nfsd);
  EXPECT_GE(*nfsd - *took, std::chrono::seconds(8));
  EXPECT_LT(s->host.uptime() - *nfsd, std::chrono::seconds(1));
}

// Written by the server before, and read before this one's keeper writes its own.
TEST(Takeover, tells_clients_that_their_server_is_another_one) {
  const auto s = widowed();
  s->host.files[Connections::file] =
      R"({"clients":[{"address":"10.0.0.21","port":845},{"address":"10.0.0.22","port":700}]})";
  takeover(s->server).run(nobody);
  const std::string tickle = "tickle from 10.0.0.100:2049 10.0.0.21:845 10.0.0.22:700";
  EXPECT_EQ(Lines(s->host.changes.end() - 2, s->host.changes.end()), (Lines{"open the gate", tickle}));
}

TEST(Takeover, serves_although_nobody_can_be_told) {
  for (const char* list : {R"({"clients":[{"address":"10.0.0.21","port":845}]})", R"({"format":2})"}) {
    const auto s = widowed();
    s->host.files[Connections::file] = list;
    s->host.fail("tickle");
    takeover(s->server).run(nobody);
    EXPECT_TRUE(s->host.gate_is_open());
  }
}

TEST(Takeover, makes_the_export_once_and_never_beside_files_that_are_there) {
  const auto s = widowed();
  s->host.files["/srv/pnfs-ha/report.pdf"] = "of a time when the whole LUN was exported";
  EXPECT_EQ(error_of([&] { takeover(s->server).run(nobody); }),
            cannot(takeover(s->server), StepId::export_lun) +
                "/srv/pnfs-ha/export is missing, and the LUN has other files: report.pdf");
  s->host.changes.clear();
  s->host.directories.insert("/srv/pnfs-ha/export");
  EXPECT_EQ(error_of([&] { takeover(s->server).run(nobody); }), "");
  EXPECT_EQ(std::ranges::count(s->host.changes, "create /srv/pnfs-ha/export"), 0);
}

TEST(Takeover, reports_what_could_not_be_undone_either) {
  const auto s = widowed();
  s->host.fail("rpc.nfsd");
  s->host.fail("exportfs -ua");
  s->host.fail("drbdsetup secondary");
  const std::string error = error_of([&] { takeover(s->server).run(nobody); });
  std::size_t at = 0;
  const Sequence plan = takeover(s->server);
  for (const std::string& part :
       {cannot(plan, StepId::start_nfsd), "; " + cannot_undo(plan, StepId::export_lun, UndoneIn::run),
        "; " + cannot_undo(plan, StepId::mount_read_write, UndoneIn::run),
        "; " + cannot_undo(plan, StepId::promote_mirror, UndoneIn::run)}) {
    const std::size_t found = error.find(part, at);
    EXPECT_NE(found, error.npos) << part << " in " << error;
    at = found;
  }
}

// nfsd starts without nfsdcld as well, and then lets nobody reclaim anything.
TEST(Takeover, refuses_an_nfsd_that_does_not_find_nfsdcld) {
  const auto s = widowed();
  s->host.nfsd_finds_tracker = false;
  EXPECT_EQ(error_of([&] { takeover(s->server).run(nobody); }),
            cannot(takeover(s->server), StepId::start_nfsd) + "nfsd does not use nfsdcld");
  EXPECT_EQ(s->host.nfsd_threads, 0);
}

TEST(Takeover, waits_for_nfsdclds_records) {
  const auto s = widowed();
  s->host.tracker_opens_records = false;
  EXPECT_EQ(error_of([&] { takeover(s->server).run(nobody); }),
            cannot(takeover(s->server), StepId::start_nfsdcld) + "nfsdcld did not open its records");
}

// Somebody grew it, and this server has not looked since: XFS mounts nothing that is larger than its disk.
TEST(Takeover, succeeds_on_a_server_that_does_not_know_that_the_lun_has_grown) {
  const auto unaware = [] {
    auto scene = widowed();
    scene->host.lun.bytes = scene->host.lun.xfs_bytes = 8ULL << 30;
    return scene;
  };
  const auto refused = unaware();
  refused->server.lun.umount();
  EXPECT_NE(error_of([&] { refused->server.lun.mount(Access::read_write); }), "");
  const auto s = unaware();
  takeover(s->server).run(nobody);
  EXPECT_EQ(s->host.changes, takeover_record);
}

}  // namespace
}  // namespace pnfs_ha
