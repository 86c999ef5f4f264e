#include "host/files.h"

namespace pnfs_ha {

void Files::overwrite(const Path& path, const std::string& text) {
  const auto there = read_file(path);
  if (there && there->size() == text.size())
    write_attribute(path, text);
  else
    write_file(path, text);
}

}  // namespace pnfs_ha
