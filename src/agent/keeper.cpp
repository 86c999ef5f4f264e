#include "agent/keeper.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/format.h"
#include "base/json.h"
#include "decision.h"

namespace pnfs_ha {
namespace {

constexpr Format keeper_format{"the keeper's report", 1};
constexpr std::size_t report_length = 4096;
constexpr std::size_t most_in_the_way = 16;  // in a report
constexpr std::chrono::seconds next_look_after_stuck(60);

// A newer pnfs-ha's report is no reason not to begin.
std::optional<Host::Duration> unfinished_before(const Host& host) {
  try {
    const auto report = Keeper::report(host);
    if (report && !report->ended) return report->began;
  } catch (const NewerFormat& newer) {
    spdlog::warn("{}; {}", newer.what(), newer.remedy());
  }
  return std::nullopt;
}

}  // namespace

using nlohmann::json;

Keeper::Keeper(Host& host, const ClusterConfig& config)
    : host_(host),
      records_(host, config.mount_point),
      nfs_(host, config.name, config.threads),
      keys_(host, nfs_),
      connections_(host, config.vip.address),
      layouts_(host, nfs_, config.export_root()),
      audit_(host, nfs_, layouts_, History(host, config.mount_point), config.lease_seconds),
      mirror_(host),
      terms_(host, config.mount_point),
      unfinished_(unfinished_before(host)),
      lasted_at_(host.uptime() + Terms::lasting),
      lun_(config.lun),
      trial_(Path(config.mount_point) / ClientRecords::directory / "trial"),
      // Longer than the agent's: it is the agent that judges.
      timeout_(2 * limits::stuck(config.lease_seconds)) {}

// Who tries again after a call that did not end is as stuck as before.
void Keeper::round() {
  const Host::Duration began = std::exchange(unfinished_, std::nullopt).value_or(host_.uptime());
  try {
    work(began);
  } catch (const Stuck&) {
    unfinished_ = began;
    throw;
  }
}

void Keeper::work(Host::Duration began) {
  // Whatever comes of one, the rest: a LUN, a mirror or a /run that is full must not keep it from following.
  std::string trouble;
  const auto attempt = [&](const auto& act) {
    try {
      act();
    } catch (const Error& error) {
      if (trouble.empty()) trouble = error.what();
    }
  };
  attempt([&] { tell(began); });
  attempt([&] { keys_.save(); });
  attempt([&] {
    const NfsState nfs = nfs_.state();
    if (!nfs.running) return;  // who was connected is who must be told
    connections_.save(nfs.in_grace ? Connections::Former::may_come_back : Connections::Former::are_gone);
  });
  attempt([&] { records_.save_changes(); });
  attempt([&] { layouts_.save(); });
  attempt([&] { audit_.watch(); });
  attempt([&] { outlast(); });
  attempt([&] { host_.write_file(trial_, host_.host_name() + " " + std::to_string(began.count()) + "\n"); });
  host_.call_nfsd(timeout_);
  reconnect_mirror();
  tell(began, host_.uptime());
  // Not within the round: a process that hangs is neither the LUN nor nfsd.
  attempt([&] { look_around(); });
  if (!trouble.empty()) throw Error(trouble);
}

void Keeper::outlast() {
  if (host_.uptime() < lasted_at_) return;
  terms_.outlast();
  lasted_at_ = Host::Duration::max();
}

// Tries again later: the memory of a process may be locked for as long as what it waits for hangs.
void Keeper::look_around() try {
  if (host_.uptime() < look_around_at_) return;
  look_around_at_ = host_.uptime() + look_around_interval;
  in_the_way_ = in_the_way(host_, lun_);
  in_the_way_.resize(std::min(in_the_way_.size(), most_in_the_way));
} catch (const Stuck& stuck) {
  look_around_at_ = host_.uptime() + next_look_after_stuck;
  throw Error(stuck.what());
}

void Keeper::reconnect_mirror() {
  if (host_.uptime() < reconnect_at_ || mirror_.state().connection != "StandAlone") return;
  reconnect_at_ = host_.uptime() + reconnect_interval;
  mirror_.reconnect();
}

// Over the last report: where /run is full, a round of which nobody is told that it has ended is one that hangs.
void Keeper::tell(Host::Duration began, std::optional<Host::Duration> ended) {
  KeeperReport report = {.began = began, .ended = ended, .in_the_way = in_the_way_};
  std::string text = to_text(to_json(report));
  for (; text.size() >= report_length && !report.in_the_way.empty(); text = to_text(to_json(report)))
    report.in_the_way.pop_back();
  text.resize(report_length - 1, ' ');
  host_.overwrite(report_file, text + "\n");
}

std::optional<KeeperReport> Keeper::report(const Host& host) {
  return keeper_report_from_json(parse_json(host.read_file(report_file).value_or("")));
}

Host::Duration Keeper::stuck_for(const Host& host) {
  const auto report = Keeper::report(host);
  if (!report || report->ended) return Host::Duration(0);
  return host.uptime() - report->began;
}

json to_json(const KeeperReport& report) {
  json document = {{"format", keeper_format.newest},
                   {"began", report.began.count()},
                   {"in_the_way", to_array(report.in_the_way)}};
  if (report.ended) document["ended"] = report.ended->count();
  return document;
}

std::optional<KeeperReport> keeper_report_from_json(const json& document) {
  if (!document.is_object()) return std::nullopt;
  format_of(document, keeper_format);
  constexpr Host::Duration::rep none = -1;
  const auto began = value_of(document, "began", none), ended = value_of(document, "ended", none);
  if (began == none) return std::nullopt;
  KeeperReport report{.began = Host::Duration(began),
                      .ended = {},
                      .in_the_way = each_of(document, "in_the_way", mount_user_from_json)};
  if (ended != none) report.ended = Host::Duration(ended);
  return report;
}

}  // namespace pnfs_ha
