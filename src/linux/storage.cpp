// LinuxHost's block devices: libblkid.
#include <blkid/blkid.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include <memory>

#include "base/error.h"
#include "base/unique_fd.h"
#include "linux/linux_host.h"

namespace pnfs_ha {
namespace {

std::string looked_up(blkid_probe probe, const char* name) {
  const char* value = nullptr;
  return blkid_probe_lookup_value(probe, name, &value, nullptr) == 0 ? value : "";
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

}  // namespace pnfs_ha
