#pragma once

#include "host/files.h"
#include "host/part.h"

namespace pnfs_ha {

// SQLite's. A copy is of one moment, whoever writes meanwhile, and atomic and durable.
class Databases : public Part {
 public:
  virtual void check_database(const Path& path) const = 0;  // throws if it is damaged
  virtual void copy_database(const Path& from, const Path& to) = 0;
};

}  // namespace pnfs_ha
