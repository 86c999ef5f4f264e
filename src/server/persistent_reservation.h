// The bytes of SCSI persistent reservations: SPC-4 6.15 (PERSISTENT RESERVE IN) and 6.16 (PERSISTENT RESERVE
// OUT). Pure functions from values to CDBs and from replies to values; nothing here touches a device.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/host.h"

namespace pnfs_ha::pr {

using Key = std::uint64_t;

std::string to_string(Key key);                       // "0x0100000000000000"
std::optional<Key> parse_key(std::string_view text);  // the same, also without "0x" or leading zeros

// An iSCSI name: names that differ in case only are one (RFC 3720 3.2.6.1), and LIO tells them in lower case
// (iscsi_initiatorname_tolower()).
std::string in_lower_case(std::string name);

// Reservation types, SPC-4 table 211.
enum class Type : std::uint8_t {
  write_exclusive = 1,
  exclusive_access = 3,
  write_exclusive_registrants_only = 5,
  exclusive_access_registrants_only = 6,  // the only one nfsd can share: fs/nfsd/blocklayout.c
  write_exclusive_all_registrants = 7,
  exclusive_access_all_registrants = 8,
};

std::string to_string(Type type);  // SPC-4's words; "type 9" for others
std::optional<Type> parse_type(std::string_view text);

// Service actions of PERSISTENT RESERVE OUT, SPC-4 table 218.
enum class Action : std::uint8_t {
  register_key = 0,
  reserve = 1,
  release = 2,
  clear = 3,
  preempt = 4,
  preempt_and_abort = 5,
  register_and_ignore_existing_key = 6,
};

// One registration as READ FULL STATUS tells it.
struct Registration {
  Key key = 0;
  bool holder = false;
  Type type{};  // meaningful for the holder
  // "iqn.…" (iSCSI, in lower case), "fc:…" or "sas:…" (16 hex digits); "protocol:N" for others
  std::string initiator;
  bool operator==(const Registration&) const = default;
};

// What REPORT CAPABILITIES says.
struct Capabilities {
  bool persist_through_power_loss = false;  // PTPL_C
  bool exclusive_access_registrants_only = false;
};

// How long a reply may be (ALLOCATION LENGTH has 16 bits): READ FULL STATUS of 80 registrations or more, and of
// some 700; READ KEYS of 8190.
constexpr std::uint16_t short_reply = 8192, longest_reply = 65528;

// Of so few registrations READ FULL STATUS has a short reply, however long their names.
constexpr std::size_t few_registrations = 30;

ScsiCommand read_keys();
ScsiCommand read_reservation();
ScsiCommand read_full_status(std::uint16_t allocation_length = short_reply);
ScsiCommand report_capabilities();

// reservation_key: the key this I_T nexus is registered with (ignored by register_and_ignore_existing_key).
// action_key: the key to register, or the key to preempt.
// Registrations are made with APTPL=1: they must survive a power loss of the target.
ScsiCommand reserve_out(Action action, Key reservation_key, Key action_key);

// A target may leave registrations out that the reply has no room for, without a word
// (core_scsi3_pri_read_full_status() in drivers/target/target_core_pr.c).
bool may_be_cut_off(const std::vector<std::uint8_t>& full_status, std::uint16_t allocation_length);

// Throw Error on a reply too short for what it announces.
std::vector<Registration> parse_full_status(const std::vector<std::uint8_t>& data);
std::vector<Key> parse_keys(
    const std::vector<std::uint8_t>& data);  // one for each I_T nexus: some may be equal
Capabilities parse_capabilities(const std::vector<std::uint8_t>& data);

struct Held {
  Key key = 0;
  Type type{};
};
std::optional<Held> parse_reservation(const std::vector<std::uint8_t>& data);

// The registrations that a reply which was cut off still has.
std::vector<Registration> parse_beginning(const std::vector<std::uint8_t>& full_status);

enum class Verdict {
  good,
  conflict,        // RESERVATION CONFLICT (18h)
  unit_attention,  // to be repeated: a reset or another initiator's action is reported first
  not_ready,  // to be repeated for a while: LOGICAL UNIT NOT READY (2/04/xx), an array changes controllers
  failed,
};

Verdict judge(const ScsiReply& reply);

// INSUFFICIENT REGISTRATION RESOURCES (5/55/04): the target keeps so many and no more.
bool has_no_room_for_registrations(const ScsiReply& reply);

// "RESERVATION CONFLICT", "UNIT ATTENTION (6/2A/03: reservations preempted)", …
std::string describe(const ScsiReply& reply);

}  // namespace pnfs_ha::pr
