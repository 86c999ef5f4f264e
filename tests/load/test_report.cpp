#include <gtest/gtest.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "report.h"

namespace pnfs_load {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

using json = nlohmann::ordered_json;

// The delimiter is needed: the text has `)"` in it.
constexpr const char* stalled_metadata = R"json({
  "ops": 1,
  "errors": {
    "count": 1,
    "list": [
      {"op": "unlink", "start_s": 30.0, "errno": 5, "error": "EIO (Input/output error)", "where": "m-7"}
    ]
  },
  "repeated": 0,
  "longest": {"op": "unlink", "start_s": 30.0, "seconds": 10.0, "finished": true},
  "stalls": {
    "count": 1,
    "list": [{"op": "unlink", "start_s": 30.0, "seconds": 10.0, "finished": true}]
  },
  "in_progress": null,
  "p50_s": 10.0,
  "p99_s": 10.0
})json";

constexpr const char* lost_write = R"({
  "count": 1,
  "list": [{
    "class": "read",
    "start_s": 41.0,
    "file": "data-0-x.blk",
    "block": 12,
    "expected": "sequence 5",
    "found": "sequence 4"
  }]
})";

Outcome quiet_outcome() {
  Outcome outcome;
  outcome.directory = "/mnt/pnfs/load";
  outcome.started = std::chrono::system_clock::time_point(milliseconds(1'767'225'600'250));
  outcome.ended = outcome.started + seconds(60);
  outcome.begin = Instant(seconds(100));
  outcome.end = Instant(seconds(160));
  outcome.stopped_by = "SIGTERM";
  outcome.pages_locked = true;
  outcome.lock.state = LockState::held;
  return outcome;
}

TEST(Report, of_a_failover_tells_the_stall_the_error_and_the_lost_write) {
  Outcome outcome = quiet_outcome();
  Experience metadata;
  metadata.begin("unlink", outcome.begin + seconds(30));
  metadata.end_failed(EIO, "m-7", outcome.begin + seconds(40));
  outcome.metadata = metadata.summary(outcome.end);
  outcome.violations = 1;
  outcome.violation_list = {
      {outcome.begin + seconds(41), "read", "data-0-x.blk", 12, "sequence 5", "sequence 4"}};
  outcome.mount_before = MountStats{"10.77.0.100:/", "/mnt/pnfs", "nfs4", "4.2", "LAYOUT_SCSI", {}};
  outcome.mount_after = outcome.mount_before;

  const auto report = to_json(outcome);
  EXPECT_EQ(report["format"], "pnfs-load report 1");
  EXPECT_EQ(report["started"], "2026-01-01T00:00:00.250Z");
  EXPECT_EQ(report["ended_unix"], 1767225660.25);
  EXPECT_EQ(report["duration_s"], 60.0);
  EXPECT_EQ(report["clean"], false);
  EXPECT_EQ(report["classes"]["metadata"], json::parse(stalled_metadata)) << report.dump(2);
  EXPECT_EQ(report["violations"], json::parse(lost_write)) << report.dump(2);
  EXPECT_EQ(report["direct"]["direct_io"], true);
}

TEST(Report, of_a_mount_that_is_not_nfs_says_nothing_about_direct_io) {
  Outcome outcome = quiet_outcome();
  EXPECT_TRUE(to_json(outcome)["direct"].is_null());
  outcome.mount_before = MountStats{"/dev/vda1", "/", "ext4", "", "", {}};
  outcome.mount_after = outcome.mount_before;
  EXPECT_TRUE(to_json(outcome)["direct"].is_null());
  EXPECT_TRUE(to_json(outcome)["classes"]["read"]["longest"].is_null());
}

// RFC 8881 2.10.6.5: the crash swallowed the reply, the repetition found the file gone.
TEST(Report, counts_an_operation_that_was_repeated_and_calls_it_no_error) {
  Outcome outcome = quiet_outcome();
  Experience metadata;
  metadata.begin("unlink", outcome.begin + seconds(30));
  metadata.end_repeated(outcome.begin + seconds(40));
  outcome.metadata = metadata.summary(outcome.end);
  const auto report = to_json(outcome);
  EXPECT_EQ(report["classes"]["metadata"]["repeated"], 1);
  EXPECT_EQ(report["classes"]["metadata"]["errors"]["count"], 0);
  EXPECT_EQ(report["classes"]["metadata"]["stalls"]["count"], 1);
  EXPECT_EQ(report["clean"], true);
}

TEST(Report, is_clean_only_without_anything_an_application_would_call_wrong) {
  EXPECT_TRUE(clean(quiet_outcome()));

  Outcome slow = quiet_outcome();
  slow.reads.stalls = 1;
  slow.machine.failures = 1;
  EXPECT_TRUE(clean(slow));

  for (const auto summary : {&Outcome::reads, &Outcome::writes, &Outcome::metadata}) {
    Outcome failed = quiet_outcome();
    (failed.*summary).failures = 1;
    EXPECT_FALSE(clean(failed));
  }
  Outcome stuck = quiet_outcome();
  stuck.stuck = true;
  EXPECT_FALSE(clean(stuck));
  Outcome violated = quiet_outcome();
  violated.violations = 1;
  EXPECT_FALSE(clean(violated));
  for (const LockState state : {LockState::lost, LockState::unknown}) {
    Outcome unlocked = quiet_outcome();
    unlocked.lock.state = state;
    EXPECT_FALSE(clean(unlocked));
  }
}

}  // namespace
}  // namespace pnfs_load
