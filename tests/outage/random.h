// One source of chance for a whole history: the seed tells it.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <random>

namespace pnfs_ha::outage {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  // 0 … count - 1
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }
  bool one_in(std::size_t count) { return below(count) == 0; }
  std::chrono::milliseconds between(std::chrono::milliseconds least, std::chrono::milliseconds most) {
    return least + std::chrono::milliseconds(below(static_cast<std::size_t>((most - least).count()) + 1));
  }
  // As often from 1 s to 2 s as from 1 min to 2 min.
  std::chrono::milliseconds any_scale(std::chrono::milliseconds least, std::chrono::milliseconds most) {
    const double exponent = static_cast<double>(below(10'001)) / 10'000;
    const double ratio = static_cast<double>(most.count()) / static_cast<double>(least.count());
    return std::chrono::milliseconds(
        std::llround(static_cast<double>(least.count()) * std::pow(ratio, exponent)));
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace pnfs_ha::outage
