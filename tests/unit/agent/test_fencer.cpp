// The fencer: who loses the LUN after a takeover, when, and what happens to the blocks meanwhile.
#include "fencer_scene.h"

namespace pnfs_ha {
namespace {

TEST_F(FencerTest, fences_nobody_in_the_grace_period_and_keeps_every_block) {
  one_stranger();
  EXPECT_EQ(run(seconds(90)), Lines{});
  EXPECT_TRUE(blocks_are_kept());
}

// A third server must not accept what was committed for a layout of the first: this one may free its blocks.
TEST_F(FencerTest, says_on_mirror_and_lun_that_blocks_are_freed_before_they_are) {
  host.files["/sys/module/nfsd/parameters/late_from"] = "0\n";
  host.files["/sys/module/nfsd/parameters/boot_second"] = "1800000123\n";
  in_grace(false);
  const Lines both{"write /var/lib/nfs/nfsdcld/pnfs-ha-freed-by", "write /srv/pnfs-ha/.pnfs-ha/freed-by",
                   gives};
  EXPECT_EQ(run(seconds(3)), both);
  EXPECT_EQ(host.text("/srv/pnfs-ha/.pnfs-ha/freed-by"), "1800000123\n");
}

TEST_F(FencerTest, fences_who_did_not_come_back_and_only_then_lets_blocks_go) {
  one_stranger();
  in_grace(false);
  EXPECT_EQ(run(seconds(3)), (Lines{preempts(1), gives, "remove " + previous_journal}));
  EXPECT_EQ(told()->fenced.at(0).why,
            "client client 1 at 10.0.1.1:779 did not come back in the grace period");
  EXPECT_EQ(told()->count, 1);
}

TEST_F(FencerTest, lets_blocks_go_at_once_if_there_is_no_stranger) {
  in_grace(false);
  EXPECT_EQ(run(seconds(1)), Lines{gives});
  EXPECT_EQ(run(seconds(60)), Lines{});
}

// Its next direct I/O replaces the key; that may be hours later.
TEST_F(FencerTest, leaves_a_client_that_came_back_its_previous_key_for_good) {
  previous_clients(1);
  registers(1, previous_key(1));
  known(1);
  in_grace(false);
  EXPECT_EQ(run(seconds(600)), Lines{gives});
  gone(1);
  EXPECT_EQ(run(seconds(60)), Lines{});
  restart();
  EXPECT_EQ(run(seconds(60)), Lines{});
  EXPECT_TRUE(is_registered(1));
}

TEST_F(FencerTest, does_not_take_a_client_for_a_stranger_that_went_through_two_takeovers_without_io) {
  previous_clients(1);
  host.files["/var/lib/nfs/nfsdcld/pnfs-ha-keys-6a5f3000.json"] =
      R"({"6a5f300000000009": {"client": "client 1", "address": "10.0.1.1:700"}})";
  registers(1, 0x6a5f3000'00000009);
  known(1);
  in_grace(false);
  EXPECT_EQ(run(seconds(60)), (Lines{gives, "remove " + previous_journal}));
}

TEST_F(FencerTest, needs_two_looks_in_a_row) {
  known(1);
  in_grace(false);
  registers(1, previous_key(1));
  EXPECT_EQ(run(seconds(1)), Lines{});
  registers(1, present_key(1));
  EXPECT_EQ(run(seconds(1)), Lines{gives});
  registers(1, previous_key(1));
  EXPECT_EQ(run(seconds(1)), (Lines{"set /sys/module/nfsd/parameters/keep_blocks to Y"}));
  EXPECT_EQ(run(seconds(2)), (Lines{preempts(1), gives}));
}

TEST_F(FencerTest, tells_the_end_of_the_grace_period_at_once) {
  run(seconds(5));
  in_grace(false);
  EXPECT_EQ(run(milliseconds(250)), Lines{gives});
}

// --- silence: nfsd knows what its own clients are worth ---

TEST_F(FencerTest, a_lan_that_is_gone_costs_nobody_anything) {
  for (std::uint32_t number = 1; number <= 20; ++number) {
    known(number);
    registers(number, present_key(number));
  }
  in_grace(false);
  EXPECT_EQ(run(seconds(1)), Lines{gives});
  for (const int silence : {5, 20, 60}) {
    for (int passed = 0; passed <= silence; ++passed) {
      for (std::uint32_t number = 1; number <= 20; ++number)
        known(number, passed < 15 ? "confirmed" : passed < 30 ? "courtesy" : "expirable", passed);
      EXPECT_EQ(run(seconds(1)), Lines{});
    }
  }
}

TEST_F(FencerTest, a_client_that_nfsd_has_dropped_is_nfsds_to_fence) {
  known(2);
  registers(1, present_key(1));
  in_grace(false);
  EXPECT_EQ(run(seconds(60)), Lines{gives});
  gone(2);
  EXPECT_EQ(run(seconds(60)), Lines{});
}

// --- what cannot be read ---

TEST_F(FencerTest, a_list_that_cannot_be_read_fences_nobody) {
  previous_clients(1);
  registers(1, previous_key(1));
  known(1);
  known(2);
  in_grace(false);
  for (const std::string& path : {std::string("/proc/fs/nfsd/clients"), info_of(1), info_of(2)}) {
    host.unreadable = {path};
    EXPECT_EQ(run(seconds(60)), Lines{}) << path;
    EXPECT_NE(failure, "");
    EXPECT_EQ(told()->trouble, failure);
  }
  EXPECT_TRUE(blocks_are_kept());
  host.unreadable.clear();
  EXPECT_EQ(run(seconds(60)), Lines{gives});
  EXPECT_EQ(told()->trouble, "");
}

TEST_F(FencerTest, neither_does_one_that_is_cut_short) {
  previous_clients(1);
  registers(1, previous_key(1));
  known(1);
  known(2);
  in_grace(false);
  for (const std::size_t length : std::initializer_list<std::size_t>{0, 30, 80}) {
    known(1);
    host.files[info_of(1)].resize(length);
    EXPECT_EQ(run(seconds(60)), Lines{}) << length;
  }
  EXPECT_TRUE(blocks_are_kept());
}

TEST_F(FencerTest, a_failed_look_between_two_others_makes_them_no_two_in_a_row) {
  one_stranger();
  in_grace(false);
  EXPECT_EQ(run(seconds(1)), Lines{});
  host.unreadable = {info_of(2)};
  EXPECT_EQ(run(seconds(1)), Lines{});
  host.unreadable.clear();
  EXPECT_EQ(run(seconds(1)), Lines{});
  EXPECT_EQ(run(seconds(1)), (Lines{preempts(1), gives, "remove " + previous_journal}));
}

TEST_F(FencerTest, a_grace_period_that_nfsd_does_not_tell_of_is_not_over) {
  one_stranger();
  for (const char* text : {"", "?"}) {
    host.files["/proc/fs/nfsd/v4_end_grace"] = text;
    EXPECT_EQ(run(seconds(60)), Lines{});
  }
  host.files.erase("/proc/fs/nfsd/v4_end_grace");
  EXPECT_EQ(run(seconds(60)), Lines{});
  host.unreadable = {previous_journal};
  in_grace(false);
  EXPECT_EQ(run(seconds(60)), Lines{});
}

TEST_F(FencerTest, nor_does_it_act_on_an_nfsd_that_stops_or_starts_meanwhile) {
  previous_clients(1);
  registers(1, previous_key(1));
  known(1);
  in_grace(false);
  host.lun.meanwhile = [&](const ScsiCommand&) {
    gone(1);
    host.nfsd_threads = 0;
  };
  for (int i = 0; i < 5; ++i) {
    host.nfsd_threads = 64;
    EXPECT_EQ(run(seconds(1)), Lines{});
  }
  host.lun.meanwhile = [&](const ScsiCommand&) {
    host.nfsd_threads = 64;
    nfsd_started(static_cast<int>(host.uptime().count()));
  };
  EXPECT_EQ(run(seconds(5)), Lines{});
}

TEST_F(FencerTest, fences_nobody_where_another_server_holds_the_lun) {
  one_stranger();
  in_grace(false);
  let_beta_take_over(host);
  host.lun.registered.push_back({alpha_port, alpha_key});  // a standby
  EXPECT_EQ(run(seconds(60)), Lines{});
  EXPECT_TRUE(is_registered(1));
}

// --- a PREEMPT AND ABORT that is refused, or slow ---

TEST_F(FencerTest, keeps_every_block_while_a_stranger_cannot_be_fenced_and_tries_on) {
  one_stranger();
  in_grace(false);
  host.fail("PREEMPT");
  const Lines changes = run(seconds(10));
  EXPECT_EQ(std::ranges::count(changes, preempts(1) + " (failed)"), 9);
  EXPECT_TRUE(blocks_are_kept());
  EXPECT_EQ(told()->stale.size(), 1U);
  EXPECT_EQ(told()->trouble, failure);
  EXPECT_NE(failure, "");
  host.heal();
  EXPECT_EQ(run(seconds(2)), (Lines{preempts(1), gives, "remove " + previous_journal}));
  EXPECT_EQ(told()->trouble, "");
}

TEST_F(FencerTest, one_that_cannot_be_fenced_keeps_no_other_from_it) {
  previous_clients(9);
  for (std::uint32_t number = 1; number <= 9; ++number) registers(number, previous_key(number));
  in_grace(false);
  for (std::uint32_t number = 1; number <= 5; ++number) host.fail(pr::to_string(previous_key(number)));
  run(seconds(10));
  for (std::uint32_t number = 1; number <= 9; ++number) EXPECT_EQ(is_registered(number), number <= 5);
  EXPECT_TRUE(blocks_are_kept());
}

TEST_F(FencerTest, keeps_every_block_until_a_slow_one_is_answered) {
  one_stranger();
  in_grace(false);
  bool kept = false;
  host.lun.meanwhile = [&](const ScsiCommand& command) {
    if (command.cdb[0] != 0x5f) return;
    host.pass(seconds(5));
    kept = blocks_are_kept() && is_registered(1);
  };
  EXPECT_EQ(run(seconds(8)), (Lines{preempts(1), gives, "remove " + previous_journal}));
  EXPECT_TRUE(kept);
  EXPECT_FALSE(blocks_are_kept());
}

TEST_F(FencerTest, fences_a_few_in_a_round_and_looks_at_the_lun_again) {
  previous_clients(10);
  for (std::uint32_t number = 1; number <= 10; ++number) registers(number, previous_key(number));
  in_grace(false);
  run(seconds(1));
  for (const std::size_t left : {6U, 2U, 0U}) {
    EXPECT_EQ(fencer->round(), Fencer::Next::at_once);
    EXPECT_EQ(host.lun.registered.size(), left + 1);
    EXPECT_EQ(told()->stale.size(), left);
    EXPECT_TRUE(blocks_are_kept());
  }
  EXPECT_EQ(fencer->round(), Fencer::Next::pause);
  EXPECT_FALSE(blocks_are_kept());
}

TEST_F(FencerTest, with_stock_nfsd_there_is_nothing_to_set) {
  host.files.erase(keep_blocks);
  one_stranger();
  in_grace(false);
  EXPECT_EQ(run(seconds(60)), (Lines{preempts(1), "remove " + previous_journal}));
}

// --- what it tells ---

}  // namespace
}  // namespace pnfs_ha
