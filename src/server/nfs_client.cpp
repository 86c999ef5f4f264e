#include "server/nfs_client.h"

#include <algorithm>
#include <array>

#include "base/number.h"

namespace pnfs_ha {
namespace {

// The value of "NAME: VALUE", without quotation marks; empty if there is no such line. Asked for each of
// maybe thousands of clients once a second.
std::string field(const std::string& text, const std::string& name) {
  const std::string lines = "\n" + text, head = "\n" + name + ": ";
  std::size_t begin = lines.find(head);
  if (begin == std::string::npos) return {};
  begin += head.size();
  if (begin < lines.size() && lines[begin] == '"') ++begin;
  return lines.substr(begin, lines.find_first_of("\"\n", begin) - begin);
}

}  // namespace

std::optional<NfsClient> parse_nfs_client(const std::string& info) {
  constexpr std::array known{"confirmed", "unconfirmed", "courtesy", "expirable"};
  const std::string id = field(info, "clientid"), status = field(info, "status");
  const auto raw = id.starts_with("0x") ? whole_number<std::uint64_t>(id.substr(2), 16) : std::nullopt;
  const auto age = whole_number<int>(field(info, "seconds from last renew"));
  const std::string address = field(info, "address");
  const bool whole = raw && age && !address.empty() && info.find("\nname: ") != std::string::npos;
  if (!whole || std::ranges::find(known, status) == known.end()) return std::nullopt;
  // The two 32-bit numbers of clientid_t as one native number: nfsd's start time in the lower half here, in
  // the upper half of the key.
  return NfsClient{.key = *raw << 32 | *raw >> 32,
                   .address = address,
                   .name = field(info, "name"),
                   .status = status,
                   .seconds_since_renewal = *age};
}

}  // namespace pnfs_ha
