// What one class of operations went through: how many, how long, which failed, which stalled. One thread
// tells its operations; another may ask at any time, also while an operation hangs.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "clock.h"
#include "latencies.h"

namespace pnfs_load {

// From here on an operation counts as a stall.
inline constexpr Clock::duration stall_limit = std::chrono::milliseconds(500);

// How many errors, stalls and violations a report lists: the first errors and violations, the longest stalls.
// All are counted.
inline constexpr std::size_t list_limit = 200;

struct Operation {
  const char* name;  // a literal: "read"
  Instant start;
  Clock::duration lasted;
  bool finished;
};

struct Failure {
  const char* operation;
  Instant start;
  int error_number;    // 0: the call did not fail, but did less than asked
  std::string detail;  // "data-0-… block 7"
};

struct Summary {
  std::uint64_t operations = 0;  // ended, well or not
  std::uint64_t failures = 0;
  std::vector<Failure> failure_list;
  std::uint64_t repeats = 0;  // see end_repeated()
  std::uint64_t stalls = 0;
  std::vector<Operation> stall_list;  // by start; with the running operation, if that stalls
  std::optional<Operation> longest;   // may be the running operation
  std::optional<Operation> running;
  std::optional<Clock::duration> p50;  // of the ended ones
  std::optional<Clock::duration> p99;
};

class Experience {
 public:
  void begin(const char* operation, Instant now);
  void end(Instant now);
  void end_failed(int error_number, const std::string& detail, Instant now);

  // Done by a server whose reply its crash lost, and repeated by the client at the next one, which answered
  // with an error: NFSv4.1 remembers replies only as long as the session (RFC 8881 2.10.6.5). No failover can
  // prevent it.
  void end_repeated(Instant now);

  Summary summary(Instant now) const;

 private:
  void finish(Instant now);
  void remember_stall(const Operation& stall);

  mutable std::mutex mutex_;
  std::uint64_t operations_ = 0;
  std::uint64_t failures_ = 0;
  std::vector<Failure> failure_list_;
  std::uint64_t repeats_ = 0;
  std::uint64_t stalls_ = 0;
  std::vector<Operation> stall_list_;
  std::optional<Operation> longest_;
  std::optional<Operation> running_;
  Latencies latencies_;
};

}  // namespace pnfs_load
