// A LUN that keeps persistent reservations as SPC-4 and LIO (drivers/target/target_core_pr.c) do: bytes in,
// bytes out, for any number of I_T nexuses.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/persistent_reservation.h"

namespace pnfs_ha {

class FakeLun {
 public:
  // An initiator port: "iqn.…,i,0x00023d000001" (with its session's ISID), "fc:…" or "sas:…".
  using Port = std::string;

  struct Registered {
    Port port;
    pr::Key key = 0;
    bool operator==(const Registered&) const = default;
  };
  struct Held {
    Port port;
    pr::Type type = pr::Type::exclusive_access_registrants_only;
    bool operator==(const Held&) const = default;
  };

  ScsiReply execute(const Port& port, const ScsiCommand& command);

  // Under Exclusive Access - Registrants Only, whoever is not registered cannot even read.
  bool may_access(const Port& port) const;

  // The next command of that port is answered with CHECK CONDITION, UNIT ATTENTION.
  void raise_attention(const Port& port, std::uint8_t code, std::uint8_t qualifier);

  // "0x… iqn.…" of each registration, the holder's with a star: the record that tests compare.
  std::vector<std::string> text() const;

  std::vector<Registered> registered;
  std::optional<Held> held;
  std::uint32_t generation = 0;
  std::string content = "xfs";  // what blkid would say
  std::uint64_t bytes = 4ULL << 30, xfs_bytes = bytes;

  // What another initiator does just before a command arrives.
  std::function<void(const ScsiCommand&)> meanwhile;
  // What the target answers in place of what it should.
  std::function<std::optional<ScsiReply>(const ScsiCommand&)> instead;

 private:
  struct Attention {
    std::uint8_t code, qualifier;
  };

  ScsiReply reserve_in(const ScsiCommand& command) const;
  ScsiReply reserve_out(const Port& port, const ScsiCommand& command);
  ScsiReply preempt(const Port& port, pr::Key victim);
  Registered* find(const Port& port);
  void remove(const Port& port);

  std::map<Port, std::deque<Attention>> attentions_;
};

// "PREEMPT AND ABORT 0x… with 0x…"
std::string name_of(const ScsiCommand& reserve_out);

// CHECK CONDITION with this sense, in fixed format.
ScsiReply check_condition(std::uint8_t key, std::uint8_t code, std::uint8_t qualifier);

// The TransportID of a port, SPC-4 7.6.4.
std::vector<std::uint8_t> transport_id(const FakeLun::Port& port);

}  // namespace pnfs_ha
