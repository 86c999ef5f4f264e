// The line a run prints every second for whoever watches.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "experience.h"

namespace pnfs_load {

class Progress {
 public:
  // "12.0s read 49/s write 48/s metadata 0/s (unlink for 3.2s)": rates since the last line, and operations
  // that stall
  std::string line(Clock::duration since_begin, const Summary& reads, const Summary& writes,
                   const Summary& metadata);

 private:
  Clock::duration last_{};
  std::array<std::uint64_t, 3> counted_{};
};

}  // namespace pnfs_load
