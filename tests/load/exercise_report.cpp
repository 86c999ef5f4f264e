#include "exercise_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report.h"

namespace pnfs_load {
namespace {

using json = nlohmann::ordered_json;

json lines(const History& history) {
  json list = json::array();
  for (const Action& action : history) list.push_back(to_string(action));
  return list;
}

json entry(const Mismatch& wrong) {
  return {{"offset", wrong.offset},
          {"length", wrong.length},
          {"expected", wrong.expected},
          {"found", wrong.found}};
}

json entry(const Finding& finding, Instant begin) {
  json wrong = json::array();
  for (const Mismatch& mismatch : finding.wrong) wrong.push_back(entry(mismatch));
  return {{"start_s", in_seconds(finding.at - begin)},
          {"file", finding.file},
          {"life", finding.origin.life},
          {"found_by", finding.found_by},
          {"error", finding.error},
          {"wrong", wrong},
          {"read_again", finding.again},
          {"repeats", finding.repeats},
          {"shortest_history", lines(finding.shortest)},
          {"history", lines(finding.history)}};
}

json to_list(const std::vector<Finding>& findings, Instant begin) {
  json list = json::array();
  for (const Finding& finding : findings) list.push_back(entry(finding, begin));
  return list;
}

json counts_of(const ExerciseScene& scene) {
  json counts = json::object();
  for (std::size_t i = 0; i < kinds; ++i) {
    std::uint64_t count = 0;
    for (const Worker& worker : scene.workers) count += worker.counts[i];
    counts[name_of(static_cast<Kind>(i))] = count;
  }
  return counts;
}

// The threads' lists as one: all are counted, the first of each are listed.
json errors_of(const std::vector<json>& threads) {
  std::uint64_t count = 0;
  json list = json::array();
  for (const json& thread : threads) {
    count += thread["errors"]["count"].get<std::uint64_t>();
    for (const json& error : thread["errors"]["list"]) list.push_back(error);
  }
  return {{"count", count}, {"list", list}};
}

json longest_of(const std::vector<json>& threads) {
  json longest;
  for (const json& thread : threads) {
    const json& candidate = thread["longest"];
    if (candidate.is_null()) continue;
    if (longest.is_null() || candidate["seconds"] > longest["seconds"]) longest = candidate;
  }
  return longest;
}

json direct_or_null(const ExerciseOutcome& outcome) {
  if (!outcome.mount_before || !outcome.mount_after || !is_nfs(*outcome.mount_after)) return nullptr;
  return to_json(direct_io(*outcome.mount_before, *outcome.mount_after));
}

}  // namespace

bool clean(const ExerciseOutcome& outcome) {
  return !outcome.stuck && outcome.findings.empty() &&
         std::all_of(outcome.threads.begin(), outcome.threads.end(),
                     [](const Summary& thread) { return thread.failures == 0; });
}

json to_json(const ExerciseScene& scene, const ExerciseOutcome& outcome) {
  std::vector<json> threads;
  std::uint64_t operations = 0;
  for (const Summary& thread : outcome.threads) {
    threads.push_back(to_json(thread, outcome.begin));
    operations += thread.operations;
  }
  const json findings = to_list(outcome.findings, outcome.begin);
  return {{"format", "pnfs-load exercise report 1"},
          {"directory", scene.options.directory.string()},
          {"seed", scene.options.seed},
          {"client", scene.options.client},
          {"started", to_utc(outcome.started)},
          {"ended", to_utc(outcome.ended)},
          {"duration_s", in_seconds(outcome.end - outcome.begin)},
          {"stopped_by", outcome.stopped_by},
          {"clean", clean(outcome)},
          {"stuck", outcome.stuck},
          {"operations", operations},
          {"actions", counts_of(scene)},
          {"errors", errors_of(threads)},
          {"longest", longest_of(threads)},
          {"verified", {{"files", scene.files_verified.load()}, {"bytes", scene.bytes_verified.load()}}},
          {"wrong", {{"count", findings.size()}, {"list", findings}}},
          {"failures", to_list(outcome.failures, outcome.begin)},
          {"threads", threads},
          {"direct", direct_or_null(outcome)}};
}

}  // namespace pnfs_load
