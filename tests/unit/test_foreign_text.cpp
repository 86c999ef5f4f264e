// Text that the kernel, a client, the LUN or another version wrote, and that is not as it should be: an Error
// or nothing, never another exception. What the fuzz targets (tests/fuzz) do at random, in the cases that
// once failed.
#include <gtest/gtest.h>

#include "agent/keeper.h"
#include "agent/witness.h"
#include "agent_scene.h"
#include "control/token.h"
#include "direct_files.h"
#include "history/fence_report.h"
#include "history/layout_audit.h"
#include "server/election.h"
#include "server/ramdisk.h"

namespace pnfs_ha {
namespace {

// A user's "été.dat" in Latin-1: nfsd prints names as they are.
const std::string latin = "\xe9t\xe9.dat";

TEST_F(DirectFiles, name_that_is_no_utf8_is_journalled_judged_and_reported) {
  std::string& text = host.files[client_states];
  text.replace(text.find("\"db/data\""), 9, "\"" + latin + "\"");
  journal.save();
  journal.take_over();
  ASSERT_TRUE(journal.to_judge());
  EXPECT_EQ(journal.to_judge()->files.front().name, "\\xE9t\\xE9.dat");
  History history(host, "/srv/pnfs-ha");
  Takeover takeover;
  takeover.files = {{"10.0.0.21", 131, latin, Outcome::may_have_lost_blocks, "why"}};
  history.add(takeover);
  EXPECT_EQ(history.read().takeovers.at(0).files.at(0).path, "\\xE9t\\xE9.dat");
}

TEST_F(DirectFiles, name_that_is_no_utf8_keeps_no_server_from_closing_the_journal) {
  std::string& text = host.files[client_states];
  text.replace(text.find("\"db/data\""), 9, "\"" + latin + "\"");
  journal.save();
  EXPECT_NO_THROW(journal.close());
}

TEST_F(AgentTest, initiator_whose_name_is_no_utf8_stands_in_the_status) {
  become_active();
  host.lun.registered.push_back({"iqn." + latin, client_key});
  EXPECT_NO_THROW(tick());
  EXPECT_EQ(role(), "active");
  EXPECT_NE(host.text(status_file).find("iqn.\\\\xE9t\\\\xE9.dat"), std::string::npos);
}

TEST(LateCommits, of_a_head_that_makes_no_sense_miss_nothing) {
  FakeHost host;
  LateCommits commits;
  for (const char* numbers : {"first=9 next=4", "first=x next=4", "first=2"}) {
    host.files[LateCommits::file] =
        std::string("version=1 start=1800 ") + numbers + "\n" + "number=3 ino=x\n\xe9\n";
    commits.look(host);
    EXPECT_LE(commits.missing(), 4U) << numbers;
  }
}

TEST(LateCommits, are_read_by_type) {
  FakeHost host;
  host.files[LateCommits::file] =
      "version=1 start=1 first=1 next=3\n"
      "number=1 verdict=accepted client ino=x kept=-1 last=1e300\n"
      "number=x\n"
      "number=9 verdict=accepted\n\n=\n";
  LateCommits commits;
  commits.look(host);
  ASSERT_EQ(commits.by_number().size(), 1U);
  EXPECT_EQ(commits.by_number().at(1),
            (LateCommit{.verdict = LateVerdict::accepted, .client = "", .last = -1}));
}

TEST(Journals, of_another_shape_are_read_as_far_as_possible) {
  FakeHost host;
  NfsServer nfs(host, "demo", 64);
  LayoutJournal journal(host, nfs, "/srv/pnfs-ha");
  host.files[LayoutJournal::previous] =
      R"({"server": 7, "released": 1, "more": -3, "files": [{"client": null, "inode": -1, "path": []}, 7]})";
  ASSERT_TRUE(journal.to_judge());
  EXPECT_EQ(journal.to_judge()->server, "");
  EXPECT_EQ(journal.to_judge()->files.size(), 1U);
  host.directories.insert(KeyJournal::directory);
  host.files[std::string(KeyJournal::directory) + "/pnfs-ha-keys-00000001.json"] =
      R"({"7": {"client": 7}, "8": 8})";
  EXPECT_NO_THROW(static_cast<void>(KeyJournal(host, nfs).owners()));
  host.files[Keeper::report_file] = R"({"began": "x"})";
  EXPECT_EQ(Keeper::stuck_for(host), Host::Duration(0));
  host.files[fence_report_file] =
      R"({"term": 7, "strangers": 7, "fenced": [7, {}], "count": "x", "returned": [1, -1, "x"], "trouble": []})";
  NfsState started;
  started.started = Host::Duration(7);
  EXPECT_EQ(fence_report(host, started), (FenceReport{.start = Host::Duration(7),
                                                      .stale = {},
                                                      .fenced = {Fenced()},
                                                      .count = 0,
                                                      .returned = {1},
                                                      .trouble = {}}));
}

TEST(KernelFiles, that_hold_no_number_are_an_error) {
  FakeHost host;
  host.mounts["/proc/fs/nfsd"] = {};
  NfsServer nfs(host, "demo", 64);
  for (const char* odd : {"many\n", "99999999999999999999\n"}) {
    host.files["/sys/module/nfsd/parameters/waiting"] = odd;
    EXPECT_NE(error_of([&] { nfs.wait_until_idle(Host::Duration(0)); }).find("is no number"),
              std::string::npos);
  }
}

TEST(Route, whose_gateway_is_no_number_is_none) {
  FakeHost host;
  host.files["/proc/net/route"] =
      "Iface Destination Gateway Flags\neth0 00000000 gateway 0003\neth0 00000000 1FFFFFFFF 0003\n"
      "eth0 00000000 0100000A 0003\n";
  EXPECT_EQ(witnesses_of(host, two_servers()), (Lines{"10.0.0.1"}));
}

TEST(Route, whose_ipv6_gateway_is_cut_off_is_none) {
  FakeHost host;
  host.files["/proc/net/ipv6_route"] = "0 00 0 00 fe8000 0 0 0 0 eth0\n";
  EXPECT_EQ(witnesses_of(host, two_servers()), Lines());
}

TEST(OwnInitiators, of_a_host_that_tells_no_port_are_none_that_exists) {
  FakeHost host;
  host.files["/sys/class/fc_host/host2/port_name"] = "\n";
  EXPECT_NO_THROW(static_cast<void>(own_initiators(host, lun_device)));
}

TEST(ProcDrbd, may_be_long) {
  EXPECT_EQ(parse_proc_drbd(" 0: cs:" + std::string(100'000, 'C'), 0).connection.size(), 100'000U);
}

TEST(Notification, comes_in_pieces_and_the_last_one_counts) {
  std::string text = "INSTANCE \"pnfs-ha\" MASTER 100\nINSTANCE \"pnfs-ha\" BACKUP 100\nGROUP\nINSTANCE \"pn";
  EXPECT_EQ(take_notifications(text), Vrrp::backup);
  EXPECT_EQ(text, "INSTANCE \"pn");
  EXPECT_EQ(take_notifications(text), std::nullopt);
  text += "fs-ha\" MASTER 100\n";
  EXPECT_EQ(take_notifications(text), Vrrp::master);
  EXPECT_EQ(text, "");
  text = std::string(5000, 'x');
  EXPECT_EQ(take_notifications(text), std::nullopt);
  EXPECT_EQ(text, "");
}

TEST(Join, takes_no_name_that_is_more_than_a_name) {
  FakeHost host;
  const ServerConfig evil{.name = "beta\" #\" { address ipv4 10.0.0.66:1; } } resource z {",
                          .id = 0,
                          .address = "10.0.0.12",
                          .replication_address = "10.1.0.12"};
  EXPECT_THROW(save_cluster_config(host, with_server(one_server(), evil)), UsageError);
  EXPECT_EQ(host.changes, Lines{});
  EXPECT_THROW(require_address(std::string("10.0.0.12\0; }", 13)), UsageError);
}

}  // namespace
}  // namespace pnfs_ha
