// release, which is takeover unwound, on a simulated server.
#include "plan/plan_scene.h"

namespace pnfs_ha {
namespace {

TEST(Release, is_takeover_unwound) {
  const auto s = active();
  takeover(s->server).unwind(nobody);
  EXPECT_EQ(s->host.changes, release_record);
  EXPECT_EQ(s->host.lun.text(),
            (Lines{"0x6a5f3c1100000007 iqn.2026-01.org.example:client,i,0x00023d000001",
                   "0x7048410000000001 iqn.2026-01.org.example:alpha,i,0x00023d000001 *"}));
}

TEST(Release, ends_where_takeover_began) {
  const auto s = widowed();
  const Snapshot before = s->host.snapshot();
  takeover(s->server).run(nobody);
  takeover(s->server).unwind(nobody);
  EXPECT_EQ(difference(before, s->host.snapshot(), left_by_takeover), Lines{});
}

// An upgrade of nfs-kernel-server starts nfs-server. Taken for its own, it served without a grace period, and clients hung.
TEST(Takeover, stops_an_nfsd_that_somebody_started) {
  const auto s = widowed();
  takeover(s->server).run([&](const std::string&, const Act& act, Sequence::Event event, const std::string&) {
    if (act.id == StepId::mount_state && event == Sequence::Event::done) s->host.nfsd_threads = 8;
  });
  EXPECT_EQ(std::ranges::count(s->host.changes, "set /proc/fs/nfsd/threads to 0"), 1);
  EXPECT_EQ(s->host.nfsd_scope, "demo");
  EXPECT_TRUE(s->host.gate_is_open());
}

// umount says busy for a moment after nfsd's threads are gone.
TEST(Release, waits_for_nfsd_to_let_go_of_the_lun) {
  const auto s = active();
  s->host.fail("unmount /srv/pnfs-ha");
  s->host.at(std::chrono::milliseconds(150), [&] { s->host.heal(); });
  takeover(s->server).unwind(nobody);
  EXPECT_EQ(std::ranges::count(s->host.changes, "unmount /srv/pnfs-ha (failed)"), 6);
  EXPECT_EQ(s->server.lun.access(), Access::read_only);
}

TEST(Release, goes_on_past_each_failure_and_names_it) {
  const auto model = active();
  const Lines undos = takeover(model->server).undos();
  std::string undo;
  std::map<std::string, std::string> undo_of;  // by change
  std::size_t known = 0;
  takeover(model->server)
      .unwind([&](const std::string&, const Act& act, Sequence::Event event, const std::string&) {
        if (event == Sequence::Event::started) undo = act.name();
        for (; known < model->host.changes.size(); ++known) undo_of.emplace(model->host.changes[known], undo);
      });
  for (const std::string& change : release_record) {
    if (change.ends_with("terms") || change.ends_with("connections.json")) continue;  // no reason to fail
    SCOPED_TRACE(change);
    const auto s = active();
    s->host.fail(change);
    Lines attempted;
    const auto observer = [&](const std::string& sequence, const Act& act, Sequence::Event event,
                              const std::string&) {
      if (event == Sequence::Event::started) attempted.push_back(act.name());
      EXPECT_EQ(sequence, "release");
    };
    const std::string error = error_of([&] { takeover(s->server).unwind(observer); });
    EXPECT_EQ(error.find("release: cannot " + undo_of[change] + ": "), 0U) << error;
    EXPECT_EQ(attempted, undos);
  }
}

TEST(Release, reports_all_failures_as_one) {
  const auto s = active();
  s->host.fail("stop pnfs-ha-nfsdcld.service");
  s->host.fail("exportfs -ua");
  const auto cannot = [plan = takeover(s->server)](StepId step) { return cannot_undo(plan, step); };
  EXPECT_EQ(error_of([&] { takeover(s->server).unwind(nobody); }),
            cannot(StepId::export_lun) +
                "'exportfs -ua' failed (1): cannot run exportfs -ua: made to fail; " +
                cannot(StepId::start_nfsdcld) + "cannot stop pnfs-ha-nfsdcld.service: made to fail; " +
                cannot(StepId::mount_state) + "cannot unmount /var/lib/nfs: target is busy; " +
                cannot(StepId::mount_read_write) + "cannot unmount /srv/pnfs-ha: target is busy; " +
                cannot(StepId::unmount_read_only) + "cannot unmount /srv/pnfs-ha: target is busy; " +
                cannot(StepId::take_reservation) + "the LUN is still mounted read-write; " +
                cannot(StepId::promote_mirror) +
                "'drbdsetup secondary 0' failed (1): 0: State change failed: (-12) Device is held open by "
                "someone");
}

}  // namespace
}  // namespace pnfs_ha
