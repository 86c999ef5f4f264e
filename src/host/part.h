#pragma once

namespace pnfs_ha {

// Of the machine, see host.h.
class Part {
 public:
  Part() = default;
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;
  virtual ~Part() = default;
};

}  // namespace pnfs_ha
