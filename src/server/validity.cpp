#include "server/validity.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/format.h"
#include "base/number.h"

namespace pnfs_ha {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// An active looks four times a second: it has an answer that is less than a second old at each.
constexpr milliseconds fast(700);

constexpr Format validity_format{"the declared validity of a proof", 1};

// Few, so that it is seldom declared anew.
constexpr std::array<seconds, 6> steps = {Validity::shortest, seconds(2), seconds(3),
                                          seconds(5),         seconds(8), Validity::longest};

}  // namespace

Host::Duration Validity::of_latency(Host::Duration latency) {
  if (latency <= fast) return shortest;
  // Three questions are on their way at a time, so that an answer comes every third of the latency, up to one look later
  // because it was asked for in one, and another half because it is looked for in one.
  const milliseconds needed = latency + latency / 3 + milliseconds(750);
  const auto step = std::ranges::find_if(steps, [&](seconds time) { return time >= needed; });
  return step == steps.end() ? longest : *step;
}

Validity::Validity(Host& host) : host_(host) {}

Host::Duration Validity::declared() const try {
  const auto text = host_.read_file(file);
  if (!text) return shortest;
  require_known_line(*text, validity_format);
  const auto time = leading_number<Host::Duration::rep>(*text);
  return time ? std::clamp<Host::Duration>(Host::Duration(*time), shortest, longest) : longest;
} catch (const Error& error) {
  spdlog::warn("{}", error.what());
  return longest;
}

Host::Duration Validity::agree(Host::Duration wanted, bool heard) {
  const Host::Duration now = host_.uptime();
  if (!declared_) {
    declared_ = heard_ = declared();
    longer_until_ = now + *declared_;
  }
  if (heard) heard_ = *declared_;
  if (!heard) wanted = std::min(wanted, heard_);
  if (wanted < used_) longer_until_ = std::max(longer_until_, now + used_);
  used_ = wanted;
  if (wanted > *declared_ || (wanted < *declared_ && now >= longer_until_)) try {
      declare(wanted);
    } catch (const Error& error) {
      spdlog::error("{}", error.what());
    }
  return std::min({wanted, heard_, *declared_});
}

void Validity::withdraw() {
  heard_ = declared();
  declared_ = shortest;
  used_ = Host::Duration(0);
  try {
    if (host_.resolve(file)) host_.remove_file(file);
  } catch (const Error& error) {  // the next active waits for nothing then, and serves
    spdlog::error("{}", error.what());
  }
}

void Validity::declare(Host::Duration time) {
  host_.write_file(file, std::to_string(time.count()) + "\n");
  spdlog::info("the LUN is {}: a proof is valid for {} s", time > shortest ? "slow" : "fast again",
               std::chrono::duration_cast<seconds>(time).count());
  declared_ = time;
}

}  // namespace pnfs_ha
