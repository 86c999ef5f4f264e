// keepalived's FIFO, whose lines may come in pieces.
#include "fuzz.h"
#include "server/election.h"

using namespace pnfs_ha;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes = text_of(data, size);
  std::string whole = bytes, pending;
  const auto said = take_notifications(whole);
  std::optional<Vrrp> last;
  for (std::size_t at = 0; at < size; at += 5) {
    pending += bytes.substr(at, 5);
    if (const auto state = take_notifications(pending)) last = state;
  }
  must(size > 4096 || (said == last && whole == pending), "pieces say what the whole says");
  must(pending.size() <= 4096, "what has no end is given up");
  return 0;
}
