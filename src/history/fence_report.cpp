#include "history/fence_report.h"

#include "base/format.h"
#include "base/json.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

constexpr Format fence_format{"the fencer's report", 1};

pr::Key key_in(const json& object) {
  return pr::parse_key(value_of(object, "key", "")).value_or(0);
}

}  // namespace

json to_json(const StaleRegistration& stale) {
  return {{"key", pr::to_string(stale.key)}, {"initiator", stale.initiator}, {"why", stale.why}};
}

json to_json(const Fenced& fenced) {
  return {{"key", pr::to_string(fenced.key)},
          {"initiator", fenced.initiator},
          {"why", fenced.why},
          {"at", fenced.at}};
}

json to_json(const FenceReport& report) {
  return {{"format", fence_format.newest},
          {"term", report.start.count()},
          {"strangers", to_array(report.stale)},
          {"fenced", to_array(report.fenced)},
          {"count", report.count},
          {"returned", report.returned},
          {"trouble", report.trouble}};
}

StaleRegistration stale_registration_from_json(const json& stale) {
  return {key_in(stale), value_of(stale, "initiator", ""), value_of(stale, "why", "")};
}

Fenced fenced_from_json(const json& fenced) {
  return {key_in(fenced), value_of(fenced, "initiator", ""), value_of(fenced, "why", ""),
          value_of(fenced, "at", std::int64_t{0})};
}

std::optional<FenceReport> fence_report_from_json(const json& document) {
  if (!document.is_object()) return std::nullopt;
  format_of(document, fence_format);
  FenceReport report{.start = Host::Duration(value_of(document, "term", std::int64_t{-1})),
                     .stale = each_of(document, "strangers", stale_registration_from_json),
                     .fenced = each_of(document, "fenced", fenced_from_json),
                     .count = value_of(document, "count", 0),
                     .returned = {},
                     .trouble = value_of(document, "trouble", "")};
  for (const json& key : array_of(document, "returned"))
    if (is_a<pr::Key>(key)) report.returned.insert(key.get<pr::Key>());
  return report;
}

std::optional<FenceReport> fence_report(const Files& files, const NfsState& nfs) {
  auto report = fence_report_from_json(parse_json(files.read_file(fence_report_file).value_or("")));
  if (report && nfs.started && report->start == *nfs.started) return report;
  return std::nullopt;
}

}  // namespace pnfs_ha
