#pragma once

#include <cstddef>
#include <string>

#include "host/part.h"

namespace pnfs_ha {

class Kernel : public Part {
 public:
  virtual std::string kernel_log() const = 0;             // what the ring buffer still has
  virtual std::string random_hex(std::size_t bytes) = 0;  // fit for secrets
  virtual void reboot_now() = 0;                          // at once, syncing nothing
};

}  // namespace pnfs_ha
