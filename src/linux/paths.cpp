// LinuxHost's files, by their paths.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/error.h"
#include "base/unique_fd.h"
#include "linux/linux_host.h"

namespace pnfs_ha {

std::chrono::seconds call_limits::of_file(const Path& path) {
  // The last one: a look asks for a name there, which the kernel has in its cache.
  constexpr std::array in_memory = {"/proc/", "/sys/", "/run/", "/dev/", "/var/lib/pnfs-ha/"};
  const std::string name = path;
  return std::ranges::any_of(in_memory, [&](const char* root) { return name.starts_with(root); }) ? memory
                                                                                                  : storage;
}

namespace {

using call_limits::of_file;

// Nothing if what the file tells of has gone since it was opened: nfsd answers ENXIO for a client
// (client_info_show()), sysfs ENODEV for a device.
std::optional<std::string> read_all(int fd, const Path& path) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got == 0) return text;
    if (got > 0) {
      text.append(buffer, static_cast<std::size_t>(got));
    } else if (errno == ENXIO || errno == ENODEV) {
      return std::nullopt;
    } else if (errno != EINTR) {
      throw errno_error("read " + path.string());
    }
  }
}

void write_all(const UniqueFd& fd, const std::string& text, const Path& path) {
  if (write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    throw errno_error("write " + path.string());
}

std::optional<std::string> read_now(const Path& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw errno_error("read " + path.string());
  }
  return read_all(fd.get(), path);
}

std::optional<Path> resolve_now(const Path& path) {
  std::error_code error;
  Path found = std::filesystem::canonical(path, error);
  if (error) return std::nullopt;
  return found;
}

std::vector<std::string> list_now(const Path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    names.push_back(entry->path().filename());
  const bool absent = error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
  if (error && !absent) throw Error("cannot list " + directory.string() + ": " + error.message());
  std::ranges::sort(names);
  return names;
}

void write_attribute_now(const Path& path, const std::string& text) {
  const UniqueFd fd(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd) throw errno_error("open " + path.string());
  write_all(fd, text, path);
}

void remove_now(const Path& path) {
  std::error_code error;
  std::filesystem::remove(path, error);
  if (error) throw Error("cannot remove " + path.string() + ": " + error.message());
}

void create_directory_now(const Path& path, int mode) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  if (error) throw Error("cannot create " + path.parent_path().string() + ": " + error.message());
  if (mkdir(path.c_str(), static_cast<mode_t>(mode)) == 0) return;
  const int why = errno;
  if (!std::filesystem::is_directory(path))
    throw Error("cannot create " + path.string() + ": " + std::strerror(why));
}

void rename_now(const Path& from, const Path& to) {
  if (rename(from.c_str(), to.c_str()) != 0) throw errno_error("replace " + to.string());
  const UniqueFd directory(open(to.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fsync(directory.get()) != 0) throw errno_error("write " + to.parent_path().string());
}

void write_now(const Path& path, const std::string& text, int mode) {
  create_directory_now(path.parent_path(), 0755);
  const Path draft = path.string() + ".new";
  remove_now(draft);  // what a killed writer left, or a link that somebody put there
  {
    const UniqueFd fd(
        open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, static_cast<mode_t>(mode)));
    if (!fd) throw errno_error("create " + draft.string());
    write_all(fd, text, draft);
    if (fsync(fd.get()) != 0) throw errno_error("write " + draft.string());
  }
  rename_now(draft, path);
}

}  // namespace

std::optional<std::string> LinuxHost::read_file(const Path& path) const {
  return ask("reading " + path.string(), of_file(path), [path] { return read_now(path); });
}
std::optional<Path> LinuxHost::resolve(const Path& path) const {
  return ask("looking for " + path.string(), of_file(path), [path] { return resolve_now(path); });
}
std::vector<std::string> LinuxHost::list(const Path& directory) const {
  return ask("listing " + directory.string(), of_file(directory),
             [directory] { return list_now(directory); });
}
void LinuxHost::write_file(const Path& path, const std::string& text, int mode) {
  change("writing " + path.string(), of_file(path), [=] { write_now(path, text, mode); });
}
void LinuxHost::write_attribute(const Path& path, const std::string& text) {
  change("writing " + path.string(), call_limits::attribute, [=] { write_attribute_now(path, text); });
}
void LinuxHost::create_directory(const Path& path, int mode) {
  change("creating " + path.string(), of_file(path), [=] { create_directory_now(path, mode); });
}
void LinuxHost::remove_file(const Path& path) {
  change("removing " + path.string(), of_file(path), [path] { remove_now(path); });
}
void LinuxHost::rename_file(const Path& from, const Path& to) {
  change("replacing " + to.string(), of_file(to), [=] { rename_now(from, to); });
}

}  // namespace pnfs_ha
