#include "server/reservation.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.h"
#include "server/lun_paths.h"

namespace pnfs_ha {
namespace {

// The first command after a reset or a preemption only reports that (SPC-4 5.14); some targets report several.
constexpr int unit_attention_retries = 5;

// How often a takeover removes other servers: each has one key at a time, which it may change meanwhile.
constexpr int most_removals = 32;

// A takeover fails after that, and is tried again.
constexpr std::chrono::seconds change_over(40);

// For a path before it is relied on.
constexpr std::chrono::seconds time_to_answer(1);

// Whoever looks several times a second has no time for that.
Host::Duration time_to_get_ready(const ScsiCommand& command) {
  if (command.timeout.count() == 0) return change_over;
  return command.timeout < std::chrono::seconds(1) ? Host::Duration(0) : command.timeout;
}

}  // namespace

Reservation::Reservation(Host& host, Path device, int node_id)
    : Reservation(host, std::make_shared<LunPaths>(host, std::move(device)), node_id) {}

Reservation::Reservation(Host& host, std::shared_ptr<LunPaths> paths, int node_id)
    : host_(host),
      paths_(std::move(paths)),
      node_id_(node_id),
      key_(standby_key(node_id)),
      serving_key_(pnfs_ha::serving_key(node_id)) {}

ScsiReply Reservation::attempt(const ScsiCommand& command, const std::string& what) const {
  return attempt(paths_->in_use().value_or(device()), command, what);
}

ScsiReply Reservation::attempt(const Path& path, const ScsiCommand& command, const std::string& what) const {
  const Host::Duration began = host_.uptime();
  if (!command.data_out.empty()) ++changes_;
  for (int attentions = 0;;) {
    ScsiReply reply = host_.scsi(path, command);
    const auto why = [&] {
      return fmt::format("{}: {} answers {}", what, device().string(), pr::describe(reply));
    };
    switch (pr::judge(reply)) {
      case pr::Verdict::good:
      case pr::Verdict::conflict:
        return reply;
      case pr::Verdict::unit_attention:
        if (attentions++ < unit_attention_retries) continue;
        break;
      case pr::Verdict::not_ready:
        if (host_.uptime() - began >= time_to_get_ready(command))
          throw NotReady(why(), "wait until the storage system has changed over");
        host_.sleep(std::chrono::milliseconds(100));
        continue;
      case pr::Verdict::failed:
        break;
    }
    throw Error(
        why(),
        pr::has_no_room_for_registrations(reply)
            ? "raise the storage system's limit, or remove what nobody uses: `pnfs-ha reservation show`"
            : "the LUN must support SPC-3 persistent reservations that survive a power loss (APTPL); "
              "see the storage system's settings");
  }
}

ScsiReply Reservation::execute(const ScsiCommand& command, const std::string& what) const {
  ScsiReply reply = attempt(command, what);
  if (pr::judge(reply) == pr::Verdict::conflict)
    throw Error(fmt::format("{}: {} answers {}", what, device().string(), pr::describe(reply)),
                "another server changed the reservation at the same time; see `pnfs-ha status` there");
  return reply;
}

void Reservation::out(pr::Action action, pr::Key own, pr::Key argument, const std::string& what) {
  execute(pr::reserve_out(action, own, argument), what);
}

// A change that hangs is waited for as long as the kernel keeps it, and no standby is ready meanwhile: nothing is sent by
// a path that is not in use, and does not answer.
void Reservation::register_by_every_path(pr::Key key, const std::string& what) {
  const ScsiCommand command = pr::reserve_out(pr::Action::register_and_ignore_existing_key, 0, key);
  execute(command, what);
  for (const Path& path : paths_->others()) try {
      if (!answers_by(path, time_to_answer, false)) throw Error(path.string() + " does not answer");
      attempt(path, command, what);
    } catch (const Error& error) {
      spdlog::warn("by a path that is not in use: {}", error.what());
    }
}

// By the others as well, so that one of them can be used at once, and no read of udev's is refused there. A takeover
// removes those: who serves is registered once, and one command preempts it.
void Reservation::register_own_key() {
  register_by_every_path(key_, "register key " + pr::to_string(key_));
}

void Reservation::choose_path() {
  paths_->choose_anew([&](const Path& path) { return answers_by(path, time_to_answer, false); });
}

void Reservation::unregister() {
  // A holder that unregisters releases a Registrants Only reservation (SPC-4 5.13.11.2.3): the LUN would be open.
  const ReservationState now = read();
  if (now.own_key && now.holder != Holder::self) register_by_every_path(0, "unregister");
}

void Reservation::take() {
  const ReservationState before = read();
  if (!before.own_key)
    throw Error("this server is not registered with the LUN any more",
                "another server took over; this one registers again as standby");
  if (before.holder == Holder::other)
    throw Error("the LUN is reserved by something that is no server of this product",
                "see `pnfs-ha status`; if it is a left-over, clear it there or on the storage system");
  if (before.type && *before.type != pr::Type::exclusive_access_registrants_only)
    throw Error("the LUN carries a reservation of type " + pr::to_string(*before.type),
                "nfsd can only share Exclusive Access - Registrants Only: clear the other one first");

  // Compared: a server that was preempted since is not let in by its own takeover.
  if (before.own_key != serving_key_)
    out(pr::Action::register_key, *before.own_key, serving_key_,
        "register key " + pr::to_string(serving_key_));
  // At once where a server holds it: who is registered as serving for long is removed as one that died in the middle.
  if (before.holder == Holder::peer || !reserve()) {
    // Somebody holds it; an earlier iSCSI session of this server, with another ISID, counts as somebody.
    const pr::Registration* holder = before.held_by();
    if (holder == nullptr)
      throw Error("the LUN was reserved at the same moment", "see `pnfs-ha status` on the other server");
    // PREEMPT AND ABORT, not PREEMPT: what the loser has queued is dead when this returns. A conflict: that
    // key is gone, so another server won.
    out(pr::Action::preempt_and_abort, serving_key_, holder->key,
        "preempt the holder " + pr::to_string(holder->key));
  }
  remove_other_servers();
}

// Each once, and until a look shows this server as the holder and no other one as if it served: another may
// change its key between a look and a PREEMPT, and a preempted server's stock nfsd may register it again. A
// standby registers again at once, and may. Never this server's own key: a PREEMPT of that removes oneself
// (SPC-4 5.13.11.2.4).
void Reservation::remove_other_servers() {
  std::set<pr::Key> removed;
  for (int attempts = 0; attempts < most_removals; ++attempts) {
    const ReservationState now = read();
    if (now.holder != Holder::self)
      throw Error(std::string("the LUN's reservation went to: ") + to_string(now.holder),
                  "another server took over at the same moment; this one stays out");
    const auto other = std::ranges::find_if(now.registrations, [&](const pr::Registration& r) {
      const bool to_go = says_serving(r.key) || !removed.contains(r.key);
      return is_server_key(r.key) && r.key != serving_key_ && to_go;
    });
    if (other == now.registrations.end()) return;
    // A conflict tells nothing that the next look does not.
    const ScsiReply reply = attempt(pr::reserve_out(pr::Action::preempt_and_abort, serving_key_, other->key),
                                    "preempt " + pr::to_string(other->key));
    if (pr::judge(reply) == pr::Verdict::good) removed.insert(other->key);
  }
  throw Error("other servers register with the LUN again and again",
              "see `pnfs-ha reservation show`: is the nfsd of a preempted server a stock one?");
}

void Reservation::return_to_standby_key() {
  const std::optional<pr::Key> own = read().own_key;
  if (own && says_serving(*own))
    out(pr::Action::register_key, *own, key_, "register this server's standby key again");
}

void Reservation::take_from_stranger() {
  register_own_key();
  const ReservationState now = read();
  if (now.holder != Holder::other) return;
  const pr::Key key = now.held_by()->key;
  out(pr::Action::preempt_and_abort, key_, key, "preempt the holder " + pr::to_string(key));
}

bool Reservation::reserve() {
  const ScsiReply reply = attempt(pr::reserve_out(pr::Action::reserve, serving_key_, 0), "reserve");
  return pr::judge(reply) == pr::Verdict::good;
}

void Reservation::hand_to_nfsd() {
  if (read().own_key == nfsd_key) return;
  out(pr::Action::register_key, serving_key_, nfsd_key, "register nfsd's key");
}

void Reservation::take_back_from_nfsd() {
  // Compare and swap: fails if this server was preempted meanwhile, and then it must not come back by itself.
  if (read().own_key == nfsd_key)
    out(pr::Action::register_key, nfsd_key, serving_key_, "register this server's serving key again");
}

void Reservation::challenge() {
  out(pr::Action::register_and_ignore_existing_key, 0, challenge_key(node_id_), "challenge the LUN's holder");
}

void Reservation::fence(pr::Key victim) {
  const auto registered = [&](const ReservationState& state) {
    return std::ranges::any_of(state.registrations, [&](const auto& r) { return r.key == victim; });
  };
  const ReservationState before = read();
  if (!registered(before)) return;
  if (victim == nfsd_key && before.own_key == nfsd_key && before.serving_elsewhere.contains(nfsd_key))
    return fence_namesake();
  // A PREEMPT of one's own key would remove oneself (SPC-4 5.13.11.2.4).
  if (!before.own_key || *before.own_key == victim)
    throw Error("cannot fence " + pr::to_string(victim) + ": this server is not registered with another key");
  try {
    out(pr::Action::preempt_and_abort, *before.own_key, victim, "fence " + pr::to_string(victim));
  } catch (const Error&) {
    if (registered(read())) throw;
  }
}

// Another server's stock nfsd registered the key that this one's has.
void Reservation::fence_namesake() {
  take_back_from_nfsd();
  try {
    fence(nfsd_key);
  } catch (const Error&) {
    hand_to_nfsd();
    throw;
  }
  hand_to_nfsd();
}

}  // namespace pnfs_ha
