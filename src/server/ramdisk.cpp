#include "server/ramdisk.h"

#include <string>

#include "base/error.h"
#include "base/number.h"

namespace pnfs_ha {
namespace {
const Path sysfs = "/sys/block/zram0";
// A read of it makes one more, with the lowest number that is free (Documentation/admin-guide/blockdev/zram.rst): after
// zram.num_devices=0, or if somebody removed it.
const Path one_more = "/sys/class/zram-control/hot_add";
}  // namespace

Ramdisk::Ramdisk(Host& host, std::uint64_t size) : host_(host), size_(size) {}

std::uint64_t Ramdisk::current_size() const {
  const auto text = host_.read_file(sysfs / "disksize");
  if (!text)
    throw Error("there is no /dev/zram0", host_.resolve(one_more.parent_path())
                                              ? "make it: cat " + one_more.string()
                                              : "load the kernel module: modprobe zram");
  const auto size = leading_number<std::uint64_t>(*text);
  if (!size) throw Error((sysfs / "disksize").string() + " is no number: " + *text);
  return *size;
}

bool Ramdisk::exists(const Host& host) {
  return leading_number<std::uint64_t>(host.read_file(sysfs / "disksize").value_or("")).value_or(0) > 0;
}

void Ramdisk::require_free() const {
  if (exists(host_))
    throw Error(
        "/dev/zram0 already has " + std::to_string(current_size()) + " bytes",
        "something else uses it: disable zram swap (systemd-zram-generator, zramswap) on this server");
}

void Ramdisk::create() {
  if (current_size() == size_) return;
  require_free();
  host_.write_attribute(sysfs / "disksize", std::to_string(size_));
}

void Ramdisk::destroy() {
  if (!host_.resolve(sysfs / "disksize")) return;  // the module was never loaded
  // udev looks at a disk that DRBD has just let go of.
  std::string why;
  const auto gone = [&] {
    if (current_size() == 0) return true;
    try {
      host_.write_attribute(sysfs / "reset", "1");
    } catch (const Error& error) {
      why = error.what();
    }
    return current_size() == 0;
  };
  if (!host_.wait_until(gone, std::chrono::seconds(5))) throw Error(why);
}

}  // namespace pnfs_ha
