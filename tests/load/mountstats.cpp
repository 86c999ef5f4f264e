#include "mountstats.h"

#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>

namespace pnfs_load {
namespace {

// The kernel writes blanks, tabs, newlines and backslashes in names as three octal digits.
std::string unescape(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '7'; };
    if (text[i] == '\\' && i + 3 < text.size() && digit(i + 1) && digit(i + 2) && digit(i + 3)) {
      result += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      result += text[i];
    }
  }
  return result;
}

// "device D mounted on M with fstype T statvers=1.1"; neither name has a blank in it.
std::optional<MountStats> parse_heading(const std::string& line) {
  std::istringstream words(line);
  std::string device, mounted, on, point, with, fstype;
  MountStats mount;
  if (!(words >> device >> mount.device >> mounted >> on >> mount.mount_point >> with >> fstype >>
        mount.type)) {
    return std::nullopt;
  }
  if (device != "device" || mounted != "mounted" || on != "on" || with != "with" || fstype != "fstype") {
    return std::nullopt;
  }
  mount.device = unescape(mount.device);
  mount.mount_point = unescape(mount.mount_point);
  return mount;
}

// The value of ",key=value," in a comma-separated list; a value may contain blanks ("pnfs=not configured").
std::string option(std::string_view list, std::string_view key) {
  while (!list.empty()) {
    const std::string_view item = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), item.size() + 1));
    if (item.size() > key.size() && item.starts_with(key) && item[key.size()] == '=') {
      return std::string(item.substr(key.size() + 1));
    }
  }
  return {};
}

// "NAME: 12 12 0 …": the first number counts the operations, the others transmissions, bytes and times.
void parse_operation(const std::string& line, MountStats& mount) {
  std::istringstream words(line);
  std::string name;
  std::uint64_t count = 0;
  if (!(words >> name >> count) || !name.ends_with(':')) return;
  name.pop_back();
  mount.operations[name] = count;
}

std::int64_t count_of(const MountStats& mount, const std::string& operation) {
  const auto found = mount.operations.find(operation);
  return found == mount.operations.end() ? 0 : static_cast<std::int64_t>(found->second);
}

bool lies_below(std::string_view path, std::string_view mount_point) {
  if (mount_point == "/") return true;
  if (!path.starts_with(mount_point)) return false;
  return path.size() == mount_point.size() || path[mount_point.size()] == '/';
}

}  // namespace

bool is_nfs(const MountStats& mount) {
  return mount.type == "nfs" || mount.type == "nfs4";
}

std::vector<MountStats> parse_mountstats(const std::string& text) {
  std::vector<MountStats> mounts;
  std::istringstream lines(text);
  std::string line;
  bool in_operations = false;
  while (std::getline(lines, line)) {
    if (auto mount = parse_heading(line)) {
      mounts.push_back(std::move(*mount));
      in_operations = false;
      continue;
    }
    const auto begin = line.find_first_not_of(" \t");
    if (mounts.empty() || begin == std::string::npos) continue;
    const std::string content = line.substr(begin);
    MountStats& mount = mounts.back();
    const auto value = [&] { return std::string_view(content).substr(content.find_first_of(" \t") + 1); };
    if (in_operations) {
      parse_operation(content, mount);
    } else if (content.starts_with("opts:")) {
      mount.version = option(value(), "vers");
    } else if (content.starts_with("nfsv4:")) {
      mount.layout = option(value(), "pnfs");
    } else if (content.starts_with("per-op statistics")) {
      in_operations = true;
    }
  }
  return mounts;
}

std::optional<MountStats> mount_of(const std::vector<MountStats>& mounts, const std::string& path) {
  const MountStats* best = nullptr;
  for (const MountStats& mount : mounts) {
    if (!lies_below(path, mount.mount_point)) continue;
    if (best == nullptr || mount.mount_point.size() >= best->mount_point.size()) best = &mount;
  }
  if (best == nullptr) return std::nullopt;
  return *best;
}

std::optional<MountStats> current_mountstats(const Path& canonical_path) {
  return mount_of(parse_mountstats(read_text("/proc/self/mountstats")), canonical_path.string());
}

nlohmann::ordered_json to_json(const MountStats& mount) {
  return {{"device", mount.device},   {"mount_point", mount.mount_point}, {"type", mount.type},
          {"version", mount.version}, {"layout", mount.layout},           {"operations", mount.operations}};
}

MountStats mountstats_from_json(const nlohmann::json& json) {
  MountStats mount;
  json.at("device").get_to(mount.device);
  json.at("mount_point").get_to(mount.mount_point);
  json.at("type").get_to(mount.type);
  json.at("version").get_to(mount.version);
  json.at("layout").get_to(mount.layout);
  json.at("operations").get_to(mount.operations);
  return mount;
}

DirectIo direct_io(const MountStats& before, const MountStats& after) {
  const auto delta = [&](const char* operation) {
    return count_of(after, operation) - count_of(before, operation);
  };
  return {after.layout,  delta("LAYOUTGET"), delta("LAYOUTCOMMIT"), delta("GETDEVICEINFO"),
          delta("READ"), delta("READ_PLUS"), delta("WRITE")};
}

nlohmann::ordered_json to_json(const DirectIo& direct) {
  return {{"layout", direct.layout},
          {"layoutget_delta", direct.layoutget},
          {"layoutcommit_delta", direct.layoutcommit},
          {"getdeviceinfo_delta", direct.getdeviceinfo},
          {"read_delta", direct.read},
          {"read_plus_delta", direct.read_plus},
          {"write_delta", direct.write},
          {"direct_io", direct.direct()}};
}

}  // namespace pnfs_load
