#include "history/fence_report.h"

namespace pnfs_ha {

std::optional<nlohmann::json> fence_report(const Host& host, const NfsState& nfs) {
  using nlohmann::json;
  json all = json::parse(host.read_file(fence_report_file).value_or(""), nullptr, false);
  if (!all.is_object() || !nfs.started || all.value("term", std::int64_t{-1}) != nfs.started->count())
    return std::nullopt;
  return all;
}

}  // namespace pnfs_ha
