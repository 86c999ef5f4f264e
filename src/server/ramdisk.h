// The ramdisk below the state mirror: /dev/zram0.
#pragma once

#include <cstdint>

#include "host/host.h"

namespace pnfs_ha {

class Ramdisk {
 public:
  // size in bytes; the same on all servers, or DRBD shrinks to the smallest.
  Ramdisk(Host& host, std::uint64_t size);

  void create();
  // Throws if something else uses it. A server that was never set up may not even have the module.
  void require_free() const;
  void destroy();  // only after nothing uses it

  static Path device() { return "/dev/zram0"; }
  static bool exists(const Host& host);  // with a size

 private:
  std::uint64_t current_size() const;

  Host& host_;
  std::uint64_t size_;
};

}  // namespace pnfs_ha
