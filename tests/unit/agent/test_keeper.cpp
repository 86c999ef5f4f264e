// The keeper: what each of its rounds does, whatever fails, and what the agent is told of it.
#include "agent/keeper.h"
#include "base/format.h"
#include "scene.h"

namespace pnfs_ha {
namespace {

const std::string records = ClientRecords::path;
const std::string copy = "/srv/pnfs-ha/.pnfs-ha/client-records-0.1.sqlite";

class KeeperTest : public testing::Test {
 protected:
  // A database of SQLite's, as far as the product looks: its change counter is 1.
  KeeperTest() { host.files[records] = std::string(24, '.') + std::string(3, '\0') + "\1a"; }

  void serve_nfs() {
    host.mounts["/var/lib/nfs"] = {
        .source = "/dev/drbd0", .target = "/var/lib/nfs", .type = "ext4", .options = "rw"};
    host.mounts["/proc/fs/nfsd"] = {
        .source = "nfsd", .target = "/proc/fs/nfsd", .type = "nfsd", .options = ""};
    host.nfsd_threads = 8;
    host.files["/proc/fs/nfsd/v4_end_grace"] = "Y\n";
  }

  void mirror_gives_up() {
    host.modules.insert("drbd");
    host.files["/sys/block/zram0/disksize"] = "134217728\n";
    host.mirror = {.connection = "StandAlone",
                   .role = "Primary",
                   .peer_role = "Unknown",
                   .disk = "UpToDate",
                   .peer_disk = "DUnknown"};
  }

  FakeHost host;
  Keeper keeper{host, two_servers()};
};

TEST_F(KeeperTest, saves_the_records_writes_to_the_lun_and_calls_nfsd) {
  keeper.round();
  EXPECT_EQ(host.text(copy), host.text(records));
  EXPECT_NE(host.text("/srv/pnfs-ha/.pnfs-ha/trial"), "");
  EXPECT_EQ(Keeper::stuck_for(host).count(), 0);
}

TEST_F(KeeperTest, is_stuck_while_nfsd_says_nothing) {
  host.nfsd_answers = false;
  Host::Duration seen{0};
  host.at(std::chrono::seconds(45), [&] { seen = Keeper::stuck_for(host); });
  EXPECT_EQ(error_of([&] { keeper.round(); }), "nfsd: RPC: Timed out");
  EXPECT_EQ(seen, std::chrono::seconds(45));
  EXPECT_GE(Keeper::stuck_for(host), std::chrono::seconds(90));  // the round failed: it never ended

  host.nfsd_answers = true;
  keeper.round();
  EXPECT_EQ(Keeper::stuck_for(host).count(), 0);
}

// A trial of the LUN gives up after a minute, and the next one begins.
TEST_F(KeeperTest, is_as_stuck_as_before_when_it_tries_again) {
  host.stick("/srv/pnfs-ha/.pnfs-ha/trial");
  EXPECT_THROW(keeper.round(), Stuck);
  const Host::Duration first = Keeper::stuck_for(host);
  EXPECT_GE(first, host.stuck_for);
  EXPECT_THROW(keeper.round(), Stuck);
  EXPECT_GE(Keeper::stuck_for(host), 2 * first);
  Keeper next(host, two_servers());
  EXPECT_THROW(next.round(), Stuck);
  EXPECT_GE(Keeper::stuck_for(host), 3 * first);
  host.heal();
  next.round();
  EXPECT_EQ(Keeper::stuck_for(host).count(), 0);
}

// The agent did, once a second, and waited for drbdadm while the gate was open.
TEST_F(KeeperTest, connects_a_mirror_that_gave_up_now_and_then) {
  mirror_gives_up();
  host.fail("drbdadm connect");
  for (int i = 0; i < 20; ++i) {
    error_of([&] { keeper.round(); });
    host.pass(Keeper::pause);
  }
  EXPECT_EQ(std::ranges::count(host.changes, "run drbdadm connect pnfs-ha (failed)"), 2);
}

// A server that dies before its clients are back has the next one tell those of the one before as well.
TEST_F(KeeperTest, keeps_who_was_connected_before_until_grace_is_over) {
  serve_nfs();
  host.files["/proc/fs/nfsd/v4_end_grace"] = "N\n";
  host.files[Connections::file] = R"({"clients":[{"address":"10.0.0.21","port":845}]})";
  host.connections = {{"10.0.0.22", 700}};
  keeper.round();
  EXPECT_NE(host.text(Connections::file).find("10.0.0.21"), std::string::npos);
  EXPECT_NE(host.text(Connections::file).find("10.0.0.22"), std::string::npos);
  host.files["/proc/fs/nfsd/v4_end_grace"] = "Y\n";
  keeper.round();
  EXPECT_EQ(host.text(Connections::file).find("10.0.0.21"), std::string::npos);
}

TEST_F(KeeperTest, tells_the_next_active_who_is_connected) {
  host.connections = {{"10.0.0.21", 845}};
  serve_nfs();
  keeper.round();
  EXPECT_EQ(host.text(Connections::file),
            "{\"clients\":[{\"address\":\"10.0.0.21\",\"port\":845}],\"format\":1}\n");
  host.changes.clear();
  keeper.round();
  EXPECT_EQ(std::ranges::count(host.changes, std::string("write ") + Connections::file), 0);
}

// `rpc.nfsd 0`, or a stop: the next active tells those who were connected.
TEST_F(KeeperTest, keeps_who_was_connected_when_nfsd_stops) {
  host.connections = {{"10.0.0.21", 845}};
  serve_nfs();
  keeper.round();
  host.nfsd_threads = 0;
  host.connections.clear();
  keeper.round();
  EXPECT_NE(host.text(Connections::file).find("10.0.0.21"), std::string::npos);
}

// A LUN that is full, for one, has nothing to do with it.
TEST_F(KeeperTest, does_the_rest_if_something_fails) {
  mirror_gives_up();
  host.fail("/srv/pnfs-ha/");
  EXPECT_NE(error_of([&] { keeper.round(); }), "");
  EXPECT_EQ(std::ranges::count(host.changes, "run drbdadm connect pnfs-ha"), 1);
}

// The memory of a process may be locked for as long as what it reads hangs. Whoever is in the way is of no use then.
TEST_F(KeeperTest, does_its_work_although_a_look_at_the_processes_hangs) {
  mirror_gives_up();
  host.files["/etc/drbd.d/pnfs-ha.res"] = "floating";
  host.processes_hang = true;
  EXPECT_EQ(error_of([&] { keeper.round(); }), "looking for users of /dev/sda does not end");
  EXPECT_NE(host.text("/srv/pnfs-ha/.pnfs-ha/trial"), "");
  EXPECT_EQ(host.mirror.connection, "WFConnection");
  EXPECT_TRUE(Keeper::report(host)->ended);
}

TEST_F(KeeperTest, calls_nfsd_although_a_look_at_the_processes_hangs) {
  host.processes_hang = true;
  host.nfsd_answers = false;
  EXPECT_EQ(error_of([&] { keeper.round(); }), "nfsd: RPC: Timed out");
}

TEST_F(KeeperTest, looks_at_processes_that_hang_once_a_minute) {
  host.processes_hang = true;
  EXPECT_NE(error_of([&] { keeper.round(); }), "");
  host.processes_hang = false;
  host.mount_users["/dev/sda"] = {{.pid = 7, .name = "bash", .path = "/srv/pnfs-ha"}};
  host.pass(std::chrono::seconds(59));
  keeper.round();
  EXPECT_TRUE(Keeper::report(host)->in_the_way.empty());
  host.pass(Keeper::pause);
  keeper.round();
  keeper.round();  // which tells of it
  EXPECT_FALSE(Keeper::report(host)->in_the_way.empty());
}

// A round whose end could not be told counted as one that hangs: 45 s later a healthy active rebooted.
TEST_F(KeeperTest, tells_of_its_round_although_run_is_full) {
  host.files[Keeper::report_file] = R"({"began": 7})";
  host.run_is_full = true;
  host.pass(std::chrono::seconds(60));
  keeper.round();
  EXPECT_EQ(Keeper::stuck_for(host).count(), 0);
}

TEST_F(KeeperTest, does_its_work_although_nobody_can_be_told) {
  host.run_is_full = true;
  EXPECT_NE(error_of([&] { keeper.round(); }), "");
  EXPECT_EQ(host.text(copy), host.text(records));
  EXPECT_EQ(Keeper::stuck_for(host).count(), 0);
}

TEST_F(KeeperTest, a_report_is_as_long_as_the_one_that_it_is_written_over) {
  for (const int users : {0, 100, 0}) {
    const MountUser user = {.pid = 1, .name = "who-stands-in-the-way", .path = "/somewhere"};
    host.mount_users["/dev/sda"].assign(static_cast<std::size_t>(users), user);
    host.pass(Keeper::look_around_interval);
    keeper.round();
    EXPECT_EQ(host.text(Keeper::report_file).size(), 4096U);
    EXPECT_TRUE(Keeper::report(host)->ended);
  }
}

TEST_F(KeeperTest, tells_when_its_round_began_and_ended) {
  const auto report = [&] {
    return keeper_report_from_json(nlohmann::json::parse(host.text(Keeper::report_file)));
  };
  keeper.round();
  EXPECT_EQ(nlohmann::json::parse(host.text(Keeper::report_file))["format"], 1);
  ASSERT_TRUE(report() && report()->ended);
  host.files[Keeper::report_file] = R"({"began": 7})";  // without a format: the first
  EXPECT_EQ(report(), (KeeperReport{.began = Host::Duration(7)}));
  host.files[Keeper::report_file] = R"({"format": 2})";
  EXPECT_THROW(report(), NewerFormat);
}

// The NFS server's own programs are stopped before anything is unmounted.
TEST_F(KeeperTest, tells_who_would_be_in_the_way_of_a_release) {
  const MountUser shell = {.pid = 7, .name = "bash", .use = Use::directory, .path = "/srv/pnfs-ha"};
  const MountUser statd = {.pid = 8, .name = "rpc.statd", .use = Use::file, .path = "/var/lib/nfs/state"};
  host.files["/dev/drbd0"] = "";
  host.mount_users["/dev/sda"] = {shell};
  host.mount_users["/dev/drbd0"] = {{.pid = 9, .name = "nfsdcld", .use = Use::file, .path = {}}, statd};
  keeper.round();
  keeper.round();  // which tells what the one before has seen
  EXPECT_EQ(Keeper::report(host)->in_the_way, (std::vector{shell, statd}));
  host.mount_users.clear();
  keeper.round();
  EXPECT_EQ(Keeper::report(host)->in_the_way.size(), 2U);  // a look at every process is not for every second
  host.pass(Keeper::look_around_interval);
  keeper.round();
  keeper.round();
  EXPECT_TRUE(Keeper::report(host)->in_the_way.empty());
}

// Each that has to be cut off costs a whole report: a thousand took seconds of each round.
TEST_F(KeeperTest, tells_of_as_many_as_anybody_reads) {
  for (int pid = 1; pid <= 1000; ++pid)
    host.mount_users["/dev/sda"].push_back({.pid = pid, .name = "sh", .path = "/srv/pnfs-ha"});
  keeper.round();
  keeper.round();
  EXPECT_EQ(Keeper::report(host)->in_the_way.size(), 16U);
}

TEST_F(KeeperTest, that_never_ran_is_not_stuck) {
  EXPECT_EQ(Keeper::stuck_for(host).count(), 0);
  host.files[Keeper::report_file] = "garbage";
  EXPECT_EQ(Keeper::stuck_for(host).count(), 0);
}

}  // namespace
}  // namespace pnfs_ha
