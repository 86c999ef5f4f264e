#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/part.h"

namespace pnfs_ha {

using Path = std::filesystem::path;

// Absent is nullopt, also what goes while it is read; what cannot be read is an error, never empty.
class Files : public Part {
 public:
  virtual std::optional<std::string> read_file(const Path& path) const = 0;
  virtual std::optional<Path> resolve(const Path& path) const = 0;         // follows every symbolic link
  virtual std::vector<std::string> list(const Path& directory) const = 0;  // names, sorted; empty if absent
  virtual void write_file(const Path& path, const std::string& text, int mode = 0644) = 0;  // atomic, durable
  virtual void write_attribute(const Path& path,
                               const std::string& text) = 0;             // one write(2) over what is there
  virtual void create_directory(const Path& path, int mode = 0755) = 0;  // and those above it
  virtual void remove_file(const Path& path) = 0;
  virtual void rename_file(const Path& from, const Path& to) = 0;  // durable

  // A text of a fixed length: written over the one that is there, so that its file system may be full.
  void overwrite(const Path& path, const std::string& text);
};

}  // namespace pnfs_ha
