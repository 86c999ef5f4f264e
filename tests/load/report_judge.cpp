#include "report_judge.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace pnfs_load {
namespace {

using json = nlohmann::ordered_json;

// An operation that was under way when the server died ends with the takeover; the next may still have to wait for the grace
// period. Stalls that follow each other within this are one outage; and a stall that is shorter is none by itself: a slow
// emulated machine has them too.
constexpr double same_outage_s = 2;

std::string brief(double number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", number);
  return text.data();
}

// Of a class without an operation there is nothing to judge by.
std::optional<double> longest_of(const json& experience) {
  const json& longest = experience.at("longest");
  if (longest.is_null()) return std::nullopt;
  return longest.at("seconds").get<double>();
}

json or_null(std::optional<double> number) {
  return number ? json(*number) : json(nullptr);
}

struct Outage {
  double start, until;
};

std::vector<Outage> outages_of(const json& stalls) {
  std::vector<Outage> found;
  for (const json& stall : stalls) {
    const double start = stall.at("start_s");
    found.push_back({start, start + stall.at("seconds").get<double>()});
  }
  std::sort(found.begin(), found.end(), [](const Outage& a, const Outage& b) { return a.start < b.start; });
  std::vector<Outage> outages;
  for (const Outage& stall : found) {
    if (outages.empty() || stall.start - outages.back().until >= same_outage_s)
      outages.push_back(stall);
    else
      outages.back().until = std::max(outages.back().until, stall.until);
  }
  std::erase_if(outages, [](const Outage& outage) { return outage.until - outage.start < same_outage_s; });
  return outages;
}

std::string told(const std::vector<Outage>& outages) {
  std::string text = "metadata was away " + std::to_string(outages.size()) + " times:";
  for (const Outage& outage : outages)
    text += " " + brief(outage.start) + " s to " + brief(outage.until) + " s,";
  text.pop_back();
  return text;
}

// How long after the fault the last stall was over that began before the heal.
double recovered_after(const json& report, const FaultTime& fault) {
  const double began = report.at("started_unix");
  double last = 0;
  for (const json& stall : report.at("classes").at("metadata").at("stalls").at("list")) {
    const double start = began + stall.at("start_s").get<double>();
    if (start < fault.healed)
      last = std::max(last, start + stall.at("seconds").get<double>() - fault.injected);
  }
  return last;
}

struct ViolationCounts {
  std::uint64_t lost_blocks = 0;  // of the files that were written in full before
  std::uint64_t short_files =
      0;  // of new files whose write and fsync spanned the takeover (image/nfsd/README.md)
};

// Those that the report counts and does not list may be of either kind.
ViolationCounts violations_of(const json& report) {
  const json& list = report.at("violations").at("list");
  ViolationCounts found;
  for (const json& violation : list)
    ++(violation.at("class") == "metadata" ? found.short_files : found.lost_blocks);
  const std::uint64_t count = report.at("violations").at("count");
  if (count > list.size()) found.lost_blocks += count - list.size();
  return found;
}

struct Errors {
  std::uint64_t count = 0;
  std::string first = "-";
};

void add_errors(Errors& sum, const json& errors) {
  if (sum.count == 0 && !errors.at("list").empty()) {
    const json& first = errors["list"][0];
    sum.first = first.at("op").get<std::string>() + ": " + first.at("error").get<std::string>() + " " +
                first.at("where").get<std::string>();
  }
  sum.count += errors.at("count").get<std::uint64_t>();
}

class Judge {
 public:
  explicit Judge(const Demands& demands) : demands_(demands) {}

  ReportVerdict verdict;

  void load(const json& report);
  void exercise(const json& report);

 private:
  void require(bool well, const std::string& otherwise) {
    if (!well) verdict.problems.push_back(otherwise);
  }
  bool forgives(Forgiven what) const { return demands_.forgiven.count(what) > 0; }
  void in_time(const std::string& what, std::optional<double> longest, std::optional<double> limit);
  void went_direct(const json& direct);

  const Demands& demands_;
};

void Judge::in_time(const std::string& what, std::optional<double> longest, std::optional<double> limit) {
  if (!limit) return;
  require(longest.has_value(), "no " + what + " was done: this tests nothing");
  require(!longest || *longest < *limit, what + " of " + brief(longest.value_or(0)) + " s");
}

void Judge::went_direct(const json& direct) {
  if (forgives(Forgiven::direct_io)) return;
  if (direct.is_null()) return require(false, "direct I/O: this was no NFS mount");
  const bool well = direct.at("layout") == "LAYOUT_SCSI" && direct.at("direct_io") == true;
  require(well, "direct I/O stopped: " + direct.dump());
}

void Judge::load(const json& report) {
  const json& classes = report.at("classes");
  const json& metadata = classes.at("metadata");
  Errors errors;
  std::uint64_t repeated = 0, operations = 0;
  for (const char* name : {"read", "write", "metadata"}) {
    const json& experience = classes.at(name);
    add_errors(errors, experience.at("errors"));
    repeated += experience.at("repeated").get<std::uint64_t>();
    operations += experience.at("ops").get<std::uint64_t>();
  }
  const ViolationCounts found = violations_of(report);
  const auto read = longest_of(classes.at("read")), write = longest_of(classes.at("write"));
  const auto longest_metadata = longest_of(metadata);
  const std::vector<Outage> outages = outages_of(metadata.at("stalls").at("list"));
  const bool stuck = report.at("stuck");
  const std::string lock = report.at("lock").at("state");
  const json& direct = report.at("direct");

  require(!stuck, "the load is stuck");
  require(errors.count == 0, "errors: " + std::to_string(errors.count) + ", first " + errors.first);
  require(found.lost_blocks == 0, "lost blocks: " + std::to_string(found.lost_blocks));
  require(found.short_files == 0 || forgives(Forgiven::short_files),
          "short files: " + std::to_string(found.short_files));
  require(lock == "held" || forgives(Forgiven::lock),
          "the lock is " + lock + ": " + report["lock"].at("reason").get<std::string>());
  in_time("direct read", read, demands_.direct_limit);
  in_time("direct write", write, demands_.direct_limit);
  in_time("metadata operation", longest_metadata, demands_.metadata_limit);
  require(outages.size() <= demands_.most_outages.value_or(outages.size()), told(outages));
  require(repeated <= demands_.most_repetitions.value_or(repeated),
          "replies lost: " + std::to_string(repeated));
  went_direct(direct);

  verdict.figures = {{"read_s", or_null(read)},
                     {"write_s", or_null(write)},
                     {"metadata_s", or_null(longest_metadata)},
                     {"machine_s", or_null(longest_of(report.at("machine")))},
                     {"operations", operations},
                     {"outages", outages.size()},
                     {"errors", errors.count},
                     {"repeated", repeated},
                     {"lost", found.lost_blocks},
                     {"short_files", found.short_files},
                     {"stuck", stuck},
                     {"lock", lock},
                     {"direct_throughout", direct.is_null() ? json(nullptr) : direct.at("direct_io")}};
  if (demands_.fault) verdict.figures["recovered_s"] = recovered_after(report, *demands_.fault);
}

// Its own judgement is there already; what counts is that nothing is left out.
void Judge::exercise(const json& report) {
  const std::uint64_t wrong = report.at("wrong").at("count");
  Errors errors;
  add_errors(errors, report.at("errors"));
  const bool stuck = report.at("stuck");
  const std::size_t known = verdict.problems.size();
  const std::string seed = "seed " + report.at("seed").dump() + ": ";
  require(!stuck, seed + "the exerciser is stuck");
  require(errors.count == 0, seed + "errors: " + std::to_string(errors.count) + ", first " + errors.first);
  if (wrong > 0) {
    const json& first = report["wrong"].at("list").at(0);
    require(false, seed + "wrong bytes: " + std::to_string(wrong) + ", first in " +
                       first.at("file").get<std::string>() + ": " + first.at("wrong").dump().substr(0, 200));
  }
  require(report.at("clean") == true || verdict.problems.size() > known,
          seed + "it does not call itself clean");

  std::uint64_t actions = 0;
  for (const json& count : report.at("actions")) actions += count.get<std::uint64_t>();
  const json& longest = report.at("longest");
  verdict.figures = {{"actions", actions},
                     {"longest_s", longest.is_null() ? json(nullptr) : longest.at("seconds")},
                     {"longest_op", longest.is_null() ? json(nullptr) : longest.at("op")},
                     {"wrong", wrong},
                     {"errors", errors.count},
                     {"stuck", stuck}};
}

}  // namespace

ReportVerdict judge_report(const std::string& text, const Demands& demands) {
  Judge judge(demands);
  try {
    const json report = json::parse(text);
    const json& format = report.at("format");
    if (format == "pnfs-load report 1") {
      judge.load(report);
    } else if (format == "pnfs-load exercise report 1") {
      judge.exercise(report);
    } else {
      judge.verdict.problems.push_back("the report is of another format: " + format.dump());
    }
  } catch (const json::exception& error) {
    judge.verdict.problems.push_back(std::string("the load left no report that can be read: ") +
                                     error.what());
  }
  return std::move(judge.verdict);
}

}  // namespace pnfs_load
