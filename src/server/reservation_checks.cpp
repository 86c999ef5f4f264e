// What is asked of a LUN, and of its other servers, before it is relied on.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.h"
#include "server/reservation.h"
#include "server/validity.h"

namespace pnfs_ha {
namespace {

const ScsiCommand question{.cdb = {}, .data_out = {}, .timeout = std::chrono::seconds(10)};

// Nobody's.
constexpr pr::Key unknown_key = challenge_key_base | 0xffff;

}  // namespace

void Reservation::require_held() const {
  const ReservationState now = read();
  if (now.holder != Holder::self)
    throw Error(std::string("the LUN's reservation went to: ") + to_string(now.holder),
                "another server took over at the same moment; this one stays out");
  if (!now.serving_elsewhere.empty())
    throw Error(
        "another server is registered as if it served: " + pr::to_string(*now.serving_elsewhere.begin()),
        "it takes over, or its nfsd let itself in; see `pnfs-ha reservation show`");
}

pr::Capabilities Reservation::capabilities() const {
  return pr::parse_capabilities(execute(pr::report_capabilities(), "ask for reservation support").data);
}

void Reservation::require_no_namesake(const std::set<int>& others) const {
  if (others.empty()) return;
  const std::set<std::string> own = own_initiators(host_, device());
  for (const pr::Registration& r : registrations(question, Names::many).registrations)
    if (own.contains(r.initiator) && r.key != nfsd_key && is_server_key(r.key) &&
        others.contains(id_of(r.key)))
      throw Error(
          fmt::format("server {} of this cluster has the same initiator name, {}", id_of(r.key), r.initiator),
          "give each server one of its own (iSCSI: /etc/iscsi/initiatorname.iscsi), and log in again");
}

// What it said long ago may have lain there since it was last asked.
bool Reservation::answers_by(const Path& path, std::chrono::milliseconds timeout, bool may_be_earlier) const
    try {
  ScsiCommand command = pr::read_reservation();
  command.timeout = timeout;
  command.may_be_earlier = may_be_earlier;
  const ScsiReply reply = attempt(path, command, "ask by a path");
  return pr::judge(reply) == pr::Verdict::good && host_.uptime() - reply.asked_at < Validity::longest;
} catch (const Error&) {
  return false;
}

bool Reservation::answers_by_another_path(std::chrono::milliseconds timeout) const {
  return std::ranges::any_of(paths_->others(),
                             [&](const Path& path) { return answers_by(path, timeout, true); });
}

void Reservation::exercise() {
  // By name: a server that is no member yet may have been one, with another id.
  const auto registered = [this]() -> std::optional<pr::Key> {
    const std::set<std::string> own = own_initiators(host_, device());
    for (const pr::Registration& r : registrations(question, Names::many).registrations)
      if (own.contains(r.initiator)) return r.key;
    return std::nullopt;
  };
  const std::optional<pr::Key> before = registered();
  register_own_key();
  bool reserved = false;
  const auto undo = [&] {
    if (reserved) out(pr::Action::release, key_, 0, "release");
    out(pr::Action::register_and_ignore_existing_key, 0, before.value_or(0), "unregister");
  };
  try {
    if (registered() != key_)
      throw Error(device().string() + " does not show this server's registration under its own name",
                  "see `pnfs-ha reservation show`: does something between server and LUN change names?");
    reserved =
        pr::judge(attempt(pr::reserve_out(pr::Action::reserve, key_, 0), "reserve")) == pr::Verdict::good;
    // Whoever knows the command answers that nobody has such a key (SPC-4 5.13.11.2.3: RESERVATION CONFLICT).
    attempt(pr::reserve_out(pr::Action::preempt_and_abort, key_, unknown_key), "preempt and abort");
  } catch (const Error&) {
    try {
      undo();
    } catch (const Error& error) {
      spdlog::error("cannot undo the trial of the LUN's reservations: {}", error.what());
    }
    throw;
  }
  undo();
}

}  // namespace pnfs_ha
