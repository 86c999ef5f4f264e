// LinuxHost's block devices and mounts: libblkid, libmount.
#include <blkid/blkid.h>
#include <fcntl.h>
#include <libmount/libmount.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "base/error.h"
#include "base/unique_fd.h"
#include "linux/linux_host.h"

namespace pnfs_ha {
namespace {

std::string looked_up(blkid_probe probe, const char* name) {
  const char* value = nullptr;
  return blkid_probe_lookup_value(probe, name, &value, nullptr) == 0 ? value : "";
}

using Table = std::unique_ptr<libmnt_table, decltype(&mnt_unref_table)>;

Table mount_table() {
  Table table(mnt_new_table_from_file("/proc/self/mountinfo"), mnt_unref_table);
  if (!table) throw Error("cannot read /proc/self/mountinfo");
  return table;
}

using Context = std::unique_ptr<libmnt_context, decltype(&mnt_free_context)>;

// The kernel's reason, in libmount's words.
std::string excuse(const Context& context, int result) {
  char text[512] = {};
  mnt_context_get_excode(context.get(), result, text, sizeof text);
  return *text != '\0' ? text : "unknown reason";
}

Content probe_now(const Path& device) {
  const std::unique_ptr<blkid_struct_probe, decltype(&blkid_free_probe)> probe(
      blkid_new_probe_from_filename(device.c_str()), blkid_free_probe);
  if (!probe) throw errno_error("read " + device.string());
  blkid_probe_enable_partitions(probe.get(), 1);
  blkid_probe_enable_superblocks(probe.get(), 1);
  blkid_probe_set_superblocks_flags(probe.get(), BLKID_SUBLKS_TYPE | BLKID_SUBLKS_LABEL);
  const int result = blkid_do_safeprobe(probe.get());
  if (result == -2)
    return {.type = "several signatures that contradict each other", .label = {}, .partition_table = {}};
  if (result < 0)
    throw errno_error("read " + device.string(),
                      "is it reserved by a cluster that this server does not belong to?");
  return {.type = looked_up(probe.get(), "TYPE"),
          .label = looked_up(probe.get(), "LABEL"),
          .partition_table = looked_up(probe.get(), "PTTYPE")};
}

void set_writable_now(const Path& device, Writable writable) {
  const UniqueFd fd = open_device(device);
  const int read_only = writable == Writable::no ? 1 : 0;
  if (ioctl(fd.get(), BLKROSET, &read_only) != 0)
    throw errno_error("change whether " + device.string() + " is writable");
}

// As the kernel tells of it: without the links that lead there. Not what is mounted there itself, which may
// wait for its device.
Path without_links(const Path& target) {
  const Path place = (target / "").parent_path();
  std::error_code error;
  const Path parent = std::filesystem::canonical(place.parent_path(), error);
  return error ? place : parent / place.filename();
}

std::optional<Mount> mounted_now(const Path& target) {
  const Table table = mount_table();
  libmnt_fs* fs = mnt_table_find_target(table.get(), without_links(target).c_str(), MNT_ITER_BACKWARD);
  if (fs == nullptr) return std::nullopt;
  const auto text = [](const char* value) { return std::string(value != nullptr ? value : ""); };
  return Mount{.source = text(mnt_fs_get_source(fs)),
               .target = text(mnt_fs_get_target(fs)),
               .type = text(mnt_fs_get_fstype(fs)),
               .options = text(mnt_fs_get_options(fs))};
}

void mount_now(const Mount& mount) {
  const Context context(mnt_new_context(), mnt_free_context);
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

void umount_now(const Path& target) {
  const Context context(mnt_new_context(), mnt_free_context);
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

UniqueFd open_device(const Path& device) {
  UniqueFd fd(open(device.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd) throw errno_error("open " + device.string());
  return fd;
}

Content LinuxHost::probe(const Path& device) const {
  return ask("probing " + device.string(), call_limits::storage, [device] { return probe_now(device); });
}

void LinuxHost::set_writable(const Path& device, Writable writable) {
  change("opening " + device.string(), call_limits::storage, [=] { set_writable_now(device, writable); });
}

std::optional<Mount> LinuxHost::mounted_at(const Path& target) const {
  return ask("reading /proc/self/mountinfo", call_limits::memory, [target] { return mounted_now(target); });
}

void LinuxHost::mount(const Mount& mount) {
  change(
      "mount of " + mount.source, call_limits::mount_without_progress, [mount] { mount_now(mount); },
      io_of(mount.source));
}

void LinuxHost::umount(const Path& target) {
  const auto mounted = mounted_at(target);
  change(
      "umount of " + target.string(), call_limits::mount_without_progress, [target] { umount_now(target); },
      io_of(mounted ? mounted->source : ""));
}

}  // namespace pnfs_ha
