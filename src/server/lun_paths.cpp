#include "server/lun_paths.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace pnfs_ha {
namespace {

const Path block_devices = "/sys/block";

// Empty: it tells nothing. The kernel answers EINVAL for a disk without a designator that it knows (scsi_vpd_lun_id()),
// as a virtual machine's own, and for access states without a device handler (drivers/scsi/scsi_sysfs.c).
std::string attribute(const Host& host, const Path& node, const char* name) try {
  return without_line_end(host.read_file(sysfs_of(node) / name).value_or(""));
} catch (const Error&) {
  return {};
}

bool carries_the_mount(const Host& host, const Path& node) {
  return !host.mounts_of(node).empty();
}

bool is_taken(const Host& host, const Path& node) {
  return !host.list(sysfs_of(node) / "holders").empty();
}

// The less the better.
int rank(const Host& host, const Path& node) {
  if (carries_the_mount(host, node)) return 0;
  if (is_taken(host, node)) return 4;
  if (!is_running(host, node)) return 3;
  const std::string access = attribute(host, node, "device/access_state");
  return access.empty() || access == "active/optimized" ? 1 : 2;
}

}  // namespace

Path sysfs_of(const Path& node) {
  return block_devices / node.filename();
}

std::string wwid_of(const Host& host, const Path& node) {
  return attribute(host, node, "device/wwid");
}

std::string wwid_of_name(const Path& device) {
  constexpr std::string_view prefix = "wwn-0x";
  const std::string name = device.filename();
  return name.starts_with(prefix) ? "naa." + name.substr(prefix.size()) : "";
}

bool is_running(const Host& host, const Path& node) {
  const std::string state = attribute(host, node, "device/state");
  return state.empty() || state == "running";
}

std::vector<Path> lun_paths(const Host& host, const Path& device) {
  std::vector<std::pair<int, Path>> ranked;
  if (const std::string wwid = wwid_of_name(device); !wwid.empty())
    for (const std::string& name : host.list(block_devices))
      if (const Path node = Path("/dev") / name;
          name.starts_with("sd") && wwid_of(host, node) == wwid && host.resolve(node))
        ranked.emplace_back(rank(host, node), node);
  std::ranges::stable_sort(ranked, {}, &std::pair<int, Path>::first);
  std::vector<Path> paths;
  paths.reserve(ranked.size());
  for (const auto& [worth, node] : ranked) paths.push_back(node);
  // Another kind of name, or a kernel that tells no designators.
  if (const auto linked = host.resolve(device); paths.empty() && linked) paths.push_back(*linked);
  return paths;
}

LunPaths::LunPaths(const Host& host, Path device) : host_(host), device_(std::move(device)) {}

std::optional<Path> LunPaths::in_use() const {
  // The usual case, which is asked for several times a second.
  if (chosen_ && carries_the_mount(host_, *chosen_)) return chosen_;
  const std::vector<Path> paths = lun_paths(host_, device_);
  const bool stays = chosen_ && std::ranges::find(paths, *chosen_) != paths.end() &&
                     !carries_the_mount(host_, paths.front());
  if (!stays) chosen_ = paths.empty() ? std::nullopt : std::optional(paths.front());
  return chosen_;
}

std::vector<Path> LunPaths::others() const {
  const auto used = in_use();
  std::vector<Path> paths = lun_paths(host_, device_);
  std::erase_if(paths, [&](const Path& path) { return path == used || !is_running(host_, path); });
  return paths;
}

void LunPaths::choose_anew(const std::function<bool(const Path&)>& answers) {
  chosen_.reset();
  const std::vector<Path> paths = lun_paths(host_, device_);
  if (paths.size() < 2) return;
  if (const auto first = std::ranges::find_if(paths, answers); first != paths.end()) chosen_ = *first;
}

void require_untaken(const Host& host, const Path& node) {
  if (const auto holders = host.list(sysfs_of(node) / "holders"); !holders.empty())
    throw Error(node.string() + " has been taken by device-mapper (" + holders.front() + ")",
                "exclude the LUN from dm-multipath (`blacklist` in /etc/multipath.conf) and LVM, then "
                "`multipath -f` it");
}

}  // namespace pnfs_ha
