#pragma once

#include <cstddef>
#include <string>

#include "host/part.h"

namespace pnfs_ha {

class Kernel : public Part {
 public:
  // What the ring buffer still has, a record a line: "PRIORITY,SEQUENCE,TIME,FLAGS;TEXT" (Documentation/ABI/testing/dev-kmsg).
  virtual std::string kernel_log() const = 0;
  virtual std::string random_hex(std::size_t bytes) = 0;  // fit for secrets
  virtual void reboot_now() = 0;                          // at once, syncing nothing
};

}  // namespace pnfs_ha
