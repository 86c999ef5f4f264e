// grow, as the verb runs it beside the agent of the active: what it asks of whom, in which order, and what it refuses.
#include "base/error.h"
#include "plan/plan_scene.h"

namespace pnfs_ha {
namespace {

constexpr std::uint64_t gib = 1ULL << 30;

const std::string rescanned = "set /sys/block/sda/device/rescan to 1",
                  grown = "run xfs_growfs -d /srv/pnfs-ha";
const std::string no_layouts = "set /sys/module/nfsd/parameters/quiesce to Y";
const std::string layouts_again = "set /sys/module/nfsd/parameters/quiesce to N";
const std::string ask_beta = "have beta rescan", ask_clients = "wait for the clients",
                  hand_over = "switch over";
const std::string ask_successor = "ask whether the other server is ready";

// alpha serves, and the storage system has made 8 GiB of the LUN's 4. Who is asked writes it down, beside what is changed.
struct Growing {
  explicit Growing(std::uint64_t size = 8 * gib) : scene(active()) {
    for (const char* name : {"quiesce", "waiting", "boot_after", "boot_second"})
      scene->host.files[std::string("/sys/module/nfsd/parameters/") + name] = "0\n";
    scene->host.lun.bytes = size;
    there = {{.device = "sdc", .bytes = size, .trouble = {}}};
    const auto ask = [this](const std::string& what) {
      scene->host.changes.push_back(what);
      if (what == refused) throw Error("refused", "do something");
      if (then.contains(what)) then.at(what)();
    };
    growers = {.require_successor = [ask] { ask(ask_successor); },
               .ask =
                   [this, ask](const ServerConfig& server) {
                     ask("have " + server.name + " rescan");
                     return there;
                   },
               .await_clients = [ask] { ask(ask_clients); },
               .switch_over = [ask] { ask(hand_over); }};
  }

  Sequence plan() { return grow(scene->server, growers, growth, after); }
  Lines run() {
    error = error_of([&] { plan().run(nobody); });
    return scene->host.changes;
  }
  // What it says of a step that failed.
  std::string why(StepId step) {
    const std::string head = cannot(plan(), step);
    return error.starts_with(head) ? error.substr(head.size()) : "another step failed: " + error;
  }

  std::unique_ptr<Scene> scene;
  std::vector<PathSize> there;
  std::string refused, error;
  std::map<std::string, std::function<void()>> then;
  AfterGrowth after = AfterGrowth::switch_over;
  Growers growers;
  Growth growth;
};

TEST(Grow, asks_everybody_before_it_grows_and_hands_over_afterwards) {
  Growing g;
  EXPECT_EQ(g.run(), (Lines{ask_successor, rescanned, ask_beta, ask_clients, no_layouts, grown, layouts_again,
                            hand_over}));
  EXPECT_EQ(g.error, "");
  EXPECT_EQ(g.growth.lun, 8 * gib);
  EXPECT_EQ(g.growth.before, 4 * gib);
  EXPECT_EQ(g.growth.after, 8 * gib);
}

TEST(Grow, stays_active_if_it_is_told_to) {
  Growing g;
  g.after = AfterGrowth::stay;
  EXPECT_EQ(g.run().back(), layouts_again);
}

TEST(Grow, of_a_cluster_of_one_asks_nobody_else) {
  Growing g;
  g.scene->server.config = one_server();
  g.after = AfterGrowth::stay;
  EXPECT_EQ(g.run(), (Lines{ask_successor, rescanned, ask_clients, no_layouts, grown, layouts_again}));
}

// Until XFS has grown nothing has changed that has to be undone, but for nfsd.
TEST(Grow, ends_where_a_step_fails) {
  const struct {
    std::string step;
    Lines rest;  // what happens from there on
  } cases[] = {{ask_successor, {ask_successor}},
               {ask_beta, {ask_beta}},
               {ask_clients, {ask_clients}},
               {no_layouts, {no_layouts + " (failed)", layouts_again}},
               {grown, {grown + " (failed)", layouts_again}},
               {layouts_again, {layouts_again + " (failed)"}},
               {hand_over, {hand_over}}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.step);
    Growing g;
    g.refused = c.step;
    g.scene->host.fail(c.step);
    const Lines changes = g.run();
    const Lines rest(std::ranges::find(changes, c.rest.front()), changes.end());
    EXPECT_EQ(rest, c.rest);
    EXPECT_NE(g.error, "");
    EXPECT_EQ(g.scene->host.lun.xfs_bytes, (c.step == layouts_again || c.step == hand_over ? 8 : 4) * gib);
    EXPECT_EQ(g.scene->server.nfs.state().quiesced, c.step == layouts_again);
  }
}

TEST(Grow, needs_one_path_of_this_server_that_works) {
  Growing g;
  g.scene->host.fail(rescanned);
  g.run();
  EXPECT_TRUE(g.why(StepId::compare_sizes).starts_with("alpha cannot ask the LUN how large it is: sda: "))
      << g.error;
}

// A layout that is given out while XFS grows would name the device by its old size.
TEST(Grow, does_not_begin_while_a_request_waits_for_a_layout) {
  Growing g;
  g.scene->host.files["/sys/module/nfsd/parameters/waiting"] = "1\n";
  EXPECT_EQ(g.run().back(), layouts_again);
  EXPECT_EQ(g.why(StepId::wait_until_idle), "a request waits for a client that does not return a layout");
  EXPECT_EQ(g.scene->host.lun.xfs_bytes, 4 * gib);
}

TEST(Grow, refuses_a_lun_that_has_not_grown) {
  Growing g(4 * gib);
  EXPECT_EQ(g.run().back(), ask_beta);
  EXPECT_EQ(g.why(StepId::compare_sizes),
            "the LUN is as large as its file system: 4.0 GiB (4294967296 bytes)");
  // A sector more is no block more.
  Growing h(4 * gib + 512);
  h.run();
  EXPECT_TRUE(h.why(StepId::compare_sizes).starts_with("the LUN is as large as its file system")) << h.error;
}

TEST(Grow, refuses_a_lun_that_was_cut_short) {
  Growing g(3 * gib);
  g.run();
  EXPECT_TRUE(g.why(StepId::compare_sizes).starts_with("the LUN is smaller than its file system: 3.0 GiB"))
      << g.error;
}

TEST(Grow, refuses_what_the_servers_do_not_agree_on) {
  Growing g;
  g.there[0].bytes = 4 * gib;
  EXPECT_EQ(g.run().back(), ask_beta);
  EXPECT_EQ(
      g.why(StepId::compare_sizes),
      "beta sees the LUN with 4.0 GiB (4294967296 bytes), and this server with 8.0 GiB (8589934592 bytes)");
}

TEST(Grow, refuses_paths_that_do_not_agree) {
  Growing g;
  g.there.push_back({.device = "sdd", .bytes = 4 * gib, .trouble = {}});
  g.run();
  EXPECT_EQ(
      g.why(StepId::compare_sizes),
      "beta sees the LUN with 8.0 GiB (8589934592 bytes) by sdc and with 4.0 GiB (4294967296 bytes) by sdd");
  // One that could not be asked does not count; it is asked when it is used.
  g.there.back().trouble = "it is transport-offline";
  g.run();
  EXPECT_EQ(g.error, "");
}

TEST(Grow, needs_a_path_that_works_on_each_server) {
  Growing g;
  g.there[0].trouble = "it is transport-offline";
  g.run();
  EXPECT_EQ(g.why(StepId::compare_sizes),
            "beta cannot ask the LUN how large it is: sdc: it is transport-offline");
  g.there.clear();
  g.run();
  EXPECT_EQ(g.why(StepId::compare_sizes), "beta does not see the LUN");
}

TEST(Grow, names_the_server_that_cannot_be_asked) {
  Growing g;
  g.refused = ask_beta;
  g.run();
  EXPECT_EQ(g.why(StepId::ask_sizes), "beta did not read the LUN's size again: refused");
}

// A confirmation may take an hour, and a takeover a second.
TEST(Grow, does_not_touch_a_lun_that_another_server_took_meanwhile) {
  Growing g;
  g.then[ask_clients] = [&] { let_beta_take_over(g.scene->host); };
  const Lines changes = g.run();
  EXPECT_EQ(std::ranges::count(changes, grown), 0);
  EXPECT_EQ(g.why(StepId::grow_xfs), "the LUN's reservation went to: peer");
}

TEST(Grow, is_not_done_by_a_server_that_has_released_meanwhile) {
  Growing g;
  g.then[ask_clients] = [&] { g.scene->host.mounts["/srv/pnfs-ha"].options = "ro,norecovery"; };
  g.run();
  EXPECT_EQ(g.why(StepId::grow_xfs), "this server does not serve any more");
}

TEST(Grow, asks_by_every_path_that_works) {
  Growing g;
  g.scene->host.plug_second_path("iqn.2026-01.org.example:alpha,i,0x00023d000002");
  const std::string second = "set /sys/block/sdb/device/rescan to 1";
  EXPECT_EQ(std::ranges::count(g.run(), second), 1);
  Growing h;
  h.scene->host.plug_second_path("iqn.2026-01.org.example:alpha,i,0x00023d000002");
  h.scene->host.files["/sys/block/sdb/device/state"] = "transport-offline\n";
  EXPECT_EQ(std::ranges::count(h.run(), second), 0);
  EXPECT_EQ(h.error, "");
  EXPECT_EQ(h.growth.servers.at(0).paths.at(1).trouble, "it is transport-offline");
}

// Whose I/O is direct has to rescan; who has not registered is told apart.
TEST(Grow, knows_the_clients_and_how_they_reach_the_lun) {
  Growing g;
  g.scene->host.nfs_clients = {"1", "2"};
  const auto client = [&](const std::string& number, const std::string& id, const std::string& address) {
    g.scene->host.files["/proc/fs/nfsd/clients/" + number + "/info"] =
        "clientid: " + id + "\naddress: \"" + address +
        ":785\"\nstatus: confirmed\nseconds from last renew: 3\nname: \"Linux NFSv4.2 " + number + "\"\n";
  };
  client("1", "0x000000076a5f3c11", "10.0.0.21");
  client("2", "0x000000086a5f3c11", "10.0.0.22");
  g.run();
  ASSERT_EQ(g.growth.clients.size(), 2U) << g.error;
  EXPECT_EQ(g.growth.clients[0].address, "10.0.0.21");
  EXPECT_EQ(g.growth.clients[0].initiator, "iqn.2026-01.org.example:client");
  EXPECT_EQ(g.growth.clients[1].name, "Linux NFSv4.2 2");
  EXPECT_EQ(g.growth.clients[1].initiator, "");
}

}  // namespace
}  // namespace pnfs_ha
