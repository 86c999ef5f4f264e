#include "start_seconds.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>

#include "error.h"

namespace pnfs_ha {
namespace {

// A key of a stranger tells no time. No clock of a server of ours is ahead by this much.
constexpr std::int64_t believable = std::int64_t{366} * 24 * 3600;

std::uint32_t read_second(const Host& host, const Path& file) {
  const std::string text = host.read_file(file).value_or("");
  std::uint32_t second = 0;
  std::from_chars(text.data(), text.data() + text.size(), second);
  return second;
}

}  // namespace

StartSeconds::StartSeconds(Host& host, const Reservation& reservation, const Path& lun_mount_point)
    : host_(host), reservation_(reservation), lun_file_(lun_mount_point / lun_file) {}

std::uint32_t StartSeconds::recorded() const {
  return std::max(read_second(host_, mirror_file), read_second(host_, lun_file_));
}

std::uint32_t StartSeconds::last() const {
  std::uint32_t last = recorded();
  for (const pr::Registration& r : reservation_.read().registrations) {
    const auto second = static_cast<std::uint32_t>(r.key >> 32);
    if (!is_server_key(r.key) && second < host_.wall_clock() + believable) last = std::max(last, second);
  }
  return last;
}

void StartSeconds::record(std::uint32_t second) {
  const std::string text = std::to_string(std::max(second, recorded())) + "\n";
  host_.write_file(mirror_file, text);
  try {
    host_.write_file(lun_file_, text);
  } catch (const Error& error) {  // full: the clients' keys tell it as well
    spdlog::error("{}", error.what());
  }
}

}  // namespace pnfs_ha
