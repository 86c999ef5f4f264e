#include "progress.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace pnfs_load {
namespace {

std::string tenths(double seconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1fs", seconds);
  return text.data();
}

}  // namespace

std::string Progress::line(Clock::duration since_begin, const Summary& reads, const Summary& writes,
                           const Summary& metadata) {
  const std::array<const char*, 3> names{"read", "write", "metadata"};
  const std::array<const Summary*, 3> summaries{&reads, &writes, &metadata};
  const double passed = in_seconds(since_begin - last_);
  std::string text = tenths(in_seconds(since_begin));
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto more = static_cast<double>(summaries[i]->operations - counted_[i]);
    counted_[i] = summaries[i]->operations;
    text += std::string(" ") + names[i] + " " + std::to_string(std::lround(passed > 0 ? more / passed : 0)) +
            "/s";
    const auto& running = summaries[i]->running;
    if (running && running->lasted > stall_limit) {
      text += std::string(" (") + running->name + " for " + tenths(in_seconds(running->lasted)) + ")";
    }
  }
  last_ = since_begin;
  return text;
}

}  // namespace pnfs_load
