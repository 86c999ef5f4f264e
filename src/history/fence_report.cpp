#include "history/fence_report.h"

#include "base/json.h"

namespace pnfs_ha {
namespace {

nlohmann::json objects_of(const nlohmann::json& told, const char* key) {
  nlohmann::json objects = nlohmann::json::array();
  for (const nlohmann::json& element : array_of(told, key))
    if (element.is_object()) objects.push_back(element);
  return objects;
}

}  // namespace

std::optional<nlohmann::json> fence_report(const Host& host, const NfsState& nfs) {
  using nlohmann::json;
  const json told = parse_json(host.read_file(fence_report_file).value_or(""));
  if (!told.is_object() || !nfs.started || value_of(told, "term", std::int64_t{-1}) != nfs.started->count())
    return std::nullopt;
  json returned = json::array();
  for (const json& key : array_of(told, "returned"))
    if (is_a<pr::Key>(key)) returned.push_back(key);
  return json{{"strangers", objects_of(told, "strangers")},
              {"fenced", objects_of(told, "fenced")},
              {"count", value_of(told, "count", 0)},
              {"returned", returned},
              {"trouble", value_of(told, "trouble", "")}};
}

}  // namespace pnfs_ha
