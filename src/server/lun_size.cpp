#include "server/lun_size.h"

#include <spdlog/fmt/fmt.h>

#include <array>
#include <regex>

#include "base/error.h"
#include "base/json.h"
#include "base/number.h"
#include "base/text.h"
#include "server/lun_paths.h"

namespace pnfs_ha {
namespace {

constexpr std::uint64_t sector = 512;  // the unit of sysfs, whatever the disk's own is

PathSize size_of(const Host& host, const Path& node, std::string trouble) {
  const std::string text = without_line_end(host.read_file(sysfs_of(node) / "size").value_or(""));
  const auto sectors = whole_number<std::uint64_t>(text);
  if (!sectors && trouble.empty()) trouble = "the kernel tells no size";
  return {.device = node.filename(), .bytes = sectors.value_or(0) * sector, .trouble = std::move(trouble)};
}

std::string trouble_of(const Host& host, const Path& node) {
  if (is_running(host, node)) return {};
  return "it is " + without_line_end(host.read_file(sysfs_of(node) / "device/state").value_or("gone"));
}

}  // namespace

nlohmann::json to_json(const PathSize& path) {
  return {{"device", path.device}, {"bytes", path.bytes}, {"trouble", path.trouble}};
}

PathSize path_size_from_json(const nlohmann::json& path) {
  return {.device = value_of(path, "device", ""),
          .bytes = value_of<std::uint64_t>(path, "bytes", 0),
          .trouble = value_of(path, "trouble", "")};
}

std::vector<PathSize> known_sizes(const Host& host, const Path& device) {
  std::vector<PathSize> sizes;
  for (const Path& node : lun_paths(host, device))
    sizes.push_back(size_of(host, node, trouble_of(host, node)));
  return sizes;
}

std::vector<PathSize> rescan_paths(Host& host, const Path& device) {
  std::vector<PathSize> sizes;
  for (const Path& node : lun_paths(host, device)) {
    std::string trouble = trouble_of(host, node);
    if (trouble.empty()) try {
        host.write_attribute(sysfs_of(node) / "device/rescan", "1");
      } catch (const Error& error) {
        trouble = error.what();
      }
    sizes.push_back(size_of(host, node, std::move(trouble)));
  }
  return sizes;
}

std::uint64_t agreed_size(const std::string& whose, const std::vector<PathSize>& paths) {
  const PathSize* first = nullptr;
  for (const PathSize& path : paths) {
    if (!path.trouble.empty()) continue;
    if (first == nullptr) first = &path;
    if (path.bytes != first->bytes)
      throw Error(fmt::format("{} sees the LUN with {} by {} and with {} by {}", whose,
                              size_text(first->bytes), first->device, size_text(path.bytes), path.device),
                  "have the storage system show it by every port as it is, then try again");
  }
  if (first != nullptr) return first->bytes;
  throw Error(paths.empty() ? whose + " does not see the LUN"
                            : fmt::format("{} cannot ask the LUN how large it is: {}: {}", whose,
                                          paths.front().device, paths.front().trouble),
              "check the server's connection to the SAN");
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::array units{"KiB", "MiB", "GiB", "TiB", "PiB"};
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
  return fmt::format("{:.1f} {} ({} bytes)", value, units[unit], bytes);
}

std::optional<std::uint64_t> parse_xfs_size(const std::string& geometry) {
  static const std::regex data(R"(\ndata +=[^\n]* bsize=(\d+) +blocks=(\d+))");
  std::smatch found;
  if (!std::regex_search(geometry, found, data)) return std::nullopt;
  const auto size = whole_number<std::uint64_t>(found[1].str());
  const auto blocks = whole_number<std::uint64_t>(found[2].str());
  if (!size || !blocks) return std::nullopt;
  return *size * *blocks;
}

}  // namespace pnfs_ha
