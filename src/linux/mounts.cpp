// LinuxHost's mounts: libmount. The agent has a mount namespace of its own, a slave of the machine's: what is
// mounted in the machine's shows in it too, and what the agent hides there shows nowhere else.
#include <libmount/libmount.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "base/error.h"
#include "base/threads.h"
#include "linux/linux_host.h"

namespace pnfs_ha {
namespace {

constexpr const char* machines_namespace = "/proc/1/ns/mnt";
constexpr const char* own_namespace = "/proc/self/ns/mnt";

// Not where process 1 is none of ours to look at: no agent runs in such a container.
bool has_own_namespace() {
  struct stat machines = {}, own = {};
  return stat(machines_namespace, &machines) == 0 && stat(own_namespace, &own) == 0 &&
         machines.st_ino != own.st_ino;
}

using Table = std::unique_ptr<libmnt_table, decltype(&mnt_unref_table)>;

Table table_of(const char* process) {
  const std::string path = std::string("/proc/") + process + "/mountinfo";
  Table table(mnt_new_table_from_file(path.c_str()), mnt_unref_table);
  if (!table) throw Error("cannot read " + path);
  return table;
}

Mount mount_from(libmnt_fs* fs, bool hidden) {
  const auto text = [](const char* value) { return std::string(value != nullptr ? value : ""); };
  return {.source = text(mnt_fs_get_source(fs)),
          .target = text(mnt_fs_get_target(fs)),
          .type = text(mnt_fs_get_fstype(fs)),
          .options = text(mnt_fs_get_options(fs)),
          .hidden = hidden};
}

// As the kernel tells of it: without the links that lead there. Not what is mounted there itself, which may
// wait for its device.
Path without_links(const Path& target) {
  const Path place = (target / "").parent_path();
  std::error_code error;
  const Path parent = std::filesystem::canonical(place.parent_path(), error);
  return error ? place : parent / place.filename();
}

std::optional<Mount> mounted_in(const char* process, const Path& target, bool hidden) {
  const Table table = table_of(process);
  libmnt_fs* fs = mnt_table_find_target(table.get(), without_links(target).c_str(), MNT_ITER_BACKWARD);
  return fs != nullptr ? std::optional(mount_from(fs, hidden)) : std::nullopt;
}

std::optional<Mount> mounted_now(const Path& target) {
  const bool own = has_own_namespace();
  const auto machines = mounted_in(own ? "1" : "self", target, false);
  return machines || !own ? machines : mounted_in("self", target, true);
}

// Those of the machine, and after them the hidden ones: not what is a copy of the machine's. Of a disk that has gone by
// its name: the kernel gives that to no other one as long as it is mounted (sd_probe()).
std::vector<Mount> mounts_now(const Path& device) {
  struct stat node = {};
  const bool there = stat(device.c_str(), &node) == 0;
  if (!there && errno != ENOENT) throw errno_error("look at " + device.string());
  const auto is_of_it = [&](libmnt_fs* fs) {
    return there ? mnt_fs_get_devno(fs) == node.st_rdev : mnt_fs_streq_srcpath(fs, device.c_str()) == 1;
  };
  std::vector<Mount> found;
  const auto add = [&](const char* process, bool hidden) {
    const Table table = table_of(process);
    const std::unique_ptr<libmnt_iter, decltype(&mnt_free_iter)> all(mnt_new_iter(MNT_ITER_FORWARD),
                                                                     mnt_free_iter);
    for (libmnt_fs* fs = nullptr; mnt_table_next_fs(table.get(), all.get(), &fs) == 0;)
      if (is_of_it(fs)) found.push_back(mount_from(fs, hidden));
  };
  const bool own = has_own_namespace();
  add(own ? "1" : "self", false);
  if (found.empty() && own) add("self", true);
  return found;
}

// A context whose calls are made in the machine's namespace, or where this process is.
using Context = std::unique_ptr<libmnt_context, decltype(&mnt_free_context)>;

Context context_in(bool hidden) {
  Context context(mnt_new_context(), mnt_free_context);
  if (hidden || !has_own_namespace()) return context;
  // setns(2) to a mount namespace is for a thread that shares its working directory with no other one.
  if (unshare(CLONE_FS) != 0 || mnt_context_set_target_ns(context.get(), machines_namespace) != 0)
    throw errno_error(std::string("enter ") + machines_namespace);
  return context;
}

// The kernel's reason, in libmount's words.
std::string excuse(const Context& context, int result) {
  char text[512] = {};
  mnt_context_get_excode(context.get(), result, text, sizeof text);
  return *text != '\0' ? text : "unknown reason";
}

void mount_now(const Mount& mount) {
  const Context context = context_in(mount.hidden);
  mnt_context_set_source(context.get(), mount.source.c_str());
  mnt_context_set_target(context.get(), mount.target.c_str());
  mnt_context_set_fstype(context.get(), mount.type.c_str());
  mnt_context_set_options(context.get(), mount.options.c_str());
  mnt_context_enable_rwonly_mount(context.get(),
                                  1);  // a disk that is not writable is an error, not read-only
  const int result = mnt_context_mount(context.get());
  if (mnt_context_get_status(context.get()) != 1 || result != 0)
    throw Error("cannot mount " + mount.source + " at " + mount.target + ": " + excuse(context, result),
                "see the kernel's log: journalctl -k");
}

enum class Umount { whole, lazy };

void umount_now(const Path& target, bool hidden, Umount how = Umount::whole) {
  const Context context = context_in(hidden);
  if (how == Umount::lazy) mnt_context_enable_lazy(context.get(), 1);
  mnt_context_set_target(context.get(), target.c_str());
  const int result = mnt_context_umount(context.get());
  if (mnt_context_get_status(context.get()) != 1 || result != 0)
    throw Error("cannot unmount " + target.string() + ": " + excuse(context, result),
                "`fuser -vm " + target.string() + "` shows who uses it");
}

// I/O that a device has completed (Documentation/block/stat.rst); nothing for what is no block device.
BoundedCalls::Progress io_of(const std::string& device) {
  return [stat = "/sys/block/" + Path(device).filename().string() + "/stat"] {
    std::ostringstream text;
    text << std::ifstream(stat).rdbuf();
    return text.str();
  };
}

}  // namespace

std::optional<Mount> LinuxHost::mounted_at(const Path& target) const {
  return ask("reading mountinfo", call_limits::memory, [target] { return mounted_now(target); });
}

std::vector<Mount> LinuxHost::mounts_of(const Path& device) const {
  return ask("reading mountinfo", call_limits::memory, [device] { return mounts_now(device); });
}

void LinuxHost::mount(const Mount& mount) {
  change(
      "mount of " + mount.source, call_limits::mount_without_progress, [mount] { mount_now(mount); },
      io_of(mount.source));
}

void LinuxHost::umount(const Path& target) {
  const auto mounted = mounted_at(target);
  const bool hidden = mounted && mounted->hidden;
  change(
      "umount of " + target.string(), call_limits::mount_without_progress,
      [target, hidden] { umount_now(target, hidden); }, io_of(mounted ? mounted->source : ""));
}

// The mount is gone at once, but the call flushes the device before it comes back (xfs_shutdown_devices()).
void LinuxHost::detach(const Path& target) {
  const auto mounted = mounted_at(target);
  if (!mounted) return;
  run_in_thread([target, hidden = mounted->hidden] {
    try {
      umount_now(target, hidden, Umount::lazy);
    } catch (const Error&) {  // it is still there then
    }
  });
  const auto gone = [&] { return !mounted_at(target); };
  if (!wait_until(gone, call_limits::memory)) throw Error("cannot detach " + target.string());
}

}  // namespace pnfs_ha
