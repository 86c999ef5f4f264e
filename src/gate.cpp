#include "gate.h"

#include <spdlog/fmt/fmt.h>

namespace pnfs_ha {

Gate::Gate(Host& host) : host_(host) {}

void Gate::install() {
  // Priority -200: before any firewall of the administrator, which can only close more. Replies are dropped
  // as well: an nfsd that hangs must not answer what it took in before.
  host_.nft(
      "add table inet pnfs_ha\n"
      "add set inet pnfs_ha open { type inet_service; flags timeout; }\n"
      "add chain inet pnfs_ha input { type filter hook input priority -200; }\n"
      "add chain inet pnfs_ha output { type filter hook output priority -200; }\n"
      "flush chain inet pnfs_ha input\n"
      "flush chain inet pnfs_ha output\n"
      "add rule inet pnfs_ha input tcp dport 2049 tcp dport != @open drop\n"
      "add rule inet pnfs_ha output tcp sport 2049 tcp sport != @open drop\n");
}

void Gate::open() {
  // One transaction; the kernel renews no timeout of an element that is already there.
  host_.nft(
      fmt::format("add element inet pnfs_ha open {{ 2049 }}\n"
                  "delete element inet pnfs_ha open {{ 2049 }}\n"
                  "add element inet pnfs_ha open {{ 2049 timeout {}s }}\n",
                  lifetime.count()));
}

void Gate::close() {
  host_.nft("flush set inet pnfs_ha open\n");
}

}  // namespace pnfs_ha
