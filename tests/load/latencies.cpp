#include "latencies.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace pnfs_load {
namespace {

// Below 32 µs a bucket is one microsecond; above, sixteen buckets share each power of two.
std::size_t bucket_of(std::uint64_t microseconds) {
  if (microseconds < 32) return static_cast<std::size_t>(microseconds);
  const auto shift = static_cast<std::size_t>(std::bit_width(microseconds)) - 5;
  return shift * 16 + static_cast<std::size_t>(microseconds >> shift);
}

// The bucket's last microsecond and what is left of it below the next.
std::uint64_t upper_bound(std::size_t bucket) {
  if (bucket < 32) return bucket + 1;
  const std::size_t shift = bucket / 16 - 1;
  return (static_cast<std::uint64_t>(bucket - shift * 16) + 1) << shift;
}

}  // namespace

void Latencies::add(Clock::duration duration) {
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  ++buckets_[bucket_of(static_cast<std::uint64_t>(std::max<decltype(microseconds)>(microseconds, 0)))];
  ++count_;
  longest_ = std::max(longest_, duration);
}

std::optional<Clock::duration> Latencies::quantile(double q) const {
  if (count_ == 0) return std::nullopt;
  const auto rank =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count_))));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen >= rank) {
      return std::min<Clock::duration>(std::chrono::microseconds(upper_bound(bucket)), longest_);
    }
  }
  return longest_;
}

}  // namespace pnfs_load
