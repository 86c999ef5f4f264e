// nfsstat4, RFC 8881 15.1. 0 is NFS4_OK.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace nfs41 {

using Status = std::uint32_t;

constexpr Status delay = 10008, not_supported = 10004, grace = 10013, complete_already = 10054,
                 no_matching_layout = 10060;

// Those that a client may answer to CB_SEQUENCE or CB_LAYOUTRECALL (RFC 8881 15.3), without NFS4ERR_.
const std::map<std::string, Status>& callback_errors();

}  // namespace nfs41
