#include "server/start_seconds.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.h"
#include "base/format.h"
#include "base/number.h"

namespace pnfs_ha {
namespace {

// A key of a stranger tells no time. No clock of a server of ours is ahead by this much.
constexpr std::int64_t believable = std::int64_t{366} * 24 * 3600;

constexpr Format seconds_format{"the record of nfsd's start seconds", 1};

std::uint32_t read_second(const Host& host, const Path& file) {
  const std::string text = host.read_file(file).value_or("");
  require_known_line(text, seconds_format);
  return leading_number<std::uint32_t>(text).value_or(0);
}

}  // namespace

StartSeconds::StartSeconds(Host& host, const Reservation& reservation, const Path& lun_mount_point)
    : host_(host),
      reservation_(reservation),
      started_{mirror_file, lun_mount_point / lun_file},
      freed_{freed_mirror_file, lun_mount_point / freed_lun_file} {}

std::uint32_t StartSeconds::read(const Record& record) const {
  return std::max(read_second(host_, record.mirror), read_second(host_, record.lun));
}

void StartSeconds::raise(const Record& record, std::uint32_t second) {
  const std::string text = std::to_string(std::max(second, read(record))) + "\n";
  host_.write_file(record.mirror, text);
  try {
    host_.write_file(record.lun, text);
  } catch (const Error& error) {  // full; a start is told by the clients' keys as well
    spdlog::error("{}", error.what());
  }
}

std::uint32_t StartSeconds::last() const {
  std::uint32_t last = read(started_);
  for (const pr::Registration& r : reservation_.read().registrations) {
    const auto second = static_cast<std::uint32_t>(r.key >> 32);
    if (!is_server_key(r.key) && second < host_.wall_clock() + believable) last = std::max(last, second);
  }
  return last;
}

void StartSeconds::record(std::uint32_t second) {
  raise(started_, second);
}

bool StartSeconds::is_recorded(std::uint32_t second) const try {
  return read_second(host_, started_.mirror) >= second;
} catch (const NewerFormat&) {
  return true;
}

std::uint32_t StartSeconds::latest_to_free() const {
  return read(freed_);
}

void StartSeconds::record_freeing(std::uint32_t second) {
  if (read(freed_) < second) raise(freed_, second);
}

}  // namespace pnfs_ha
