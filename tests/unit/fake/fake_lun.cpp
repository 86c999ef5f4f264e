#include "fake/fake_lun.h"

#include <algorithm>

namespace pnfs_ha {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint8_t good_status = 0x00, check_condition_status = 0x02, conflict = 0x18;

void append(Bytes& bytes, std::uint64_t value, int length) {
  for (int i = length - 1; i >= 0; --i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::uint64_t number(const Bytes& bytes, std::size_t offset, std::size_t length) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < length; ++i) value = value << 8 | bytes.at(offset + i);
  return value;
}

ScsiReply status(std::uint8_t code) {
  return {.status = code, .sense = {}, .data = {}};
}

}  // namespace

ScsiReply check_condition(std::uint8_t key, std::uint8_t code, std::uint8_t qualifier) {
  Bytes fixed(18);
  fixed[0] = 0x70;
  fixed[2] = key;
  fixed[7] = 10;
  fixed[12] = code;
  fixed[13] = qualifier;
  return {.status = check_condition_status, .sense = fixed, .data = {}};
}

Bytes transport_id(const FakeLun::Port& port) {
  Bytes id;
  if (port.starts_with("fc:")) {
    id = {0x00, 0, 0, 0, 0, 0, 0, 0};
    append(id, std::stoull(port.substr(3), nullptr, 16), 8);
    append(id, 0, 8);
  } else if (port.starts_with("sas:")) {
    id = {0x06, 0, 0, 0};
    append(id, std::stoull(port.substr(4), nullptr, 16), 8);
    append(id, 0, 12);
  } else {
    std::string name = port + '\0';
    while (name.size() % 4 != 0) name += '\0';
    id = {0x45, 0};  // format 1: the name of the port, with its ISID
    append(id, name.size(), 2);
    id.insert(id.end(), name.begin(), name.end());
  }
  return id;
}

std::string name_of(const ScsiCommand& command) {
  const pr::Key own = number(command.data_out, 0, 8), argument = number(command.data_out, 8, 8);
  switch (static_cast<pr::Action>(command.cdb.at(1))) {
    case pr::Action::register_key:
      return "REGISTER " + pr::to_string(argument) + " for " + pr::to_string(own);
    case pr::Action::register_and_ignore_existing_key:
      return "REGISTER AND IGNORE EXISTING KEY " + pr::to_string(argument);
    case pr::Action::reserve:
      return "RESERVE with " + pr::to_string(own);
    case pr::Action::release:
      return "RELEASE with " + pr::to_string(own);
    case pr::Action::clear:
      return "CLEAR with " + pr::to_string(own);
    case pr::Action::preempt:
      return "PREEMPT " + pr::to_string(argument) + " with " + pr::to_string(own);
    case pr::Action::preempt_and_abort:
      return "PREEMPT AND ABORT " + pr::to_string(argument) + " with " + pr::to_string(own);
  }
  return "?";
}

ScsiReply FakeLun::execute(const Port& port, const ScsiCommand& command) {
  if (meanwhile) meanwhile(command);
  if (instead)
    if (const auto answer = instead(command)) return *answer;
  if (auto& waiting = attentions_[port]; !waiting.empty()) {
    const Attention first = waiting.front();
    waiting.pop_front();
    return check_condition(6, first.code, first.qualifier);
  }
  switch (command.cdb.at(0)) {
    case 0x5e:
      return reserve_in(command);
    case 0x5f:
      return reserve_out(port, command);
    default:
      return check_condition(5, 0x20, 0);  // INVALID COMMAND OPERATION CODE
  }
}

bool FakeLun::may_access(const Port& port) const {
  return !held || std::ranges::find(registered, port, &Registered::port) != registered.end();
}

void FakeLun::raise_attention(const Port& port, std::uint8_t code, std::uint8_t qualifier) {
  attentions_[port].push_back({code, qualifier});
}

std::vector<std::string> FakeLun::text() const {
  std::vector<std::string> lines;
  for (const Registered& r : registered)
    lines.push_back(pr::to_string(r.key) + " " + r.port + (held && held->port == r.port ? " *" : ""));
  return lines;
}

ScsiReply FakeLun::reserve_in(const ScsiCommand& command) const {
  Bytes data;
  switch (command.cdb.at(1)) {
    case 0:
      append(data, generation, 4);
      append(data, registered.size() * 8, 4);  // also of what does not fit
      for (const Registered& r : registered) append(data, r.key, 8);
      break;
    case 1:
      append(data, generation, 4);
      append(data, held ? 16 : 0, 4);
      if (held) {
        const auto holder = std::ranges::find(registered, held->port, &Registered::port);
        append(data, holder == registered.end() ? 0 : holder->key, 8);
        append(data, static_cast<std::uint8_t>(held->type), 6);  // obsolete, reserved, scope and type
        append(data, 0, 2);
      }
      break;
    case 2:  // length 8; CRH, PTPL_C; TMV, PTPL_A; the types that LIO knows
      data = {0, 8, 0x11, 0x81, 0xea, 0x01, 0, 0};
      break;
    case 3: {
      Bytes descriptors;
      for (const Registered& r : registered) {
        // What does not fit is left out (core_scsi3_pri_read_full_status()).
        if (8 + descriptors.size() + 24 + transport_id(r.port).size() > number(command.cdb, 7, 2)) break;
        const bool holds = held && held->port == r.port;
        append(descriptors, r.key, 8);
        append(descriptors, 0, 4);
        descriptors.push_back(holds ? 1 : 0);
        descriptors.push_back(holds ? static_cast<std::uint8_t>(held->type) : 0);
        append(descriptors, 0, 4);
        append(descriptors, 1, 2);  // the relative target port
        const Bytes id = transport_id(r.port);
        append(descriptors, id.size(), 4);
        descriptors.insert(descriptors.end(), id.begin(), id.end());
      }
      append(data, generation, 4);
      append(data, descriptors.size(), 4);
      data.insert(data.end(), descriptors.begin(), descriptors.end());
      break;
    }
    default:
      return check_condition(5, 0x24, 0);  // INVALID FIELD IN CDB
  }
  const std::size_t allowed = std::min<std::size_t>(number(command.cdb, 7, 2), command.data_in);
  data.resize(std::min(data.size(), allowed));
  return {.status = good_status, .sense = {}, .data = data};
}

ScsiReply FakeLun::reserve_out(const Port& port, const ScsiCommand& command) {
  if (number(command.cdb, 5, 4) != 24 || command.data_out.size() != 24) return check_condition(5, 0x1a, 0);
  const auto action = static_cast<pr::Action>(command.cdb.at(1) & 0x1f);
  const auto type = static_cast<pr::Type>(command.cdb.at(2) & 0x0f);
  const pr::Key key = number(command.data_out, 0, 8), argument = number(command.data_out, 8, 8);
  Registered* self = find(port);

  switch (action) {
    case pr::Action::register_key:
      if (key != (self != nullptr ? self->key : 0)) return status(conflict);
      [[fallthrough]];
    case pr::Action::register_and_ignore_existing_key:
      if (argument == 0)
        remove(port);
      else if (self != nullptr)
        self->key = argument;  // the holder stays the holder
      else
        registered.push_back({port, argument});
      ++generation;
      return status(good_status);
    default:
      break;
  }
  if (self == nullptr || self->key != key) return status(conflict);
  switch (action) {
    case pr::Action::reserve:
      if (held && *held != Held{port, type}) return status(conflict);
      held = Held{port, type};
      return status(good_status);
    case pr::Action::release:
      if (held && held->port == port) held.reset();
      return status(good_status);
    case pr::Action::clear:
      registered.clear();
      held.reset();
      ++generation;
      return status(good_status);
    case pr::Action::preempt:
    case pr::Action::preempt_and_abort: {
      const ScsiReply reply = preempt(port, argument);
      if (reply.status == good_status && held && held->port == port) held->type = type;
      return reply;
    }
    default:
      return check_condition(5, 0x24, 0);
  }
}

// core_scsi3_pro_preempt(): a victim that holds loses the reservation to the caller; a victim that does not
// is only removed, and that includes the caller itself if it has the same key.
ScsiReply FakeLun::preempt(const Port& port, pr::Key victim) {
  if (victim == 0) return check_condition(5, 0x26, 0);
  const auto holder = held ? std::ranges::find(registered, held->port, &Registered::port) : registered.end();
  const bool takes_over = holder != registered.end() && holder->key == victim;
  std::vector<Port> losers;
  for (const Registered& r : registered)
    if (r.key == victim && !(takes_over && r.port == port)) losers.push_back(r.port);
  if (losers.empty() && !takes_over) return status(conflict);
  const pr::Type type = held ? held->type : pr::Type{};
  for (const Port& loser : losers) {
    remove(loser);
    if (loser != port) raise_attention(loser, 0x2a, takes_over ? 3 : 5);
  }
  if (takes_over) held = Held{port, type};
  ++generation;
  return status(good_status);
}

FakeLun::Registered* FakeLun::find(const Port& port) {
  const auto found = std::ranges::find(registered, port, &Registered::port);
  return found == registered.end() ? nullptr : &*found;
}

// A holder of a registrants-only reservation that unregisters releases it (SPC-4 5.13.11.2.3).
void FakeLun::remove(const Port& port) {
  std::erase_if(registered, [&](const Registered& r) { return r.port == port; });
  if (held && held->port == port) held.reset();
}

}  // namespace pnfs_ha
