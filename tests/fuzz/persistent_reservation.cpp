// What a LUN answers: READ FULL STATUS, REPORT CAPABILITIES, sense data. From there to the status document.
#include "base/json.h"
#include "fuzz.h"
#include "report/status.h"

using namespace pnfs_ha;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::uint8_t> bytes(data, data + size);
  static_cast<void>(
      pr::describe({.status = size > 0 ? data[0] : std::uint8_t{2}, .sense = bytes, .data = {}}));
  may_refuse([&] { static_cast<void>(pr::parse_capabilities(bytes)); });
  may_refuse([&] { static_cast<void>(pr::may_be_cut_off(bytes, pr::short_reply)); });
  may_refuse([&] {
    Observation seen;
    seen.reservation.emplace();
    seen.reservation->registrations = pr::parse_full_status(bytes);
    if (!seen.reservation->registrations.empty())
      seen.reservation->type = seen.reservation->registrations.front().type;
    const std::string text =
        to_text(to_json(status_of(two_servers(), "alpha", "naa.6001405f", seen, "", {})));
    must(!parse_json(text).is_null(), "the status is a document");
  });
  return 0;
}
