// The eight steps on a simulated server: what they do, in which order, and what is left when one fails.
#include "scene.h"

namespace pnfs_ha {
namespace {

const std::string ro_mount = "mount /dev/sda at /srv/pnfs-ha -o ro,norecovery,noatime";
const std::string mask = "set /proc/sys/fs/xfs/panic_mask to ";
const std::string log_interval = "set /proc/sys/fs/xfs/xfssyncd_centisecs to 100";

const Lines bring_up_record = {
    "run modprobe -a nfsd xfs zram drbd",
    "install the gate",
    "write /etc/drbd.d/pnfs-ha.res",
    "write /etc/exports.d/pnfs-ha.exports",
    "write /etc/keepalived/keepalived.conf",
    "write /etc/nfs.conf.d/pnfs-ha.conf",
    "mount nfsd at /proc/fs/nfsd",
    "create /run/rpc_pipefs",
    "mount rpc_pipefs at /run/rpc_pipefs",
    "REGISTER AND IGNORE EXISTING KEY 0x7048410000000001",
    "set /sys/block/sda/device/rescan to 1",
    "create /srv/pnfs-ha",
    "make read-only /dev/sda",
    mask + "0",
    log_interval,
    ro_mount,
    "set /sys/block/zram0/disksize to 134217728",
    "run drbdadm create-md --force pnfs-ha",
    "run drbdadm up pnfs-ha",
    "write /run/pnfs-ha/out-of-election",
    "start keepalived.service",
};

const Lines takeover_record = {
    "run drbdsetup primary 0",
    "REGISTER 0x7048530000000001 for 0x7048410000000001",
    "RESERVE with 0x7048530000000001 (conflict)",
    "PREEMPT AND ABORT 0x7048530000000002 with 0x7048530000000001",
    "unmount /srv/pnfs-ha",
    mask + "0",
    "make writable /dev/sda",
    mask + "127",
    log_interval,
    "mount /dev/sda at /srv/pnfs-ha -o rw,noatime",
    "mount /dev/drbd0 at /var/lib/nfs -o rw,noatime,dirsync,nobarrier",
    "create /var/lib/nfs/nfsdcld",
    "create /var/lib/nfs/rpc_pipefs",
    "write /var/lib/nfs/nfsdcld/pnfs-ha-epoch",
    "start pnfs-ha-nfsdcld.service",
    "start pnfs-ha-mountd.service",
    "run exportfs -r",
    "set /sys/module/nfsd/parameters/mds_pr_key to 0x7048530000000001",
    "set /proc/fs/nfsd/max_connections to 16384",
    "set /sys/module/nfsd/parameters/keep_blocks to Y",
    "write /run/pnfs-ha/nfsd-started",
    "run rpc.nfsd --scope demo 128",
    "write /var/lib/nfs/nfsdcld/pnfs-ha-start-second",
    "write /srv/pnfs-ha/.pnfs-ha/start-second",
    "start pnfs-ha-keeper.service",
    "start pnfs-ha-fencer.service",
    "open the gate",
};

const Lines release_record = {
    "shut the gate to requests",
    "stop pnfs-ha-fencer.service",
    "stop pnfs-ha-keeper.service",
    "set /proc/fs/nfsd/threads to 0",
    "remove /run/pnfs-ha/nfsd-started",
    "set /sys/module/nfsd/parameters/keep_blocks to N",
    "set /sys/module/nfsd/parameters/mds_pr_key to 0x0000000000000000",
    "run exportfs -ua",
    "stop pnfs-ha-mountd.service",
    "stop pnfs-ha-nfsdcld.service",
    "unmount /var/lib/nfs",
    "unmount /srv/pnfs-ha",
    mask + "0",
    "make read-only /dev/sda",
    mask + "0",
    log_interval,
    ro_mount,
    "REGISTER 0x7048410000000001 for 0x7048530000000001",
    "run drbdsetup secondary 0",
};

using Snapshot = std::map<std::string, std::string>;

// What differs, without what the design never undoes.
Lines difference(const Snapshot& before, const Snapshot& after, const Lines& kept) {
  Lines lines;
  const auto compare = [&](const char* sign, const Snapshot& these, const Snapshot& those) {
    for (const auto& entry : these) {
      const auto starts_it = [&](const std::string& name) { return entry.first.starts_with(name); };
      const auto other = those.find(entry.first);
      if ((other == those.end() || *other != entry) && std::ranges::none_of(kept, starts_it))
        lines.push_back(sign + entry.first + ": " + entry.second);
    }
  };
  compare("- ", before, after);
  compare("+ ", after, before);
  return lines;
}

// bring_up leaves modules, files and an empty directory, a gate that is shut, and nfsd's file systems.
const Lines left_by_bring_up = {
    "module ", "file ", "directory ", "gate", "mount /proc/fs/nfsd", "mount /run/rpc_pipefs"};
// takeover leaves the reservation where it went: a released LUN would be open to whoever was fenced.
const Lines left_by_takeover = {"directory ",
                                "file /var/lib/nfs/nfsdcld/",
                                "file /srv/pnfs-ha/.pnfs-ha/",
                                "registered ",
                                "reservation",
                                "file /proc/fs/nfsd/max_connections",
                                "file /proc/sys/fs/xfs/xfssyncd_centisecs"};

// One change and the step that made it.
struct Made {
  std::string step, change;
};

std::vector<Made> trace(FakeHost& host, const Sequence& sequence) {
  std::vector<Made> made;
  std::string step;
  const auto text = [](const std::string& change) { return change.substr(0, change.find(" (")); };
  sequence.run([&](const std::string&, const Act& act, Sequence::Event event, const std::string&) {
    if (event == Sequence::Event::started) step = act.name;
    while (made.size() < host.changes.size()) made.push_back({step, text(host.changes[made.size()])});
  });
  return made;
}

using Begin = std::function<std::unique_ptr<Scene>()>;
using Plan = std::function<Sequence(Node&)>;

// Fails one change after the other, once without its effect and once after it. Every time the error names
// sequence and step, and the server is as it was.
// A change that names one of `dispensable` may fail, and the sequence goes on.
void fail_each_change(const Begin& begin, const Plan& plan, const Lines& kept,
                      const Lines& dispensable = {}) {
  const auto model = begin();
  const std::vector<Made> made = trace(model->host, plan(model->node));
  const std::string name = plan(model->node).name();
  for (const auto effect : {FakeHost::Effect::none, FakeHost::Effect::full})
    for (std::size_t i = 0; i < made.size(); ++i) {
      if (std::ranges::any_of(dispensable,
                              [&](const auto& d) { return made[i].change.find(d) != std::string::npos; }))
        continue;
      SCOPED_TRACE(name + ", " + made[i].change +
                   (effect == FakeHost::Effect::full ? ", after its effect" : ""));
      auto scene = begin();
      const Snapshot before = scene->host.snapshot();
      scene->host.fail_nth(i + 1, effect);
      std::string error = error_of([&] { plan(scene->node).run(nobody); });
      if (error.empty()) {  // a repetition made up for it
        if (effect == FakeHost::Effect::full) continue;
        scene = begin();
        scene->host.fail(made[i].change);
        error = error_of([&] { plan(scene->node).run(nobody); });
      }
      EXPECT_EQ(error.find(name + ": cannot " + made[i].step + ": "), 0U) << error;
      EXPECT_EQ(difference(before, scene->host.snapshot(), kept), Lines{});
      EXPECT_NE(scene->host.snapshot()["gate"], "open");
    }
}

Lines steps_of(const std::vector<Made>& made) {
  Lines steps;
  for (const Made& m : made)
    if (steps.empty() || steps.back() != m.step) steps.push_back(m.step);
  return steps;
}

// --- format ---

TEST(Format, makes_an_xfs_on_a_blank_lun) {
  Scene s(one_server());
  s.host.lun.content.clear();
  format(s.node, Overwrite::no).run(nobody);
  EXPECT_EQ(s.host.changes,
            Lines{"run mkfs.xfs -q -m reflink=0,crc=1 -d extszinherit=256 -l size=64m -b size=4096 -L demo " +
                  std::string(lun_device)});
  EXPECT_EQ(s.host.lun.content, "xfs");
}

TEST(Format, refuses_a_lun_that_carries_something) {
  Scene s(one_server());
  EXPECT_EQ(error_of([&] { format(s.node, Overwrite::no).run(nobody); }),
            "format: cannot check that the LUN is a whole, blank disk (1): " + std::string(lun_device) +
                " is not blank: it carries xfs labelled 'demo'");
  EXPECT_EQ(s.host.changes, Lines{});
}

TEST(Format, overwrites_when_told_to) {
  Scene s(one_server());
  s.host.lun.content = "gpt";
  format(s.node, Overwrite::yes).run(nobody);
  EXPECT_EQ(
      s.host.changes,
      Lines{"run mkfs.xfs -q -m reflink=0,crc=1 -d extszinherit=256 -l size=64m -b size=4096 -L demo -f " +
            std::string(lun_device)});
}

TEST(Format, reports_what_mkfs_said) {
  Scene s(one_server());
  s.host.lun.content.clear();
  const auto before = s.host.snapshot();
  s.host.fail("mkfs.xfs");
  const std::string error = error_of([&] { format(s.node, Overwrite::no).run(nobody); });
  EXPECT_EQ(error.find("format: cannot create the LUN's XFS (1): 'mkfs.xfs -q "), 0U) << error;
  EXPECT_NE(error.find("failed (1): cannot run mkfs.xfs"), error.npos) << error;
  EXPECT_EQ(difference(before, s.host.snapshot(), {}), Lines{});
}

// A founding that failed half-way was undone; the second try must get through.
TEST(Format, works_after_a_bring_up_that_was_undone) {
  Scene s(one_server());
  s.host.fail("start keepalived.service", FakeHost::Times::once);
  EXPECT_NE(error_of([&] { bring_up(s.node).run(nobody); }), "");
  EXPECT_EQ(error_of([&] { format(s.node, Overwrite::yes).run(nobody); }), "");
}

// --- bring_up ---

TEST(BringUp, ends_as_standby) {
  Scene s;
  let_beta_be_active(s.host);
  bring_up(s.node).run(nobody);
  EXPECT_EQ(s.host.changes, bring_up_record);
  EXPECT_EQ(s.host.lun.text(), (Lines{"0x7048530000000002 iqn.2026-01.org.example:beta,i,0x00023d000001 *",
                                      "0x6a5f3c1100000007 iqn.2026-01.org.example:client,i,0x00023d000001",
                                      "0x7048410000000001 iqn.2026-01.org.example:alpha,i,0x00023d000001"}));
  EXPECT_EQ(s.host.text("/run/pnfs-ha/out-of-election"), "1\n");
  EXPECT_FALSE(s.host.gate_is_open());
}

TEST(BringUp, leaves_the_lun_alone_if_standbys_do_not_mount_it) {
  ClusterConfig config = two_servers();
  config.standby_mount = Access::none;
  Scene s(config);
  bring_up(s.node).run(nobody);
  Lines expected = bring_up_record;
  std::erase_if(expected, [](const std::string& change) {
    return change == "create /srv/pnfs-ha" || change == "make read-only /dev/sda" || change == mask + "0" ||
           change == log_interval || change == ro_mount;
  });
  EXPECT_EQ(s.host.changes, expected);
}

TEST(BringUp, has_keepalived_read_a_changed_configuration) {
  const auto s = standby();
  s->node.config.advertise = Advertise::unicast;
  bring_up(s->node).run(nobody);
  EXPECT_EQ(std::ranges::count(s->host.changes, "reload keepalived.service"), 1);
  EXPECT_NE(s->host.text("/etc/keepalived/keepalived.conf")
                .find("  unicast_src_ip 10.0.0.11\n  unicast_peer {\n    10.0.0.12\n  }\n"),
            std::string::npos);
}

TEST(BringUp, changes_nothing_when_repeated) {
  const auto s = standby();
  const Snapshot before = s->host.snapshot();
  bring_up(s->node).run(nobody);
  EXPECT_EQ(difference(before, s->host.snapshot(), {}), Lines{});
  EXPECT_EQ(s->host.changes, (Lines{"run modprobe -a nfsd xfs zram drbd", "install the gate",
                                    "REGISTER AND IGNORE EXISTING KEY 0x7048410000000001",
                                    "set /sys/block/sda/device/rescan to 1"}));
}

TEST(BringUp, refuses_an_nfsd_that_runs_already) {
  Scene s;
  s.host.nfsd_threads = 8;
  EXPECT_EQ(
      error_of([&] { bring_up(s.node).run(nobody); }),
      "bring_up: cannot install the NFS server, not running (2): the kernel's NFS server is running already");
}

TEST(BringUp, refuses_a_ramdisk_of_somebody_else) {
  Scene s;
  s.host.files["/sys/block/zram0/disksize"] = "4096\n";
  EXPECT_EQ(error_of([&] { bring_up(s.node).run(nobody); })
                .find("bring_up: cannot create the ramdisk (4): "
                      "/dev/zram0 already has 4096 bytes"),
            0U);
}

TEST(BringUp, is_undone_wherever_it_fails) {
  const auto begin = [] {
    auto scene = std::make_unique<Scene>();
    let_beta_be_active(scene->host);
    return scene;
  };
  fail_each_change(begin, bring_up, left_by_bring_up);
  const auto s = begin();
  Lines acts = bring_up(s->node).acts();
  acts.erase(acts.begin());                                      // it only looks
  EXPECT_EQ(steps_of(trace(s->host, bring_up(s->node))), acts);  // none was left out
}

TEST(BringUp, keeps_the_reservation_that_this_server_holds) {
  Scene s;
  s.host.lun.registered = {{alpha_port, alpha_key}, {client_port, client_key}};
  s.host.lun.held = FakeLun::Held{alpha_port};
  s.host.fail("start keepalived.service");
  EXPECT_NE(error_of([&] { bring_up(s.node).run(nobody); }), "");
  EXPECT_EQ(s.host.lun.text(), (Lines{"0x7048410000000001 iqn.2026-01.org.example:alpha,i,0x00023d000001 *",
                                      "0x6a5f3c1100000007 iqn.2026-01.org.example:client,i,0x00023d000001"}));
}

// --- takeover ---

TEST(Takeover, makes_a_widowed_standby_active) {
  const auto s = widowed();
  takeover(s->node).run(nobody);
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
  takeover(s->node).run(nobody);
  EXPECT_EQ(s->host.changes,
            replaced(takeover_record, "set /sys/module/nfsd/parameters/mds_pr_key to 0x7048530000000001",
                     "REGISTER 0x0100000000000000 for 0x7048530000000001"));
  s->host.changes.clear();
  takeover(s->node).unwind(nobody);
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
  fail_each_change(begin, takeover, kept, {"/.pnfs-ha/start-second"});
}

TEST(Takeover, makes_the_state_file_system_once) {
  const auto s = widowed();
  s->host.mirror_holds.clear();
  takeover(s->node).run(nobody);
  Lines expected = takeover_record;
  expected.insert(
      std::ranges::find(expected, "mount /dev/drbd0 at /var/lib/nfs -o rw,noatime,dirsync,nobarrier"),
      "run mkfs.ext4 -q -b 4096 -E nodiscard -L pnfs-ha-state /dev/drbd0");
  EXPECT_EQ(s->host.changes, expected);
}

TEST(Takeover, waits_until_drbd_has_noticed_the_peers_death) {
  const auto s = standby();
  s->host.at(std::chrono::milliseconds(250), [&] { s->host.disconnect_peer(); });
  takeover(s->node).run(nobody);
  Lines expected(3, "run drbdsetup primary 0");
  expected.insert(expected.end(), takeover_record.begin(), takeover_record.end());
  EXPECT_EQ(s->host.changes, expected);
}

TEST(Takeover, leaves_a_live_active_alone) {
  const auto s = standby();
  const Snapshot before = s->host.snapshot();
  EXPECT_EQ(error_of([&] { takeover(s->node).run(nobody); }),
            "takeover: cannot promote the state mirror (6): DRBD refuses (this side UpToDate, peer "
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
                   {"/.pnfs-ha/draft", "/.pnfs-ha/start-second", "remove /srv/pnfs-ha/.pnfs-ha/"});
  const auto s = begin();
  EXPECT_EQ(steps_of(trace(s->host, takeover(s->node))), takeover(s->node).acts());
}

TEST(Takeover, is_undone_to_an_unmounted_lun_if_standbys_do_not_mount_it) {
  ClusterConfig config = two_servers();
  config.standby_mount = Access::none;
  const auto s = widowed(config);
  s->host.fail("mount /dev/sda at /srv/pnfs-ha -o rw");
  const Snapshot before = s->host.snapshot();
  EXPECT_NE(error_of([&] { takeover(s->node).run(nobody); }), "");
  EXPECT_EQ(difference(before, s->host.snapshot(), left_by_takeover), Lines{});
}

TEST(Takeover, that_failed_after_the_reservation_still_holds_it_under_its_own_key) {
  for (const std::string change : {"PREEMPT AND ABORT", "mount /dev/sda at /srv/pnfs-ha -o rw", "exportfs -r",
                                   "mds_pr_key", "rpc.nfsd", "open the gate"}) {
    SCOPED_TRACE(change);
    const auto s = widowed();
    s->host.fail(change, FakeHost::Times::once, FakeHost::Effect::full);
    EXPECT_NE(error_of([&] { takeover(s->node).run(nobody); }), "");
    EXPECT_EQ(s->host.lun.text(),
              (Lines{"0x6a5f3c1100000007 iqn.2026-01.org.example:client,i,0x00023d000001",
                     "0x7048410000000001 iqn.2026-01.org.example:alpha,i,0x00023d000001 *"}));
  }
}

TEST(Takeover, reports_what_could_not_be_undone_either) {
  const auto s = widowed();
  s->host.fail("rpc.nfsd");
  s->host.fail("exportfs -ua");
  s->host.fail("drbdsetup secondary");
  const std::string error = error_of([&] { takeover(s->node).run(nobody); });
  std::size_t at = 0;
  for (const char* part :
       {"takeover: cannot start the NFS server (2): ", "; takeover: cannot withdraw the export (2): ",
        "; takeover: cannot unmount the LUN (8): ", "; takeover: cannot demote the state mirror (6): "}) {
    const std::size_t found = error.find(part, at);
    EXPECT_NE(found, error.npos) << part << " in " << error;
    at = found;
  }
}

// nfsd starts without nfsdcld as well, and then lets nobody reclaim anything.
TEST(Takeover, refuses_an_nfsd_that_does_not_find_nfsdcld) {
  const auto s = widowed();
  s->host.nfsd_finds_tracker = false;
  EXPECT_EQ(error_of([&] { takeover(s->node).run(nobody); }),
            "takeover: cannot start the NFS server (2): nfsd does not use nfsdcld");
  EXPECT_EQ(s->host.nfsd_threads, 0);
}

TEST(Takeover, waits_for_nfsdclds_records) {
  const auto s = widowed();
  s->host.tracker_opens_records = false;
  EXPECT_EQ(error_of([&] { takeover(s->node).run(nobody); }),
            "takeover: cannot start nfsdcld on that state (6): nfsdcld did not open its records");
}

// --- release ---

TEST(Release, is_takeover_unwound) {
  const auto s = active();
  takeover(s->node).unwind(nobody);
  EXPECT_EQ(s->host.changes, release_record);
  EXPECT_EQ(s->host.lun.text(),
            (Lines{"0x6a5f3c1100000007 iqn.2026-01.org.example:client,i,0x00023d000001",
                   "0x7048410000000001 iqn.2026-01.org.example:alpha,i,0x00023d000001 *"}));
}

TEST(Release, ends_where_takeover_began) {
  const auto s = widowed();
  const Snapshot before = s->host.snapshot();
  takeover(s->node).run(nobody);
  takeover(s->node).unwind(nobody);
  EXPECT_EQ(difference(before, s->host.snapshot(), left_by_takeover), Lines{});
}

// umount says busy for a moment after nfsd's threads are gone.
TEST(Release, waits_for_nfsd_to_let_go_of_the_lun) {
  const auto s = active();
  s->host.fail("unmount /srv/pnfs-ha");
  s->host.at(std::chrono::milliseconds(150), [&] { s->host.heal(); });
  takeover(s->node).unwind(nobody);
  EXPECT_EQ(std::ranges::count(s->host.changes, "unmount /srv/pnfs-ha (failed)"), 2);
  EXPECT_EQ(s->node.lun.access(), Access::read_only);
}

TEST(Release, goes_on_past_each_failure_and_names_it) {
  const auto model = active();
  const Lines undos = takeover(model->node).undos();
  std::string undo;
  std::map<std::string, std::string> undo_of;  // by change
  std::size_t known = 0;
  takeover(model->node)
      .unwind([&](const std::string&, const Act& act, Sequence::Event event, const std::string&) {
        if (event == Sequence::Event::started) undo = act.name;
        for (; known < model->host.changes.size(); ++known) undo_of.emplace(model->host.changes[known], undo);
      });
  for (const std::string& change : release_record) {
    SCOPED_TRACE(change);
    const auto s = active();
    s->host.fail(change);
    Lines attempted;
    const auto observer = [&](const std::string& sequence, const Act& act, Sequence::Event event,
                              const std::string&) {
      if (event == Sequence::Event::started) attempted.push_back(act.name);
      EXPECT_EQ(sequence, "release");
    };
    const std::string error = error_of([&] { takeover(s->node).unwind(observer); });
    EXPECT_EQ(error.find("release: cannot " + undo_of[change] + ": "), 0U) << error;
    EXPECT_EQ(attempted, undos);
  }
}

TEST(Release, reports_all_failures_as_one) {
  const auto s = active();
  s->host.fail("stop pnfs-ha-nfsdcld.service");
  s->host.fail("exportfs -ua");
  EXPECT_EQ(
      error_of([&] { takeover(s->node).unwind(nobody); }),
      "release: cannot withdraw the export (2): 'exportfs -ua' failed (1): cannot run exportfs -ua: made to "
      "fail; "
      "release: cannot stop nfsdcld (6): cannot stop pnfs-ha-nfsdcld.service: made to fail; "
      "release: cannot unmount the NFS server's state (6): cannot unmount /var/lib/nfs: target is busy; "
      "release: cannot unmount the LUN (8): cannot unmount /srv/pnfs-ha: target is busy; "
      "release: cannot mount the LUN read-only (8): cannot unmount /srv/pnfs-ha: target is busy; "
      "release: cannot hold it as standby (8): the LUN is still mounted read-write; "
      "release: cannot demote the state mirror (6): 'drbdsetup secondary 0' failed (1): 0: State change "
      "failed: "
      "(-12) Device is held open by someone");
}

// --- the sentences ---

TEST(Plan, names_each_act_with_its_step) {
  Scene s;
  EXPECT_EQ(format(s.node, Overwrite::no).acts(),
            (Lines{"check that the LUN is a whole, blank disk (1)", "create the LUN's XFS (1)"}));
  EXPECT_EQ(bring_up(s.node).acts(),
            (Lines{"check that the configuration fits this server (7)", "load the kernel modules (2)",
                   "shut the gate to the NFS port (7)", "configure nfsd, DRBD and keepalived (2)",
                   "install the NFS server, not running (2)", "register with the LUN (3)",
                   "mount the LUN read-only (3)", "create the ramdisk (4)",
                   "create the mirror's metadata (5)", "connect the mirror (5)", "start keepalived (7)"}));
  EXPECT_EQ(bring_up(s.node).undos(),
            (Lines{"stop keepalived (7)", "take the mirror down (5)", "destroy the ramdisk (4)",
                   "unmount the LUN (3)", "unregister from the LUN (3)"}));
  EXPECT_EQ(takeover(s.node).acts(),
            (Lines{"promote the state mirror (6)", "take the LUN's reservation (8)",
                   "unmount the read-only LUN (8)", "mount the LUN read-write (8)",
                   "mount the NFS server's state (6)", "choose the newest client records (6)",
                   "start nfsdcld on that state (6)", "export the LUN (2)", "tell nfsd this server's key (2)",
                   "set nfsd's parameters (2)", "keep every block (2)", "start the NFS server (2)",
                   "start the keeper (6)", "start the fencer (8)", "open the gate to the NFS port (7)"}));
  Drained drained;
  EXPECT_EQ(drain(s.node, drained).acts(), (Lines{"have nfsd wait for no client any more (2)",
                                                  "recall the layouts of what is not committed (2)",
                                                  "wait until nfsd waits for no client (2)"}));
  EXPECT_EQ(takeover(s.node).undos(),
            (Lines{"shut the gate to new requests (7)", "stop the fencer (8)", "stop the keeper (6)",
                   "stop the NFS server (2)", "let blocks go (2)", "take the key back from nfsd (2)",
                   "withdraw the export (2)", "stop nfsdcld (6)", "unmount the NFS server's state (6)",
                   "unmount the LUN (8)", "mount the LUN read-only (8)", "hold it as standby (8)",
                   "demote the state mirror (6)"}));
}

// --- the machinery itself ---

TEST(Sequence, tells_its_observer_every_act) {
  Lines told;
  const auto observer = [&](const std::string& sequence, const Act& act, Sequence::Event event,
                            const std::string& why) {
    const char* const names[] = {"started", "done", "failed"};
    told.push_back(sequence + ": " + act.name + " " + names[static_cast<int>(event)] +
                   (why.empty() ? "" : ": " + why));
  };
  const auto nothing = [] {};
  const Sequence sequence(
      "lunch", {{{"set the table", nothing}, Act{"clear the table", nothing}},
                {{"cook", [] { throw Error("no gas", "buy some"); }}, Act{"air the room", nothing}},
                {{"eat", nothing}, std::nullopt}});
  try {
    sequence.run(observer);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "lunch: cannot cook: no gas");
    EXPECT_EQ(error.remedy(), "buy some");
  }
  EXPECT_EQ(told,
            (Lines{"lunch: set the table started", "lunch: set the table done", "lunch: cook started",
                   "lunch: cook failed: no gas", "lunch: air the room started", "lunch: air the room done",
                   "lunch: clear the table started", "lunch: clear the table done"}));
}

// A standard library that throws must not leave half a sequence behind.
TEST(Sequence, unwinds_after_any_exception) {
  bool cleared = false;
  const Sequence sequence("lunch",
                          {{{"set the table", [] {}}, Act{"clear the table", [&] { cleared = true; }}},
                           {{"cook", [] { throw std::runtime_error("no gas"); }}, std::nullopt}});
  EXPECT_EQ(error_of([&] {
              try {
                sequence.run(nobody);
              } catch (const Error&) {
                throw;
              } catch (const std::exception&) {
              }
            }),
            "lunch: cannot cook: no gas");
  EXPECT_TRUE(cleared);
}

}  // namespace
}  // namespace pnfs_ha
