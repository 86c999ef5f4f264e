#include "server/terms.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.h"
#include "base/format.h"
#include "base/number.h"

namespace pnfs_ha {
namespace {

constexpr Format terms_format{"the count of servers that died young", 1};

int count_in(const Host& host, const Path& file) try {
  const std::string text = host.read_file(file).value_or("");
  require_known_line(text, terms_format);
  return std::clamp(leading_number<int>(text).value_or(0), 0, Terms::most);
} catch (const Error& error) {
  spdlog::error("{}", error.what());
  return 0;
}

}  // namespace

Terms::Terms(Host& host, const Path& lun_mount_point) : host_(host), lun_(lun_mount_point / lun_file) {}

int Terms::died_young() const {
  return std::max(count_in(host_, mirror_file), count_in(host_, lun_));
}

void Terms::begin() {
  const int young = allowed_ ? 0 : died_young();
  refused_ = young >= most;
  if (refused_)
    throw Error(fmt::format("the last {} servers that began to serve died within a minute", young),
                "find out of what (`journalctl -b -1`, `xfs_repair -n`), then `pnfs-ha recover`");
  note(young + 1);
  allowed_ = false;
}

void Terms::take_back() {
  if (const int young = died_young(); young > 0) note(young - 1);
}

void Terms::outlast() {
  if (died_young() > 0) note(0);
}

void Terms::allow() {
  allowed_ = true;
  refused_ = false;
}

// None is no file: also a full file system can lose one. Of the two the higher counts.
void Terms::note(int count) {
  std::string trouble;
  for (const Path& file : {Path(mirror_file), lun_}) try {
      if (count > 0)
        host_.write_file(file, std::to_string(count) + "\n");
      else if (host_.resolve(file))
        host_.remove_file(file);
    } catch (const Error& error) {
      trouble = error.what();
    }
  if (!trouble.empty()) spdlog::error("cannot note that a server began or ended to serve: {}", trouble);
}

}  // namespace pnfs_ha
