#include "text_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string_view>

#include "error.h"

namespace pnfs_load {
namespace {

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::string read_text(const Path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) throw Error::system("cannot read " + path.string(), errno);
  return text.str();
}

void write_text(const Path& path, const std::string& text) {
  const Path temporary = path.string() + ".tmp";
  const int descriptor = ::open(temporary.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
  if (descriptor < 0) throw Error::system("cannot create " + temporary.string(), errno);
  const bool written = write_all(descriptor, text) && ::fsync(descriptor) == 0;
  const int reason = errno;
  ::close(descriptor);
  if (!written) throw Error::system("cannot write " + temporary.string(), reason);
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    throw Error::system("cannot rename " + temporary.string() + " to " + path.string(), errno);
  }
}

}  // namespace pnfs_load
