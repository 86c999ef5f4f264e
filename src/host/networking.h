#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "host/part.h"

namespace pnfs_ha {

struct InterfaceAddress {
  std::string interface;
  std::string address;  // numeric, without scope
  int prefix = 0;       // bits
};

class Networking : public Part {
 public:
  virtual std::string host_name() const = 0;  // uname -n
  virtual std::vector<InterfaceAddress> addresses() const = 0;

  virtual void nft(const std::string& ruleset) = 0;  // one atomic nftables transaction

  // Calls the NFS server's NULL procedure (RFC 8881 16.1) over the loopback interface; throws if it refuses
  // or says nothing for this long.
  virtual void call_nfsd(std::chrono::seconds limit) = 0;
};

}  // namespace pnfs_ha
