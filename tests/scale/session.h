// One iSCSI session with a LUN, by libiscsi: as many I_T nexuses from one machine as there are ISIDs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

struct iscsi_context;

namespace scale {

using Key = std::uint64_t;

// APTPL of PERSISTENT RESERVE OUT. Without it LIO forgets everybody's registrations at its next power loss; tgt has no other.
enum class Persistence { through_power_loss, none };

// Where the LUN is, and who asks. The target needs an ACL for the initiator: without one LIO forgets what it registered
// when it logs out.
struct Road {
  std::string portal, target, initiator;
  int lun = 0;
  Persistence persistence = Persistence::through_power_loss;
};

class Session {
 public:
  // Logs in. `number` makes the ISID (RFC 7143 11.12.5): the same number is the same I_T nexus the next time. Throws
  // std::runtime_error, as all do.
  Session(Road road, std::uint16_t number);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();  // logs out

  // REGISTER AND IGNORE EXISTING KEY. 0 removes this session's registration.
  void register_key(Key key);
  std::vector<Key> keys();  // READ KEYS: everybody's; one for each I_T nexus

 private:
  struct Destroy {
    void operator()(iscsi_context* context) const;
  };

  std::runtime_error failure(const std::string& what) const;

  Road road_;
  std::uint16_t number_;
  std::unique_ptr<iscsi_context, Destroy> context_;
};

}  // namespace scale
