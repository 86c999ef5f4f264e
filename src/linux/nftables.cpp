#include "linux/nftables.h"

#include <nftables/libnftables.h>

#include "base/error.h"

namespace pnfs_ha {

Nftables::~Nftables() {
  if (context_ != nullptr) nft_ctx_free(context_);
}

nft_ctx* Nftables::context() {
  if (context_ != nullptr) return context_;
  context_ = nft_ctx_new(NFT_CTX_DEFAULT);
  if (context_ == nullptr) throw Error("cannot use nftables");
  nft_ctx_buffer_error(context_);
  nft_ctx_buffer_output(context_);
  return context_;
}

void Nftables::apply(const std::string& ruleset) {
  nft_ctx* nft = context();
  if (nft_run_cmd_from_buffer(nft, ruleset.c_str()) != 0)
    throw Error(std::string("nftables refuses: ") + nft_ctx_get_error_buffer(nft),
                "the kernel needs the modules nf_tables and nft_… of its standard build");
  nft_ctx_get_output_buffer(nft);  // or what is listed there would pile up
}

}  // namespace pnfs_ha
