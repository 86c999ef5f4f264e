#include "host/files.h"

#include "base/error.h"

namespace pnfs_ha {

// Without a look whether it is there: what cannot be read can be written.
void Files::overwrite(const Path& path, const std::string& text) {
  try {
    write_attribute(path, text);
  } catch (const Error&) {
    write_file(path, text);
  }
}

}  // namespace pnfs_ha
