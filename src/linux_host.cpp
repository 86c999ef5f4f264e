#include "linux_host.h"

#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <spawn.h>
#include <sys/klog.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <memory>
#include <sstream>
#include <thread>

#include "error.h"
#include "unique_fd.h"

namespace pnfs_ha {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw Error("cannot " + what + ": " + std::strerror(errno));
}

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
      fail("read " + path.string());
    }
  }
}

void write_all(const UniqueFd& fd, const std::string& text, const Path& path) {
  if (write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    fail("write " + path.string());
}

// An unlinked file for a command's output: no pipe that has to be emptied while the command runs.
UniqueFd scratch_file() {
  UniqueFd fd(open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!fd) fail("create a temporary file");
  return fd;
}

std::string rewind_and_read(const UniqueFd& fd) {
  lseek(fd.get(), 0, SEEK_SET);
  return read_all(fd.get(), "a command's output").value_or("");
}

int prefix_length(const sockaddr* mask) {
  if (mask == nullptr) return 0;
  const bool v6 = mask->sa_family == AF_INET6;
  const auto* bytes =
      v6 ? reinterpret_cast<const sockaddr_in6*>(mask)->sin6_addr.s6_addr
         : reinterpret_cast<const unsigned char*>(&reinterpret_cast<const sockaddr_in*>(mask)->sin_addr);
  int bits = 0;
  for (int i = 0; i < (v6 ? 16 : 4); ++i) bits += std::popcount(bytes[i]);
  return bits;
}

}  // namespace

CommandResult LinuxHost::run(const Command& command) {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const UniqueFd out = scratch_file(), err = scratch_file();
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out.get(), 1);
  posix_spawn_file_actions_adddup2(&files, err.get(), 2);
  // The event loop blocks SIGTERM; children must not inherit that.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, argv[0], &files, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) return {.exit_code = 127, .output = {}, .message = std::strerror(error)};
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  return {.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          .output = rewind_and_read(out),
          .message = rewind_and_read(err)};
}

std::string LinuxHost::host_name() const {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  return name;
}

std::vector<InterfaceAddress> LinuxHost::addresses() const {
  ifaddrs* raw = nullptr;
  if (getifaddrs(&raw) != 0) fail("list the network interfaces");
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> list(raw, freeifaddrs);
  std::vector<InterfaceAddress> found;
  for (const ifaddrs* i = raw; i != nullptr; i = i->ifa_next) {
    if (i->ifa_addr == nullptr) continue;
    const bool v6 = i->ifa_addr->sa_family == AF_INET6;
    if (!v6 && i->ifa_addr->sa_family != AF_INET) continue;
    char text[NI_MAXHOST] = {};
    getnameinfo(i->ifa_addr, v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in), text, sizeof text, nullptr, 0,
                NI_NUMERICHOST);
    std::string address = text;
    found.push_back({i->ifa_name, address.substr(0, address.find('%')), prefix_length(i->ifa_netmask)});
  }
  return found;
}

std::optional<std::string> LinuxHost::read_file(const Path& path) const {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    fail("read " + path.string());
  }
  return read_all(fd.get(), path);
}

std::optional<Path> LinuxHost::resolve(const Path& path) const {
  std::error_code error;
  Path found = std::filesystem::canonical(path, error);
  if (error) return std::nullopt;
  return found;
}

std::vector<std::string> LinuxHost::list(const Path& directory) const {
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

void LinuxHost::write_file(const Path& path, const std::string& text, int mode) {
  create_directory(path.parent_path());
  const Path draft = path.string() + ".new";
  {
    const UniqueFd fd(
        open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, static_cast<mode_t>(mode)));
    if (!fd) fail("create " + draft.string());
    write_all(fd, text, draft);
    if (fsync(fd.get()) != 0) fail("write " + draft.string());
  }
  rename_file(draft, path);
}

void LinuxHost::write_attribute(const Path& path, const std::string& text) {
  const UniqueFd fd(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd) fail("open " + path.string());
  write_all(fd, text, path);
}

void LinuxHost::create_directory(const Path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) throw Error("cannot create " + path.string() + ": " + error.message());
}

void LinuxHost::remove_file(const Path& path) {
  std::error_code error;
  std::filesystem::remove(path, error);
  if (error) throw Error("cannot remove " + path.string() + ": " + error.message());
}

void LinuxHost::rename_file(const Path& from, const Path& to) {
  if (rename(from.c_str(), to.c_str()) != 0) fail("replace " + to.string());
  const UniqueFd directory(open(to.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fsync(directory.get()) != 0) fail("write " + to.parent_path().string());
}

void LinuxHost::nft(const std::string& ruleset) {
  firewall_.apply(ruleset);
}

void LinuxHost::reload_unit(const std::string& unit) {
  units_.change(unit, SystemdUnits::Change::reload);
}
bool LinuxHost::unit_is_active(const std::string& unit) const {
  return units_.is_active(unit);
}
void LinuxHost::start_unit(const std::string& unit) {
  units_.change(unit, SystemdUnits::Change::start);
}
void LinuxHost::stop_unit(const std::string& unit) {
  units_.change(unit, SystemdUnits::Change::stop);
}

std::string LinuxHost::kernel_log() const {
  constexpr int read_all_messages = 3, size_of_buffer = 10;  // syslog(2)
  std::string text(static_cast<std::size_t>(std::max(klogctl(size_of_buffer, nullptr, 0), 0)), '\0');
  const int got = klogctl(read_all_messages, text.data(), static_cast<int>(text.size()));
  if (got < 0) fail("read the kernel's log");
  text.resize(static_cast<std::size_t>(got));
  return text;
}

Host::Duration LinuxHost::uptime() const {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return std::chrono::duration_cast<Duration>(std::chrono::seconds(now.tv_sec) +
                                              std::chrono::nanoseconds(now.tv_nsec));
}

std::int64_t LinuxHost::wall_clock() const {
  return std::time(nullptr);
}

std::string LinuxHost::random_hex(std::size_t bytes) {
  std::vector<unsigned char> random(bytes);
  if (getrandom(random.data(), bytes, 0) != static_cast<ssize_t>(bytes)) fail("get random bytes");
  std::ostringstream text;
  text << std::hex;
  for (unsigned char byte : random) text << (byte >> 4) << (byte & 15);
  return text.str();
}

void LinuxHost::sleep(Duration time) {
  std::this_thread::sleep_for(time);
}

void LinuxHost::reboot_now() {
  // Not reboot(2): it first shuts every device down, and a disk whose SAN is gone keeps it waiting for its
  // cache flush (sd_shutdown()), 50 s on an iSCSI LUN.
  try {
    write_attribute("/proc/sysrq-trigger", "b");
  } catch (const Error&) {
    reboot(RB_AUTOBOOT);
  }
  fail("reboot");
}

}  // namespace pnfs_ha
