#include "report.h"

#include <array>
#include <ctime>
#include <nlohmann/json.hpp>

#include "error.h"

namespace pnfs_load {
namespace {

using json = nlohmann::ordered_json;

std::int64_t milliseconds_since_epoch(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

double to_unix(std::chrono::system_clock::time_point time) {
  return static_cast<double>(milliseconds_since_epoch(time)) / 1000;
}

template <typename Value>
json or_null(const std::optional<Value>& value) {
  return value ? to_json(*value) : json(nullptr);
}

json seconds_or_null(const std::optional<Clock::duration>& duration) {
  return duration ? json(in_seconds(*duration)) : json(nullptr);
}

json entry(const Operation& operation, Instant begin) {
  return {{"op", operation.name},
          {"start_s", in_seconds(operation.start - begin)},
          {"seconds", in_seconds(operation.lasted)},
          {"finished", operation.finished}};
}

json entry(const Failure& failure, Instant begin) {
  return {{"op", failure.operation},
          {"start_s", in_seconds(failure.start - begin)},
          {"errno", failure.error_number},
          {"error", failure.error_number == 0 ? "short transfer" : describe_errno(failure.error_number)},
          {"where", failure.detail}};
}

json entry(const Violation& violation, Instant begin) {
  return {
      {"class", violation.kind},        {"start_s", in_seconds(violation.at - begin)},
      {"file", violation.file},         {"block", violation.block ? json(*violation.block) : json(nullptr)},
      {"expected", violation.expected}, {"found", violation.found}};
}

template <typename Item>
json to_list(const std::vector<Item>& items, std::uint64_t count, Instant begin) {
  json list = json::array();
  for (const Item& item : items) list.push_back(entry(item, begin));
  return {{"count", count}, {"list", list}};
}

}  // namespace

std::string to_utc(std::chrono::system_clock::time_point time) {
  const std::int64_t since_epoch = milliseconds_since_epoch(time);
  const std::time_t seconds = since_epoch / 1000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  const std::string fraction = std::to_string(1000 + since_epoch % 1000).substr(1);
  return std::string(text.data(), length) + "." + fraction + "Z";
}

json to_json(const Summary& summary, Instant begin) {
  const auto operation_or_null = [&](const std::optional<Operation>& operation) {
    return operation ? entry(*operation, begin) : json(nullptr);
  };
  return {{"ops", summary.operations},
          {"errors", to_list(summary.failure_list, summary.failures, begin)},
          {"repeated", summary.repeats},
          {"longest", operation_or_null(summary.longest)},
          {"stalls", to_list(summary.stall_list, summary.stalls, begin)},
          {"in_progress", operation_or_null(summary.running)},
          {"p50_s", seconds_or_null(summary.p50)},
          {"p99_s", seconds_or_null(summary.p99)}};
}

namespace {

json direct_or_null(const Outcome& outcome) {
  if (!outcome.mount_before || !outcome.mount_after || !is_nfs(*outcome.mount_after)) return nullptr;
  return to_json(direct_io(*outcome.mount_before, *outcome.mount_after));
}

}  // namespace

bool clean(const Outcome& outcome) {
  return !outcome.stuck && outcome.reads.failures == 0 && outcome.writes.failures == 0 &&
         outcome.metadata.failures == 0 && outcome.violations == 0 && outcome.lock.state == LockState::held;
}

json to_json(const Outcome& outcome) {
  const Instant begin = outcome.begin;
  return {{"format", "pnfs-load report 1"},
          {"directory", outcome.directory},
          {"started", to_utc(outcome.started)},
          {"started_unix", to_unix(outcome.started)},
          {"ended", to_utc(outcome.ended)},
          {"ended_unix", to_unix(outcome.ended)},
          {"duration_s", in_seconds(outcome.end - begin)},
          {"stopped_by", outcome.stopped_by},
          {"pages_locked", outcome.pages_locked},
          {"stall_limit_s", in_seconds(stall_limit)},
          {"clean", clean(outcome)},
          {"stuck", outcome.stuck},
          {"classes",
           {{"read", to_json(outcome.reads, begin)},
            {"write", to_json(outcome.writes, begin)},
            {"metadata", to_json(outcome.metadata, begin)}}},
          {"machine", to_json(outcome.machine, begin)},
          {"violations", to_list(outcome.violation_list, outcome.violations, begin)},
          {"lock", {{"state", to_string(outcome.lock.state)}, {"reason", outcome.lock.reason}}},
          {"mount", {{"start", or_null(outcome.mount_before)}, {"end", or_null(outcome.mount_after)}}},
          {"direct", direct_or_null(outcome)}};
}

}  // namespace pnfs_load
