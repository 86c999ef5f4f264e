#include "agent/lasting.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.h"
#include "base/format.h"
#include "base/number.h"

namespace pnfs_ha {
namespace {

constexpr Format lasting_format{"what an agent remembers", 1};

}  // namespace

Lasting::Lasting(Host& host, const char* file) : host_(host), file_(file) {
  try {
    const std::string text = host_.read_file(file_).value_or("");
    require_known_line(text, lasting_format);
    const auto seen = leading_number<Host::Duration::rep>(text);
    const auto since = leading_number<Host::Duration::rep>(text.substr(text.find(' ') + 1));
    const bool known = seen && since && *since > 0;
    if (known && host_.uptime() - Host::Duration(*seen) <= fresh) since_ = Host::Duration(*since);
  } catch (const std::exception& error) {
    spdlog::error("{}", error.what());
  }
}

Host::Duration Lasting::look(bool so) {
  const bool was_so = since_.has_value();
  if (!so)
    since_.reset();
  else if (!since_)
    since_ = host_.uptime();
  if (so || was_so) keep(since_.value_or(Host::Duration(0)));
  return so ? std::max(host_.uptime() - *since_, Host::Duration(1)) : Host::Duration(0);
}

void Lasting::has_lasted(Host::Duration time) {
  if (since_) since_ = std::min(*since_, host_.uptime() - time);
}

// Who dies and could not write it down waits once more, nothing else.
void Lasting::keep(Host::Duration since) const {
  try {
    host_.overwrite(file_, fmt::format("{:016} {:016}\n", host_.uptime().count(), since.count()));
  } catch (const std::exception& error) {
    spdlog::debug("{}", error.what());
  }
}

}  // namespace pnfs_ha
