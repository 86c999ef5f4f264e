#include "linux/linux_host.h"

#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <ctime>
#include <memory>
#include <sstream>
#include <thread>

#include "base/error.h"
#include "base/unique_fd.h"

namespace pnfs_ha {
namespace {

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

std::vector<InterfaceAddress> addresses_now() {
  ifaddrs* raw = nullptr;
  if (getifaddrs(&raw) != 0) throw errno_error("list the network interfaces");
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

}  // namespace

void LinuxHost::while_waiting(Waiting tell) {
  units_.while_waiting = tell;
  calls_.while_waiting = std::move(tell);
}

std::string LinuxHost::host_name() const {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  return name;
}

std::vector<InterfaceAddress> LinuxHost::addresses() const {
  return ask("listing the network interfaces", call_limits::memory, addresses_now);
}

void LinuxHost::nft(const std::string& ruleset) {
  try {
    change("changing nftables", call_limits::memory,
           [firewall = firewall_, ruleset] { firewall->apply(ruleset); });
  } catch (const Stuck&) {
    firewall_ = std::make_shared<Nftables>();  // a thread still uses the other
    throw;
  }
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
  // syslog(2) and dmesg tell two equal messages apart by their times only, which printk.time=0 leaves out.
  const UniqueFd fd(open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd) throw errno_error("read the kernel's log");
  std::string text;
  std::array<char, 8192> record{};  // PRINTK_MESSAGE_MAX is less
  for (;;) {
    const ssize_t got = read(fd.get(), record.data(), record.size());
    if (got > 0)
      text.append(record.data(), static_cast<std::size_t>(got));
    else if (got == 0 || errno == EAGAIN)
      return text;
    else if (errno != EPIPE && errno != EINTR)  // EPIPE: a record was overwritten meanwhile
      throw errno_error("read the kernel's log");
  }
}

Clock::Duration uptime_now() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return std::chrono::duration_cast<Clock::Duration>(std::chrono::seconds(now.tv_sec) +
                                                     std::chrono::nanoseconds(now.tv_nsec));
}

Host::Duration LinuxHost::uptime() const {
  return uptime_now();
}

std::int64_t LinuxHost::wall_clock() const {
  return std::time(nullptr);
}

std::string LinuxHost::random_hex(std::size_t bytes) {
  std::vector<unsigned char> random(bytes);
  if (getrandom(random.data(), bytes, 0) != static_cast<ssize_t>(bytes))
    throw errno_error("get random bytes");
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
  const UniqueFd trigger(open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC));
  if (!trigger || write(trigger.get(), "b", 1) != 1) reboot(RB_AUTOBOOT);
  throw errno_error("reboot");
}

}  // namespace pnfs_ha
