#include <gtest/gtest.h>

#include "exercise_report.h"
#include "report.h"
#include "report_judge.h"
#include "test_program.h"

namespace pnfs_load {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Problems = std::vector<std::string>;
using json = nlohmann::ordered_json;

const Instant begin{seconds(100)};

Summary one_operation(const char* name, Clock::duration lasted) {
  Experience experience;
  experience.begin(name, begin + seconds(30));
  experience.end(begin + seconds(30) + lasted);
  return experience.summary(begin + seconds(60));
}

// As `run` writes it, of a failover in which nobody saw anything bad: metadata stalled for 10 s.
json good_report() {
  Outcome outcome;
  outcome.started = std::chrono::system_clock::time_point(seconds(1000));
  outcome.begin = begin;
  outcome.reads = one_operation("read", milliseconds(200));
  outcome.writes = one_operation("write", milliseconds(300));
  outcome.metadata = one_operation("unlink", seconds(10));
  outcome.lock.state = LockState::held;
  outcome.mount_before = MountStats{"10.77.0.100:/", "/mnt/pnfs", "nfs4", "4.2", "LAYOUT_SCSI", {}};
  outcome.mount_after = outcome.mount_before;
  return to_json(outcome);
}

json exercise_report() {
  ExerciseOptions options;
  options.seed = 7;
  ExerciseScene scene(options);
  ExerciseOutcome outcome;
  outcome.threads = {one_operation("read", seconds(3))};
  return to_json(scene, outcome);
}

const Demands strict{2, 20, 1, 0, {}, {}};

Problems problems_of(const json& report, const Demands& demands = strict) {
  return judge_report(report.dump(), demands).problems;
}

TEST(ReportJudge, acquits_a_client_that_saw_nothing_bad) {
  EXPECT_EQ(problems_of(good_report()), Problems{});
}

TEST(ReportJudge, finds_each_bad_thing_by_itself) {
  struct Case {
    const char *place, *value, *problem;
  };
  for (const Case& bad : {
           Case{"/stuck", "true", "the load is stuck"},
           Case{"/classes/read/errors", R"({"count": 1, "list": []})", "errors: 1, first -"},
           Case{"/classes/metadata/errors",
                R"({"count": 3, "list": [{"op": "stat", "error": "ENOENT", "where": "a"}]})",
                "errors: 3, first stat: ENOENT a"},
           Case{"/violations", R"({"count": 1, "list": [{"class": "read"}]})", "lost blocks: 1"},
           Case{"/violations", R"({"count": 1, "list": [{"class": "metadata"}]})", "short files: 1"},
           Case{"/violations", R"({"count": 2, "list": []})", "lost blocks: 2"},
           Case{"/lock", R"({"state": "lost", "reason": "EIO"})", "the lock is lost: EIO"},
           Case{"/lock", R"({"state": "unknown", "reason": "no answer"})", "the lock is unknown: no answer"},
           Case{"/classes/read/longest/seconds", "2.1", "direct read of 2.1 s"},
           Case{"/classes/write/longest/seconds", "2", "direct write of 2 s"},
           Case{"/classes/write/longest", "null", "no direct write was done: this tests nothing"},
           Case{"/classes/metadata/longest/seconds", "20.5", "metadata operation of 20.5 s"},
           Case{"/classes/metadata/repeated", "1", "replies lost: 1"},
           Case{"/direct", R"({"layout": "none", "direct_io": true})",
                R"(direct I/O stopped: {"layout":"none","direct_io":true})"},
           Case{"/direct", R"({"layout": "LAYOUT_SCSI", "direct_io": false})",
                R"(direct I/O stopped: {"layout":"LAYOUT_SCSI","direct_io":false})"},
           Case{"/direct", "null", "direct I/O: this was no NFS mount"},
       }) {
    json report = good_report();
    report[json::json_pointer(bad.place)] = json::parse(bad.value);
    EXPECT_EQ(problems_of(report), Problems{bad.problem}) << bad.place;
  }
}

TEST(ReportJudge, has_no_limit_of_its_own_and_forgives_what_it_is_told_to) {
  json report = good_report();
  report["classes"]["read"]["longest"]["seconds"] = 100;
  report["classes"]["metadata"]["repeated"] = 5;
  EXPECT_EQ(problems_of(report, {}), Problems{});
  report["lock"]["state"] = "lost";
  report["direct"]["direct_io"] = false;
  report["violations"] = json::parse(R"({"count": 1, "list": [{"class": "metadata"}]})");
  EXPECT_EQ(problems_of(report, {}).size(), 3U);
  Demands mild;
  mild.forgiven = {Forgiven::lock, Forgiven::direct_io, Forgiven::short_files};
  EXPECT_EQ(problems_of(report, mild), Problems{});
  report["violations"] = json::parse(R"({"count": 1, "list": [{"class": "write"}]})");
  EXPECT_EQ(problems_of(report, mild), Problems{"lost blocks: 1"});
}

TEST(ReportJudge, takes_stalls_that_follow_each_other_for_one_outage) {
  json report = good_report();
  json& stalls = report["classes"]["metadata"]["stalls"]["list"];
  stalls = json::parse(R"([{"start_s": 41.9, "seconds": 3}, {"start_s": 30, "seconds": 10}])");
  EXPECT_EQ(problems_of(report), Problems{});
  stalls[0]["start_s"] = 42;
  EXPECT_EQ(problems_of(report), Problems{"metadata was away 2 times: 30 s to 40 s, 42 s to 45 s"});
  stalls[0]["seconds"] = 1.9;  // the machine has such pauses
  EXPECT_EQ(problems_of(report), Problems{});
}

TEST(ReportJudge, tells_when_the_stalls_that_a_fault_made_were_over) {
  json report = good_report();
  const auto recovered = [&](FaultTime fault) {
    Demands demands;
    demands.fault = fault;
    return judge_report(report.dump(), demands).figures.at("recovered_s");
  };
  EXPECT_EQ(recovered({1028, 1060}), 12);  // the stall of 30 s to 40 s after 1000
  EXPECT_EQ(recovered({1010, 1030}), 0);   // it began with the heal
  EXPECT_EQ(recovered({1041, 1060}), 0);   // it was over before the fault
}

TEST(ReportJudge, has_figures_for_the_table) {
  const json figures = judge_report(good_report().dump(), {}).figures;
  EXPECT_EQ(figures.at("read_s"), 0.2);
  EXPECT_EQ(figures.at("metadata_s"), 10);
  EXPECT_EQ(figures.at("operations"), 3);
  EXPECT_EQ(figures.at("outages"), 1);
  EXPECT_EQ(figures.at("machine_s"), nullptr);
}

TEST(ReportJudge, does_not_acquit_without_a_whole_report) {
  for (const char* text : {"", "{", "[]", "null", R"({"format": "pnfs-load report 2"})"}) {
    const ReportVerdict verdict = judge_report(text, {});
    EXPECT_EQ(verdict.problems.size(), 1U) << text;
    EXPECT_TRUE(verdict.figures.is_null());
  }
  for (const char* key : {"stuck", "classes", "violations", "lock", "direct", "machine"}) {
    json report = good_report();
    report.erase(key);
    EXPECT_EQ(problems_of(report).size(), 1U) << key;
  }
}

TEST(ReportJudge, knows_the_report_of_an_exerciser) {
  json report = exercise_report();
  EXPECT_EQ(problems_of(report), Problems{});
  EXPECT_EQ(judge_report(report.dump(), {}).figures.at("longest_s"), 3);
  report["clean"] = false;
  EXPECT_EQ(problems_of(report), Problems{"seed 7: it does not call itself clean"});
  report["stuck"] = true;
  EXPECT_EQ(problems_of(report), Problems{"seed 7: the exerciser is stuck"});
  report["wrong"] = json::parse(R"({"count": 2, "list": [{"file": "f-1", "wrong": [{"offset": 0}]}]})");
  report["errors"] = json::parse(R"({"count": 1, "list": [{"op": "read", "error": "EIO", "where": "f-2"}]})");
  EXPECT_EQ(problems_of(report),
            (Problems{"seed 7: the exerciser is stuck", "seed 7: errors: 1, first read: EIO f-2",
                      R"(seed 7: wrong bytes: 2, first in f-1: [{"offset":0}])"}));
}

class JudgeCommand : public WithDirectory {
 protected:
  Result judge(const json& report, std::vector<std::string> options = {}) const {
    write_text(home / "report", report.dump());
    options.insert(options.begin(), {"judge", home / "report", "--figures", home / "figures"});
    return pnfs_load(options);
  }
};

TEST_F(JudgeCommand, says_each_problem_in_a_line_and_fails) {
  json report = good_report();
  EXPECT_EQ(judge(report).exit_code, 0);
  EXPECT_EQ(judge(report).output, "");
  EXPECT_EQ(json::parse(read_text(home / "figures")).at("write_s"), 0.3);

  report["lock"] = {{"state", "lost"}, {"reason", "EIO"}};
  report["stuck"] = true;
  const auto [code, output] = judge(report, {"--metadata-limit", "10", "--fault", "1000", "1020"});
  EXPECT_EQ(code, 1);
  EXPECT_EQ(output, "the load is stuck\nthe lock is lost: EIO\nmetadata operation of 10 s\n");
  EXPECT_EQ(judge(report, {"--forgive", "lock,short-files,direct"}).output, "the load is stuck\n");
}

TEST_F(JudgeCommand, does_not_acquit_a_load_that_left_nothing) {
  EXPECT_EQ(pnfs_load({"judge", home / "nowhere"}).exit_code, 1);
  EXPECT_EQ(judge(good_report(), {"--forgive", "everything"}).exit_code, 64);
}

}  // namespace
}  // namespace pnfs_load
