#include "server/election.h"

#include <algorithm>
#include <sstream>

#include "base/address.h"
#include "base/error.h"
#include "config/units.h"

namespace pnfs_ha {
namespace {

constexpr std::size_t longest_line = 4096;

// keepalived adds 253 times the negative of what the file says to the priority, and 1 is FAULT. All of one length:
// they are written over each other.
constexpr const char *serves = "-1\n", *stands = " 0\n", *is_out = " 1\n";

// keepalived reads the file whenever it is written. Whoever cannot read what it says can still leave.
void track(Host& host, const std::string& value) {
  std::optional<std::string> now;
  try {
    now = host.read_file(Election::track_file);
  } catch (const std::exception&) {
  }
  if (now != value) host.overwrite(Election::track_file, value);
}

}  // namespace

std::optional<Vrrp> parse_notification(const std::string& line) {
  std::istringstream words(line);
  std::string type, name, state;
  words >> type >> name >> state;
  if (type != "INSTANCE" || name != std::string("\"") + Election::instance + "\"") return std::nullopt;
  if (state == "MASTER") return Vrrp::master;
  if (state == "BACKUP") return Vrrp::backup;
  if (state == "FAULT" || state == "STOP" || state == "DELETED") return Vrrp::fault;
  return std::nullopt;  // MASTER_RX_LOWER_PRI and the like
}

std::optional<Vrrp> take_notifications(std::string& text) {
  std::optional<Vrrp> last;
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
    if (const auto state = parse_notification(text.substr(begin, end - begin))) last = state;
  text.erase(0, begin);
  if (text.size() > longest_line) text.clear();
  return last;
}

Election::Election(Host& host, std::string vip, std::string interface)
    : host_(host), vip_(std::move(vip)), interface_(std::move(interface)) {}

void Election::join() {
  if (runs()) return;
  stand_down();
  host_.start_unit(units::keepalived);
}

void Election::leave() {
  host_.stop_unit(units::keepalived);
}

void Election::stand() {
  track(host_, stands);
}
void Election::serve() {
  track(host_, serves);
}
void Election::stand_down(Host& host) {
  track(host, is_out);
}

bool Election::runs() const {
  return host_.unit_is_active(units::keepalived);
}

void Election::reload() const {
  if (runs()) host_.reload_unit(units::keepalived);
}

bool Election::link_up() const {
  try {
    return host_.read_file(Path("/sys/class/net") / interface_ / "carrier").value_or("1\n") == "1\n";
  } catch (const Error&) {
    return false;  // the kernel does not tell of an interface that is down: EINVAL (carrier_show())
  }
}

bool Election::vip_present() const {
  const auto addresses = host_.addresses();
  return std::ranges::any_of(addresses, [&](const InterfaceAddress& a) {
    return a.interface == interface_ && same_address(a.address, vip_);
  });
}

}  // namespace pnfs_ha
