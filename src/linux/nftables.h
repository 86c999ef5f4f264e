// The kernel's packet filter by libnftables: no process to start for each change.
#pragma once

#include <string>

struct nft_ctx;

namespace pnfs_ha {

class Nftables {
 public:
  Nftables() = default;
  Nftables(const Nftables&) = delete;
  Nftables& operator=(const Nftables&) = delete;
  ~Nftables();

  // All of the ruleset or, on Error, nothing of it.
  void apply(const std::string& ruleset);

 private:
  nft_ctx* context();

  nft_ctx* context_ = nullptr;
};

}  // namespace pnfs_ha
