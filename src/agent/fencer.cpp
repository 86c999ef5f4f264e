#include "agent/fencer.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.h"
#include "base/format.h"
#include "base/json.h"

namespace pnfs_ha {
namespace {

// The one of a fencer before this one. A newer pnfs-ha's is no reason not to begin.
FenceReport report_before(const Host& host, const NfsState& nfs) {
  try {
    return fence_report(host, nfs).value_or(FenceReport());
  } catch (const NewerFormat& newer) {
    spdlog::warn("{}; {}", newer.what(), newer.remedy());
    return {};
  }
}

}  // namespace

Fencer::Fencer(Host& host, const ClusterConfig& config)
    : host_(host),
      nfs_(host, config.name, config.threads),
      reservation_(host, config.lun, config.self(host).id),
      starts_(host, reservation_, config.mount_point),
      keys_(host, nfs_) {}

Fencer::Next Fencer::round() {
  try {
    const NfsState nfs = nfs_.state();
    if (!nfs.running || !nfs.started) return Next::pause;
    if (term_ != nfs.started) begin(nfs);
    tell();
    if (!nfs_.grace_is_over()) return Next::short_pause;
    look(nfs);
    tell();
  } catch (const Error& error) {
    seen_since_.clear();
    report_.trouble = error.what();
    if (term_) tell();
    throw;
  }
  return fence(victims());
}

// A fencer that was started again goes on with what the one before it told.
void Fencer::begin(const NfsState& nfs) {
  term_ = nfs.started;
  present_ = present_start({}, nfs);
  seen_since_.clear();
  attempts_.clear();
  report_ = report_before(host_, nfs);
  report_.start = *nfs.started;
  report_.stale.clear();
  report_.trouble.clear();
}

// The order matters: who came back in the grace period is on nfsd's list before that is over, and who
// registers is on it before.
void Fencer::look(const NfsState& nfs) {
  const ReservationState lun = reservation_.read(std::chrono::seconds(10), Reservation::Names::many);
  if (lun.holder != Holder::self) throw Error("this server does not hold the LUN's reservation");
  const std::vector<NfsClient> clients = nfs_.clients();
  const KeyOwners owners = keys_.owners();
  if (const NfsState now = nfs_.state(); !now.running || now.started != nfs.started)
    throw Error("nfsd stopped meanwhile");  // an empty list of clients tells nothing then

  looked_at_ = host_.uptime();
  if (!clients.empty()) present_ = present_start(clients, nfs);
  report_.returned.merge(keys_of_returned(lun.registrations, clients, owners));
  report_.stale = stale_registrations(lun.registrations, present_, report_.returned, owners);

  std::map<pr::Key, Host::Duration> seen;
  for (const StaleRegistration& one : report_.stale) {
    const auto before = seen_since_.find(one.key);
    seen[one.key] = before == seen_since_.end() ? looked_at_ : before->second;
  }
  seen_since_ = std::move(seen);
  if (!report_.stale.empty()) {
    nfs_.keep_blocks();
    return;
  }
  if (nfs.keeps_blocks && nfs_.takes_late_from()) starts_.record_freeing(nfs_.start_second());
  nfs_.give_blocks();
  forget_previous_keys(lun, owners);
}

void Fencer::forget_previous_keys(const ReservationState& lun, const KeyOwners& owners) {
  std::set<std::uint32_t> registered, useless;
  for (const pr::Registration& r : lun.registrations) registered.insert(nfsd_start_of(r.key));
  for (const auto& [key, owner] : owners)
    if (!present_.issued(key) && !registered.contains(nfsd_start_of(key))) useless.insert(nfsd_start_of(key));
  for (const std::uint32_t start : useless) keys_.forget(start);
}

// Those of two looks in a row; who was tried least comes first, so that one that cannot be fenced keeps no
// other from it.
std::vector<StaleRegistration> Fencer::victims() const {
  std::vector<StaleRegistration> found;
  for (const StaleRegistration& one : report_.stale)
    if (looked_at_ - seen_since_.at(one.key) >= pause) found.push_back(one);
  const auto tried = [&](const StaleRegistration& one) {
    const auto times = attempts_.find(one.key);
    return times == attempts_.end() ? 0 : times->second;
  };
  std::ranges::stable_sort(found, {}, tried);
  if (found.size() > victims_a_round) found.resize(victims_a_round);
  return found;
}

Fencer::Next Fencer::fence(const std::vector<StaleRegistration>& victims) {
  std::string trouble;
  for (const StaleRegistration& victim : victims) {
    ++attempts_[victim.key];
    try {
      reservation_.fence(victim.key);
    } catch (const Error& error) {
      trouble = error.what();
      continue;
    }
    spdlog::warn("fenced {} of {}: {}", pr::to_string(victim.key), victim.initiator, victim.why);
    std::erase(report_.stale, victim);
    report_.fenced.push_back({victim.key, victim.initiator, victim.why, host_.wall_clock()});
    if (report_.fenced.size() > fenced_kept) report_.fenced.erase(report_.fenced.begin());
    ++report_.count;
    tell();
  }
  report_.trouble = trouble;
  tell();
  if (!trouble.empty()) throw Error(trouble);
  return victims.empty() ? Next::pause : Next::at_once;
}

// Whoever cannot be told, because /run is full, keeps nobody from being fenced: clients wait for the blocks.
void Fencer::tell() try {
  if (report_ == written_) return;
  host_.write_file(fence_report_file, to_text(to_json(report_)) + "\n");
  written_ = report_;
  told_ = true;
} catch (const Error& error) {
  if (told_) spdlog::error("cannot tell whom this server fences: {}", error.what());
  told_ = false;
}

}  // namespace pnfs_ha
