// A switchover, as the verb runs it beside the agent: what it asks of nfsd and of the agents, in which order,
// and what is left when a step fails.
#include "host/call_limits.h"
#include "plan/plan_scene.h"

namespace pnfs_ha {
namespace {

const std::string quiesce = "/sys/module/nfsd/parameters/quiesce";
const std::string quiesced = "set " + quiesce + " to Y", resumed = "set " + quiesce + " to N";

// alpha serves with the appliance's nfsd; the agents write down what they are asked, beside what is changed.
struct Switchover {
  Switchover() : scene(active()) {
    for (const char* name : {"quiesce", "waiting", "boot_after", "boot_second"})
      scene->host.files[std::string("/sys/module/nfsd/parameters/") + name] = "0\n";
    const auto ask = [this](const std::string& what) {
      return [this, what] {
        scene->host.changes.push_back(what);
        if (what == refused) throw Error("refused");
      };
    };
    agents = {.require_successor = ask("ask whether the other server is ready"),
              .release = ask("ask for the release"),
              .await_successor = ask("wait for the other server")};
  }

  Lines run() {
    error = error_of([&] { switchover(scene->server, agents, drained).run(nobody); });
    return scene->host.changes;
  }

  std::unique_ptr<Scene> scene;
  std::string refused, error;
  Agents agents;
  Drained drained;
};

TEST(Switchover, quiesces_nfsd_before_it_asks_for_the_release) {
  Switchover s;
  EXPECT_EQ(s.run(), (Lines{"ask whether the other server is ready", quiesced, "ask for the release",
                            "wait for the other server"}));
  EXPECT_EQ(s.error, "");
}

TEST(Switchover, that_is_refused_asks_nothing_of_the_clients) {
  Switchover s;
  s.refused = "ask whether the other server is ready";
  EXPECT_EQ(s.run(), Lines{s.refused});
}

TEST(Switchover, whose_drain_fails_lets_nfsd_wait_again_and_releases_nothing) {
  Switchover s;
  s.scene->host.unreadable = {"/sys/module/nfsd/parameters/waiting"};
  EXPECT_EQ(s.run(), (Lines{"ask whether the other server is ready", quiesced, resumed}));
  EXPECT_EQ(s.error.find(cannot(switchover(s.scene->server, s.agents, s.drained), StepId::wait_until_idle)),
            0U);
}

TEST(Switchover, that_cannot_quiesce_releases_nothing) {
  for (const auto effect : {FakeHost::Effect::none, FakeHost::Effect::full}) {
    Switchover s;
    s.scene->host.fail(quiesced, FakeHost::Times::once, effect);
    s.run();
    EXPECT_EQ(s.error.find(cannot(switchover(s.scene->server, s.agents, s.drained), StepId::quiesce_nfsd)),
              0U);
    EXPECT_EQ(std::ranges::count(s.scene->host.changes, "ask for the release"), 0);
    EXPECT_FALSE(s.scene->server.nfs.state().quiesced);
  }
}

// The agent may be in the middle of stopping nfsd: a thread that waits for a client now would wait for ever.
TEST(Switchover, undoes_nothing_once_the_release_was_asked_for) {
  for (const std::string refused : {"ask for the release", "wait for the other server"}) {
    Switchover s;
    s.refused = refused;
    EXPECT_EQ(s.run().back(), refused);
    EXPECT_NE(s.error, "");
    EXPECT_TRUE(s.scene->server.nfs.state().quiesced);
  }
}

// A request that waits for a client which never answers must not keep the administrator waiting for ever.
TEST(Switchover, is_bounded_up_to_the_release) {
  Switchover s;
  s.scene->host.files["/sys/module/nfsd/parameters/waiting"] = "1\n";
  const Host::Duration began = s.scene->host.uptime();
  EXPECT_EQ(s.run().back(), "wait for the other server");
  EXPECT_FALSE(s.drained.idle);
  EXPECT_EQ(s.scene->host.uptime() - began, idle_limit);
  EXPECT_LE(drain_limit + idle_limit, quiesce_limit);
  EXPECT_LE(idle_limit + call_limits::program, quiesce_limit);  // a growth
}

}  // namespace
}  // namespace pnfs_ha
