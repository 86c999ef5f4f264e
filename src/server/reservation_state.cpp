// What a LUN tells of its registrations, and whose they are.
#include <algorithm>
#include <map>

#include "base/error.h"
#include "server/reservation.h"

namespace pnfs_ha {
namespace {

// Whose initiators are known, as far as they are: of equal keys each has its own.
std::vector<pr::Registration> with_names(const std::vector<pr::Key>& keys,
                                         const std::optional<pr::Held>& held,
                                         const std::vector<pr::Registration>& named) {
  std::multimap<pr::Key, std::string> names;
  for (const pr::Registration& r : named) names.emplace(r.key, r.initiator);
  std::vector<pr::Registration> registrations;
  bool holder_is_told = !held;
  for (const pr::Key key : keys) {
    pr::Registration r{.key = key, .initiator = {}};
    if (const auto name = names.find(key); name != names.end()) {
      r.initiator = name->second;
      names.erase(name);
    }
    if (!holder_is_told && key == held->key) {
      r.holder = holder_is_told = true;
      r.type = held->type;
    }
    registrations.push_back(std::move(r));
  }
  // It was preempted, or began to hold, between the two questions.
  if (!holder_is_told)
    registrations.push_back({.key = held->key, .holder = true, .type = held->type, .initiator = {}});
  return registrations;
}

}  // namespace

const pr::Registration* ReservationState::held_by() const {
  const auto found = std::ranges::find_if(registrations, &pr::Registration::holder);
  return found == registrations.end() ? nullptr : &*found;
}

bool ReservationState::is_challenged() const {
  return std::ranges::any_of(registrations,
                             [&](const auto& r) { return is_challenge_key(r.key) && r.key != own_key; });
}

// Of many, the keys and the holder: a holder that was preempted between the two still held when they were asked for.
Reservation::Told Reservation::registrations(const ScsiCommand& how, Names names) const {
  Told told;
  const auto ask = [&](ScsiCommand question) {
    question.timeout = how.timeout;
    question.may_be_earlier = how.may_be_earlier;
    ScsiReply reply = execute(question, "read the LUN's reservation");
    told.asked_at = std::min(told.asked_at, reply.asked_at);
    told.took = std::max(told.took, reply.took);
    return reply;
  };
  std::vector<pr::Registration> named;
  if (!many_ || names == Names::many) {
    const std::uint16_t length = names == Names::many ? pr::longest_reply : pr::short_reply;
    const auto status = ask(pr::read_full_status(length)).data;
    if (!pr::may_be_cut_off(status, length)) {
      told.registrations = pr::parse_full_status(status);
      return told;
    }
    named = pr::parse_beginning(status);
    many_ = true;
  }
  ScsiCommand question = pr::read_keys();
  question.beside = {pr::read_reservation()};
  const ScsiReply reply = ask(question);
  const std::vector<pr::Key> keys = pr::parse_keys(reply.data);
  many_ = keys.size() > pr::few_registrations;
  told.registrations = with_names(keys, pr::parse_reservation(reply.beside.at(0).data), named);
  return told;
}

// Stock nfsd's key is the same on every server: whose it is, only the initiator tells.
bool Reservation::is_own(const pr::Registration& registration) const {
  if (registration.key != nfsd_key)
    return is_server_key(registration.key) && id_of(registration.key) == node_id_;
  const std::set<std::string> own = own_initiators(host_, device());
  // A device that went away meanwhile: nobody lost anything to somebody else.
  if (own.empty() || registration.initiator.empty())
    throw Error(
        "cannot tell whether this server's nfsd or another one is registered with " + device().string(),
        "see `pnfs-ha reservation show`; stock nfsd serves iSCSI, Fibre Channel and SAS, and few clients");
  return own.contains(registration.initiator);
}

ReservationState Reservation::read(std::chrono::milliseconds timeout, Names names) const {
  return state(registrations({.cdb = {}, .data_out = {}, .timeout = timeout}, names));
}

ReservationState Reservation::look(std::chrono::milliseconds time) const {
  return state(
      registrations({.cdb = {}, .data_out = {}, .timeout = time, .may_be_earlier = true}, Names::some));
}

ReservationState Reservation::state(Told told) const {
  ReservationState state;
  state.asked_at = told.asked_at;
  state.took = told.took;
  state.registrations = std::move(told.registrations);
  for (const pr::Registration& r : state.registrations) {
    const bool own = is_own(r);
    // The key of an earlier session of this server that served is not this one's, in whatever order.
    if (own && (!state.own_key || says_serving(*state.own_key))) state.own_key = r.key;
    if (!own && says_serving(r.key)) state.serving_elsewhere.insert(r.key);
    if (!r.holder) continue;
    state.holder = own ? Holder::self : is_server_key(r.key) ? Holder::peer : Holder::other;
    state.type = r.type;
  }
  return state;
}

}  // namespace pnfs_ha
