// How a client answers the recalls of its layouts: as it is told.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "nfs41.h"

namespace nfs41 {

// Nothing at all; bytes that are no results.
enum class Speech { answers, silent, garbage };

// Status of CB_SEQUENCE (RFC 8881 20.9) and, if that is 0, of CB_LAYOUTRECALL (20.3).
struct Answer {
  Speech speech = Speech::answers;
  Status sequence = 0, recall = 0;
};

struct Recall {
  Stateid stateid;
  std::uint32_t sequence = 0;     // of the backchannel's slot
  std::vector<CallId> referring;  // csa_referring_call_lists
};

// Results of CB_COMPOUND for its arguments. `ask` is asked about each CB_LAYOUTRECALL; other operations are
// answered NFS4ERR_NOTSUPP. Throws std::runtime_error if the server's arguments make no sense.
std::optional<std::string> answer_callback(const std::string& arguments,
                                           const std::function<Answer(const Recall&)>& ask);

}  // namespace nfs41
