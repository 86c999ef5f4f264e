#include "server/persistent_reservation.h"

#include <spdlog/fmt/fmt.h>

#include <span>

#include "base/error.h"

namespace pnfs_ha::pr {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint8_t persistent_reserve_in = 0x5e;
constexpr std::uint8_t persistent_reserve_out = 0x5f;
constexpr std::size_t parameter_length = 24;
constexpr std::size_t header_length = 8;
constexpr std::size_t key_length = 8;
// With an iSCSI TransportID of 223 characters of name and a session's ISID (SPC-4 7.6.4.6), padded.
constexpr std::size_t longest_registration = 24 + 4 + 244;

std::uint64_t big_endian(const Bytes& data, std::size_t offset, std::size_t length) {
  if (offset + length > data.size())
    throw Error(fmt::format("the LUN's PERSISTENT RESERVE IN reply ends after {} bytes", data.size()));
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < length; ++i) value = value << 8 | data[offset + i];
  return value;
}

void put_big_endian(std::uint64_t value, std::span<std::uint8_t> field) {
  for (std::size_t i = field.size(); i-- > 0; value >>= 8) field[i] = static_cast<std::uint8_t>(value);
}

ScsiCommand reserve_in(std::uint8_t service_action, std::uint16_t allocation_length) {
  ScsiCommand command{.cdb = Bytes(10), .data_out = {}, .data_in = allocation_length};
  command.cdb[0] = persistent_reserve_in;
  command.cdb[1] = service_action;
  put_big_endian(allocation_length, std::span(command.cdb).subspan(7, 2));
  return command;
}

// TransportIDs, SPC-4 7.6.4. `data` begins at the TransportID.
std::string parse_transport_id(const Bytes& data, std::size_t offset, std::size_t length) {
  constexpr std::uint8_t fibre_channel = 0, iscsi = 5, sas = 6;
  const auto protocol = static_cast<std::uint8_t>(big_endian(data, offset, 1) & 0x0f);
  switch (protocol) {
    case fibre_channel:
      return fmt::format("fc:{:016x}", big_endian(data, offset + 8, 8));
    case sas:
      return fmt::format("sas:{:016x}", big_endian(data, offset + 4, 8));
    case iscsi: {
      const auto begin = data.begin() + static_cast<std::ptrdiff_t>(offset + 4);
      std::string name(begin, begin + static_cast<std::ptrdiff_t>(length - 4));
      name.resize(std::min(name.find('\0'), name.size()));
      return in_lower_case(name.substr(0, name.find(",i,0x")));  // the ISID changes with every session
    }
    default:
      return fmt::format("protocol:{}", protocol);
  }
}

struct Told {
  std::vector<Registration> registrations;
  bool all = true;
};

Told tell(const Bytes& full_status) {
  Told told;
  const std::size_t end = header_length + big_endian(full_status, 4, 4);
  for (std::size_t at = header_length; at < end;) {
    const std::size_t head = at + 24;  // of a descriptor, SPC-4 table 216
    const std::size_t id_length = head <= full_status.size() ? big_endian(full_status, at + 20, 4) : 0;
    if (id_length < 8 || id_length > full_status.size() - head) {
      told.all = false;
      break;
    }
    told.registrations.push_back({.key = big_endian(full_status, at, key_length),
                                  .holder = (full_status[at + 12] & 1) != 0,
                                  .type = static_cast<Type>(full_status[at + 13] & 0x0f),
                                  .initiator = parse_transport_id(full_status, head, id_length)});
    at = head + id_length;
  }
  return told;
}

struct Sense {
  std::uint8_t key = 0, code = 0, qualifier = 0;
};

// Fixed and descriptor format, SPC-4 4.5.
Sense parse_sense(const Bytes& sense) {
  const auto at = [&](std::size_t i) { return i < sense.size() ? sense[i] : std::uint8_t{0}; };
  const bool descriptor = (at(0) & 0x7f) >= 0x72;
  if (descriptor) return {static_cast<std::uint8_t>(at(1) & 0x0f), at(2), at(3)};
  return {static_cast<std::uint8_t>(at(2) & 0x0f), at(12), at(13)};
}

}  // namespace

ScsiCommand read_keys() {
  return reserve_in(0, longest_reply);
}

ScsiCommand read_reservation() {
  return reserve_in(1, short_reply);
}

ScsiCommand read_full_status(std::uint16_t allocation_length) {
  return reserve_in(3, allocation_length);
}

ScsiCommand report_capabilities() {
  return reserve_in(2, short_reply);
}

ScsiCommand reserve_out(Action action, Key reservation_key, Key action_key) {
  ScsiCommand command{.cdb = Bytes(10), .data_out = Bytes(parameter_length), .data_in = 0};
  command.cdb[0] = persistent_reserve_out;
  command.cdb[1] = static_cast<std::uint8_t>(action);
  const bool registers = action == Action::register_key || action == Action::register_and_ignore_existing_key;
  if (!registers) command.cdb[2] = static_cast<std::uint8_t>(Type::exclusive_access_registrants_only);
  put_big_endian(parameter_length, std::span(command.cdb).subspan(5, 4));
  put_big_endian(reservation_key, std::span(command.data_out).subspan(0, 8));
  put_big_endian(action_key, std::span(command.data_out).subspan(8, 8));
  if (registers) command.data_out[20] = 1;  // APTPL
  return command;
}

bool may_be_cut_off(const Bytes& full_status, std::uint16_t allocation_length) {
  return header_length + big_endian(full_status, 4, 4) + longest_registration > allocation_length;
}

std::vector<Registration> parse_full_status(const Bytes& data) {
  Told told = tell(data);
  if (!told.all)
    throw Error(fmt::format("the LUN's READ FULL STATUS reply is cut off after {} bytes", data.size()));
  return std::move(told.registrations);
}

std::vector<Registration> parse_beginning(const Bytes& full_status) {
  return tell(full_status).registrations;
}

std::vector<Key> parse_keys(const Bytes& data) {
  const std::size_t end = header_length + big_endian(data, 4, 4);
  if (end > data.size())
    throw Error(fmt::format("the LUN has more than the {} registrations that it can tell in one reply",
                            (data.size() - header_length) / key_length),
                "fewer clients, or fewer paths of each, on one LUN");
  std::vector<Key> keys;
  for (std::size_t at = header_length; at < end; at += key_length)
    keys.push_back(big_endian(data, at, key_length));
  return keys;
}

std::optional<Held> parse_reservation(const Bytes& data) {
  if (big_endian(data, 4, 4) == 0) return std::nullopt;
  return Held{.key = big_endian(data, 8, key_length),
              .type = static_cast<Type>(big_endian(data, 21, 1) & 0x0f)};
}

Capabilities parse_capabilities(const Bytes& data) {
  const bool type_mask_valid = (big_endian(data, 3, 1) & 0x80) != 0;
  return {.persist_through_power_loss = (big_endian(data, 2, 1) & 0x01) != 0,
          .exclusive_access_registrants_only = !type_mask_valid || (big_endian(data, 4, 1) & 0x40) != 0};
}

Verdict judge(const ScsiReply& reply) {
  constexpr std::uint8_t good = 0x00, check_condition = 0x02, reservation_conflict = 0x18;
  constexpr std::uint8_t not_ready = 2, unit_attention = 6, logical_unit_not_ready = 0x04;
  if (reply.status == good) return Verdict::good;
  if (reply.status == reservation_conflict) return Verdict::conflict;
  if (reply.status != check_condition) return Verdict::failed;
  const Sense sense = parse_sense(reply.sense);
  if (sense.key == unit_attention) return Verdict::unit_attention;
  return sense.key == not_ready && sense.code == logical_unit_not_ready ? Verdict::not_ready
                                                                        : Verdict::failed;
}

bool has_no_room_for_registrations(const ScsiReply& reply) {
  const Sense sense = parse_sense(reply.sense);
  return sense.key == 5 && sense.code == 0x55 && sense.qualifier == 4;
}

std::string describe(const ScsiReply& reply) {
  switch (judge(reply)) {
    case Verdict::good:
      return "GOOD";
    case Verdict::conflict:
      return "RESERVATION CONFLICT";
    case Verdict::unit_attention:
    case Verdict::not_ready:
    case Verdict::failed:
      break;
  }
  const Sense sense = parse_sense(reply.sense);
  const char* meaning = "";
  const auto is = [&](int key, int code, int qualifier) {
    return sense.key == key && sense.code == code && sense.qualifier == qualifier;
  };
  if (is(6, 0x2a, 3)) meaning = ": reservations preempted";
  if (is(6, 0x2a, 4)) meaning = ": reservations released";
  if (is(6, 0x2a, 5)) meaning = ": registrations preempted";
  if (is(6, 0x29, 0)) meaning = ": power on or reset";
  if (is(5, 0x20, 0)) meaning = ": the LUN does not know this command";
  if (is(5, 0x55, 4)) meaning = ": no room for another registration";
  if (sense.key == 2 && sense.code == 0x04) meaning = ": not ready";
  if (is(2, 0x04, 0x01)) meaning = ": becoming ready";
  if (is(2, 0x04, 0x0a)) meaning = ": not ready, its access state changes";
  // LIO without a directory to store registrations in (drivers/target/target_core_pr.c).
  if (sense.code == 0x08)
    meaning = ": logical unit communication failure; can the target store registrations?";
  return fmt::format("status {:02X}h, sense {:X}/{:02X}/{:02X}{}", reply.status, sense.key, sense.code,
                     sense.qualifier, meaning);
}

}  // namespace pnfs_ha::pr
