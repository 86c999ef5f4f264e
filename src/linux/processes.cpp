// LinuxHost's view of other processes: who uses a file system, by what proc(5) tells without touching it.
#include <libmount/libmount.h>
#include <spdlog/fmt/fmt.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>

#include "base/error.h"
#include "base/number.h"
#include "base/unique_fd.h"
#include "linux/linux_host.h"

namespace pnfs_ha {
namespace {

// glibc 2.36 declares both without extern "C".
UniqueFd pidfd_open(int pid) {
  return UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
}
bool killed(const UniqueFd& process) {
  return syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0) == 0;
}

std::string target_of(const Path& link) {
  std::error_code error;
  return std::filesystem::read_symlink(link, error).string();  // empty: it is gone, or a kernel thread's
}

std::vector<std::string> names_in(const Path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error))
    names.push_back(entry->path().filename());
  return names;
}

// The mounts of one namespace.
struct Mounts {
  struct Place {
    std::string target;
    bool of_device = false;
  };
  std::vector<Place> places;  // the newest last
  std::set<int> of_device;    // identifiers of mounts
  std::string kept;           // where a mount of the device is that unmounting elsewhere does not reach

  bool has(const std::string& path) const;
};

bool is_below(const std::string& path, const std::string& directory) {
  return directory == "/" || path == directory || path.starts_with(directory + "/");
}

// Whether this path is on the device: the mount with the longest target has it, the newest of these.
bool Mounts::has(const std::string& path) const {
  const Place* best = nullptr;
  for (const Place& place : places)
    if (is_below(path, place.target) && (best == nullptr || place.target.size() >= best->target.size()))
      best = &place;
  return best != nullptr && best->of_device;
}

Mounts mounts_of_process(const Path& process, dev_t device) {
  Mounts mounts;
  const std::unique_ptr<libmnt_table, decltype(&mnt_unref_table)> table(
      mnt_new_table_from_file((process / "mountinfo").c_str()), mnt_unref_table);
  if (!table) return mounts;
  const std::unique_ptr<libmnt_iter, decltype(&mnt_free_iter)> all(mnt_new_iter(MNT_ITER_FORWARD),
                                                                   mnt_free_iter);
  for (libmnt_fs* fs = nullptr; mnt_table_next_fs(table.get(), all.get(), &fs) == 0;) {
    const bool of_device = mnt_fs_get_devno(fs) == device;
    mounts.places.push_back({.target = mnt_fs_get_target(fs), .of_device = of_device});
    if (!of_device) continue;
    mounts.of_device.insert(mnt_fs_get_id(fs));
    unsigned long propagation = 0;
    if (mnt_fs_get_propagation(fs, &propagation) == 0 && (propagation & (MS_SHARED | MS_SLAVE)) == 0)
      mounts.kept = mnt_fs_get_target(fs);
  }
  return mounts;
}

// Finds who uses one device among all processes.
class Search {
 public:
  explicit Search(const Path& device) {
    struct stat node = {};
    if (stat(device.c_str(), &node) != 0) throw errno_error("look at " + device.string());
    device_ = node.st_rdev;
    in_maps_ = fmt::format("{:02x}:{:02x}", major(device_), minor(device_));
    machines_ = target_of("/proc/1/ns/mnt");
    own_ = target_of("/proc/self/ns/mnt");
  }

  std::optional<MountUser> user(int pid) {
    const Path process = Path("/proc") / std::to_string(pid);
    const std::string name_space = target_of(process / "ns/mnt");
    if (name_space.empty()) return std::nullopt;
    if (!mounts_.contains(name_space)) mounts_[name_space] = mounts_of_process(process, device_);
    const Mounts& mounts = mounts_[name_space];
    if (mounts.of_device.empty()) return std::nullopt;
    MountUser user{.pid = pid, .name = first_line(process / "comm"), .use = Use::directory, .path = {}};
    const std::string root = target_of(process / "root");
    for (const char* link : {"cwd", "root", "exe"}) {
      user.path = target_of(process / link);
      // Targets are told as the process sees them.
      const std::string seen =
          root.size() > 1 && is_below(user.path, root) ? user.path.substr(root.size()) : user.path;
      if (mounts.has(seen.empty() ? "/" : seen)) return user;
    }
    user.use = Use::file;
    user.path = open_file(process, mounts);
    if (user.path.empty()) user.path = mapped_file(process);
    if (!user.path.empty()) return user;
    user.use = Use::own_mount;
    user.path = mounts.kept;
    const bool kept = !mounts.kept.empty() && name_space != machines_ && name_space != own_;
    return kept ? std::optional(user) : std::nullopt;
  }

 private:
  static std::string first_line(const Path& file) {
    std::string line;
    std::ifstream text(file);
    std::getline(text, line);
    return line;
  }

  static std::string open_file(const Path& process, const Mounts& mounts) {
    for (const std::string& fd : names_in(process / "fdinfo")) {
      std::ifstream about(process / "fdinfo" / fd);
      for (std::string line; std::getline(about, line);) {
        constexpr std::string_view key = "mnt_id:\t";
        if (!line.starts_with(key)) continue;
        const auto mount = leading_number<int>(std::string_view(line).substr(key.size()));
        if (mount && mounts.of_device.contains(*mount)) return target_of(process / "fd" / fd);
        break;
      }
    }
    return {};
  }

  std::string mapped_file(const Path& process) const {
    std::ifstream maps(process / "maps");
    for (std::string line; std::getline(maps, line);) {
      std::string addresses, permissions, offset, device;
      std::istringstream(line) >> addresses >> permissions >> offset >> device;
      if (device == in_maps_) return line.substr(std::min(line.find('/'), line.size()));
    }
    return {};
  }

  dev_t device_ = 0;
  std::string in_maps_, machines_, own_;
  std::map<std::string, Mounts> mounts_;  // by namespace
};

// handle(pid, user) for each, but for process 1 and this one.
template <typename Handle>
void for_each_user(const Path& device, Handle handle) {
  Search search(device);
  for (const std::string& name : names_in("/proc")) {
    const int pid = leading_number<int>(name).value_or(0);
    if (pid <= 1 || pid == getpid()) continue;
    // Before the look: a number that is given to another process meanwhile is no longer this one's.
    const UniqueFd process = pidfd_open(pid);
    if (!process) continue;
    if (const auto user = search.user(pid)) handle(process, *user);
  }
}

}  // namespace

std::vector<MountUser> LinuxHost::users_of(const Path& device) const {
  return ask("looking for users of " + device.string(), call_limits::processes, [device] {
    std::vector<MountUser> found;
    for_each_user(device, [&](const UniqueFd&, const MountUser& user) { found.push_back(user); });
    return found;
  });
}

std::vector<MountUser> LinuxHost::end_users_of(const Path& device) {
  return change("ending users of " + device.string(), call_limits::processes, [device] {
    std::vector<MountUser> ended;
    for_each_user(device, [&](const UniqueFd& process, const MountUser& user) {
      if (killed(process)) ended.push_back(user);
    });
    return ended;
  });
}

}  // namespace pnfs_ha
