// Calls that the kernel does not give back: it may carry them out when another server is active. Nothing is
// done after them, and nothing is undone.
#include "plan/plan_scene.h"

namespace pnfs_ha {
namespace {

using Run = std::function<void(Server&, const Sequence::Observer&)>;

std::vector<Made> trace_run(Scene& scene, const Run& run) {
  std::vector<Made> made;
  std::string step;
  run(scene.server, [&](const std::string&, const Act& act, Sequence::Event event, const std::string&) {
    if (event == Sequence::Event::started) step = act.name();
    while (made.size() < scene.host.changes.size()) made.push_back({step, scene.host.changes[made.size()]});
  });
  return made;
}

std::string stuck_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Stuck& stuck) {
    return stuck.what();
  } catch (const Error& error) {
    return std::string("only failed: ") + error.what();
  }
  return {};
}

// Each change in turn does not end: it is named, and it is the last one.
void stick_each_change(const std::string& name, const Begin& begin, const Run& run) {
  const auto model = begin();
  const std::vector<Made> made = trace_run(*model, run);
  ASSERT_FALSE(made.empty());
  for (std::size_t i = 0; i < made.size(); ++i) {
    SCOPED_TRACE(made[i].change);
    const auto scene = begin();
    scene->host.stick_nth(i + 1);
    const std::string what = stuck_of([&] { run(scene->server, nobody); });
    EXPECT_EQ(what.find(name + ": cannot " + made[i].step + ": "), 0U) << what;
    EXPECT_EQ(scene->host.changes.size(), i + 1);
  }
}

std::unique_ptr<Scene> widowed_with_newer_records_on_the_lun() {
  auto scene = widowed();
  scene->host.files["/srv/pnfs-ha/.pnfs-ha/client-records-3.7.sqlite"] = "records";
  scene->host.files["/sys/module/nfsd/parameters/quiesce"] = "Y\n";
  scene->host.files["/sys/module/nfsd/parameters/boot_after"] = "0\n";
  return scene;
}

TEST(Stuck, ends_a_bring_up_where_it_is) {
  const auto begin = [] {
    auto scene = std::make_unique<Scene>();
    let_beta_be_active(scene->host);
    return scene;
  };
  stick_each_change("bring_up", begin, [](Server& n, const auto& observer) { bring_up(n).run(observer); });
}

TEST(Stuck, ends_a_takeover_where_it_is) {
  stick_each_change("takeover", widowed_with_newer_records_on_the_lun,
                    [](Server& n, const auto& observer) { takeover(n).run(observer); });
}

TEST(Stuck, ends_a_release_where_it_is) {
  stick_each_change("release", active, [](Server& n, const auto& observer) { takeover(n).unwind(observer); });
}

TEST(Stuck, ends_a_renewal_where_it_is) {
  const auto preempted = [] {
    auto scene = standby();
    std::erase_if(scene->host.lun.registered, [](const auto& r) { return r.port == alpha_port; });
    return scene;
  };
  stick_each_change("renew_standby", preempted,
                    [](Server& n, const auto& observer) { renew_standby(n).run(observer); });
  stick_each_change(
      "renew_mirror", [] { return widowed(); },
      [](Server& n, const auto& observer) { renew_mirror(n).run(observer); });
}

// In the middle of undoing what failed, too.
TEST(Stuck, ends_the_undoing_of_a_takeover_where_it_is) {
  const auto s = widowed();
  s->host.fail("run rpc.nfsd");
  s->host.stick("unmount /var/lib/nfs");
  EXPECT_EQ(stuck_of([&] { takeover(s->server).run(nobody); }),
            cannot_undo(takeover(s->server), StepId::mount_state, UndoneIn::run) +
                "unmount /var/lib/nfs does not end");
  EXPECT_EQ(s->host.changes.back(), "unmount /var/lib/nfs (stuck)");
}

}  // namespace
}  // namespace pnfs_ha
