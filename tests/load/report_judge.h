// Is what a load saw what it must have seen? The judge of every test suite; it knows the reports of `run` and of `exercise`.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace pnfs_load {

// What a client that was cut off for longer than its lease may suffer, or a whole cluster that stood still.
enum class Forgiven {
  lock,         // is no longer held
  short_files,  // new files that came back short, although fsync() said otherwise
  direct_io,    // data went through the server
};

// When a fault began, and when it was over: seconds since the epoch, by the load's clock.
struct FaultTime {
  double injected, healed;
};

// Without a limit it is not judged.
struct Demands {
  std::optional<double> direct_limit;             // seconds that a direct read or write may take
  std::optional<double> metadata_limit;           // seconds that a metadata operation may take
  std::optional<std::uint64_t> most_outages;      // of metadata
  std::optional<std::uint64_t> most_repetitions;  // operations whose reply a crash lost
  std::set<Forgiven> forgiven;
  std::optional<FaultTime> fault;  // only for the figure recovered_s
};

struct ReportVerdict {
  std::vector<std::string> problems;  // a sentence each; none: acquitted
  nlohmann::ordered_json figures;     // an object; null if the text is no report
};

// Whatever is missing in the report is a problem.
ReportVerdict judge_report(const std::string& text, const Demands& demands);

}  // namespace pnfs_load
