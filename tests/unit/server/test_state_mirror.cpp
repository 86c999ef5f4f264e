// DRBD as /proc/drbd tells it, and what the mirror does with it. Ramdisk and gate, its neighbours, too.
#include "scene.h"
#include "server/state_mirror.h"
#include "server/validity.h"

namespace pnfs_ha {
namespace {

const std::string head = "version: 8.4.11 (api:1/proto:86-101)\nsrcversion: B438804C5AE8C84C95D0411 \n";
const std::string counters =
    "    ns:0 nr:131036 dw:131036 dr:0 al:0 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:d oos:0\n";

TEST(ProcDrbd, in_every_state_of_a_minor) {
  const struct {
    const char* line;
    MirrorState state;
  } cases[] = {
      {"", {}},
      {" 0: cs:Unconfigured\n", {}},
      {" 0: cs:Connected ro:Secondary/Primary ds:UpToDate/UpToDate C r-----\n",
       {"Connected", "Secondary", "Primary", "UpToDate", "UpToDate"}},
      {" 0: cs:WFConnection ro:Primary/Unknown ds:UpToDate/DUnknown C r-----\n",
       {"WFConnection", "Primary", "Unknown", "UpToDate", "DUnknown"}},
      {" 0: cs:SyncTarget ro:Secondary/Primary ds:Inconsistent/UpToDate C r-----\n"
       "    ns:0 nr:45056 dw:45056 dr:0 al:0 bm:0 lo:0 pe:1 ua:0 ap:0 ep:1 wo:d oos:85980\n"
       "\t[=====>..............] sync'ed: 35.3% (85980/131036)K\n\tfinish: 0:00:03 speed: 22,528 (22,528) "
       "want: 0 "
       "K/sec\n",
       {"SyncTarget", "Secondary", "Primary", "Inconsistent", "UpToDate"}},
      {" 0: cs:StandAlone ro:Secondary/Unknown ds:UpToDate/DUnknown   r-----\n",
       {"StandAlone", "Secondary", "Unknown", "UpToDate", "DUnknown"}},
      {" 0: cs:Connected ro:Secondary/Primary ds:Diskless/UpToDate C r-----\n",
       {"Connected", "Secondary", "Primary", "Diskless", "UpToDate"}},
      {" 0: cs:Connected ro:Secondary/Secondary ds:Inconsistent/Inconsistent C r-----\n",
       {"Connected", "Secondary", "Secondary", "Inconsistent", "Inconsistent"}},
  };
  for (const auto& c : cases) EXPECT_EQ(parse_proc_drbd(head + c.line + counters, 0), c.state) << c.line;
}

TEST(ProcDrbd, of_one_minor_among_others) {
  const std::string text =
      head + "10: cs:WFConnection ro:Secondary/Unknown ds:Inconsistent/DUnknown C r-----\n" + counters +
      "\n 1: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate C r-----\n" + counters;
  EXPECT_EQ(parse_proc_drbd(text, 0), MirrorState{});
  EXPECT_EQ(parse_proc_drbd(text, 1).role, "Primary");
  EXPECT_EQ(parse_proc_drbd(text, 10).connection, "WFConnection");
}

TEST(ProcDrbd, of_a_kernel_without_drbd_or_of_garbage) {
  for (const std::string text :
       {"", " 0:", " 0: cs:", "0: cs:Connected ro:", " 0: ro:Primary/Secondary", "\n\n\n"})
    EXPECT_EQ(parse_proc_drbd(text, 0).role, "") << text;
}

// B28: DRBD's minor 0 is another resource of the server's owner.
TEST(StateMirrorOf, somebody_else_is_none) {
  FakeHost host;
  host.modules = {"drbd"};
  host.mirror = {.connection = "Connected",
                 .role = "Primary",
                 .peer_role = "Secondary",
                 .disk = "UpToDate",
                 .peer_disk = "UpToDate"};
  const Server server(host, two_servers());
  EXPECT_EQ(server.mirror.state(), MirrorState{});
  EXPECT_FALSE(server.mirror.is_last_copy());
  EXPECT_EQ(error_of([&] { server.mirror.require_own_minor(); }),
            "another DRBD resource of this server is /dev/drbd0");
  host.files["/sys/block/zram0/disksize"] = "134217728\n";
  EXPECT_EQ(server.mirror.state().role, "Primary");
  EXPECT_EQ(error_of([&] { server.mirror.require_own_minor(); }), "");
}

class StateMirrorTest : public testing::Test {
 protected:
  std::unique_ptr<Scene> scene = widowed();
  FakeHost& host = scene->host;
  StateMirror& mirror = scene->server.mirror;
};

TEST_F(StateMirrorTest, is_promoted_and_demoted_once) {
  mirror.promote();
  mirror.promote();
  EXPECT_EQ(mirror.state().role, "Primary");
  mirror.demote();
  mirror.demote();
  EXPECT_EQ(host.changes, (Lines{"run drbdsetup primary 0", "run drbdsetup secondary 0"}));
}

TEST_F(StateMirrorTest, is_not_promoted_against_a_live_active) {
  host.connect_peer({.role = "Primary", .disk = "UpToDate"});
  const auto before = host.uptime();
  try {
    mirror.promote();
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("peer Primary/UpToDate, Connected"), std::string::npos);
    EXPECT_EQ(error.remedy(), "the other server is alive and active; see `pnfs-ha status` there");
  }
  EXPECT_GE(host.uptime() - before, std::chrono::seconds(15));
  EXPECT_LT(host.uptime() - before, std::chrono::seconds(16));
}

TEST_F(StateMirrorTest, is_not_promoted_without_data) {
  host.mirror.disk = "Inconsistent";
  try {
    mirror.promote();
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("Need access to UpToDate data"), std::string::npos);
    EXPECT_NE(error.remedy().find("not up to date"), std::string::npos);
  }
}

TEST_F(StateMirrorTest, is_not_promoted_when_it_is_down) {
  host.mirror = {};
  EXPECT_NE(error_of([&] { mirror.promote(); }), "");
}

TEST_F(StateMirrorTest, refuses_a_foreign_file_system) {
  mirror.promote();
  host.mirror_holds = "swap";
  EXPECT_EQ(error_of([&] { mirror.mount(); }), "/dev/drbd0 carries swap, not the NFS server's state");
}

TEST_F(StateMirrorTest, keeps_its_metadata_while_it_is_up) {
  mirror.create_metadata();
  mirror.bring_up();
  EXPECT_EQ(host.changes, Lines{});
}

TEST(RamdiskOf, another_size_is_not_touched) {
  FakeHost host;
  host.files["/sys/block/zram0/disksize"] = "4294967296\n";
  EXPECT_NE(error_of([&] { Ramdisk(host, 128 << 20).create(); }).find("already has 4294967296 bytes"),
            std::string::npos);
  EXPECT_EQ(host.changes, Lines{});
}

TEST(RamdiskOf, no_module) {
  FakeHost host;
  const auto remedy = [&]() -> std::string {
    try {
      Ramdisk(host, 128 << 20).create();
    } catch (const Error& error) {
      EXPECT_STREQ(error.what(), "there is no /dev/zram0");
      return error.remedy();
    }
    return "none";
  };
  EXPECT_EQ(remedy(), "load the kernel module: modprobe zram");
  host.directories.insert("/sys/class/zram-control");  // loaded with num_devices=0
  EXPECT_EQ(remedy(), "make it: cat /sys/class/zram-control/hot_add");
}

TEST(RamdiskOf, nothing_is_destroyed_without_the_module) {
  FakeHost host;
  Ramdisk(host, 128 << 20).destroy();
  EXPECT_TRUE(host.changes.empty());
}

// udev looks at a disk that DRBD has just let go of.
TEST(RamdiskOf, busy_a_moment_longer_is_destroyed_nevertheless) {
  FakeHost host;
  host.files["/sys/block/zram0/disksize"] = "134217728\n";
  host.fail("reset");
  host.at(std::chrono::milliseconds(150), [&] { host.heal(); });
  Ramdisk(host, 128 << 20).destroy();
  EXPECT_EQ(host.text("/sys/block/zram0/disksize"), "0\n");
}

TEST(GateTest, shuts_by_itself) {
  FakeHost host;
  Gate gate(host, two_servers(), two_servers().servers.front());
  gate.install();
  EXPECT_FALSE(host.gate_is_open());
  gate.open(host.uptime(), Validity::shortest);
  host.pass(std::chrono::milliseconds(900));
  EXPECT_TRUE(host.gate_is_open());
  host.pass(std::chrono::milliseconds(200));
  EXPECT_FALSE(host.gate_is_open());
}

TEST(GateTest, stays_open_while_it_is_renewed) {
  FakeHost host;
  Gate gate(host, two_servers(), two_servers().servers.front());
  gate.install();
  for (int second = 0; second < 10; ++second) {
    gate.open(host.uptime(), Validity::shortest);
    host.pass(std::chrono::milliseconds(900));
    EXPECT_TRUE(host.gate_is_open());
  }
  gate.install();
  EXPECT_TRUE(host.gate_is_open());
  gate.close();
  EXPECT_FALSE(host.gate_is_open());
  EXPECT_FALSE(host.replies_leave());
}

// What was seen a while ago proves less than what is seen now.
TEST(GateTest, counts_from_the_moment_of_the_proof) {
  FakeHost host;
  Gate gate(host, two_servers(), two_servers().servers.front());
  gate.install();
  const Host::Duration seen = host.uptime();
  host.pass(std::chrono::milliseconds(600));
  gate.open(seen, Validity::shortest);
  EXPECT_TRUE(host.gate_is_open());
  host.pass(std::chrono::milliseconds(400));
  EXPECT_FALSE(host.gate_is_open());
  gate.open(seen, Validity::shortest);
  EXPECT_FALSE(host.gate_is_open());
}

// `systemctl reload nftables`, as Debian's configuration has it.
TEST(GateTest, is_put_back_by_whoever_moves_it) {
  FakeHost host;
  Gate gate(host, two_servers(), two_servers().servers.front());
  gate.install();
  host.flush_ruleset();
  EXPECT_TRUE(gate.open(host.uptime(), Validity::shortest));
  EXPECT_TRUE(host.gate_is_open());
  host.flush_ruleset();
  gate.refuse_requests();
  EXPECT_FALSE(host.gate_is_open());
  EXPECT_TRUE(host.replies_leave());
  host.flush_ruleset();
  gate.close();
  EXPECT_FALSE(host.replies_leave());
  host.fail("the gate");
  EXPECT_NE(error_of([&] { gate.close(); }), "");
}

// A client that misses the reply to a REMOVE repeats it at the next server, and is told ENOENT.
TEST(GateTest, lets_the_last_replies_leave) {
  FakeHost host;
  Gate gate(host, two_servers(), two_servers().servers.front());
  gate.install();
  gate.open(host.uptime(), Validity::shortest);
  gate.refuse_requests();
  EXPECT_FALSE(host.gate_is_open());
  host.pass(std::chrono::seconds(10));
  EXPECT_TRUE(host.replies_leave());
  host.pass(std::chrono::seconds(30));
  EXPECT_FALSE(host.replies_leave());
}

}  // namespace
}  // namespace pnfs_ha
