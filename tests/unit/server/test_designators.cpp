// Whether clients find the LUN by what nfsd tells them of it.
#include <spdlog/fmt/fmt.h>

#include "scene.h"
#include "server/designators.h"

namespace pnfs_ha {
namespace {

std::string from_hex(const std::string& digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  return bytes;
}

const std::string naa = "6001405f00d00000000000000000cafe", eui = "0011223344556677";
const std::string naa_descriptor = "01030010" + naa, eui_descriptor = "01020008" + eui;
const std::string vendor = "0201000a" + std::string("4c494f2d4f5247000000");  // T10, in ASCII
const std::string port = "01930008" + std::string("5001405f00000001");        // a target port's NAA

std::string page(const std::string& descriptors) {
  return from_hex(fmt::format("0083{:04x}", descriptors.size() / 2) + descriptors);
}

TEST(DesignatorsTest, of_the_logical_unit_in_binary) {
  Designators found = parse_designators(page(vendor + port + naa_descriptor));
  EXPECT_EQ(found.naa, naa);
  EXPECT_EQ(found.eui64, "");
  found = parse_designators(page(eui_descriptor + naa_descriptor));
  EXPECT_EQ(found.naa, naa);
  EXPECT_EQ(found.eui64, eui);
}

TEST(DesignatorsTest, of_a_page_that_is_cut_off_are_those_before) {
  const std::string whole = page(eui_descriptor + naa_descriptor);
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    const Designators found = parse_designators(whole.substr(0, length));
    EXPECT_EQ(found.eui64, length < 16 ? "" : eui) << length;
    EXPECT_EQ(found.naa, length < whole.size() ? "" : naa) << length;
  }
}

TEST(DesignatorsTest, that_clients_would_not_find_are_refused) {
  FakeHost host;
  const auto refused = [&](const std::string& descriptors) {
    host.files["/sys/block/sda/device/vpd_pg83"] = page(descriptors);
    return error_of([&] { SharedLun::stable_name(host, lun_device); });
  };
  EXPECT_EQ(refused(naa_descriptor), "");
  EXPECT_EQ(refused(vendor + naa_descriptor + port), "");
  EXPECT_EQ(refused(eui_descriptor + naa_descriptor),
            "/dev/sda has an EUI-64 designator (" + eui +
                "), which nfsd tells clients; they know the LUN by the "
                "other one, naa." +
                naa);
}

}  // namespace
}  // namespace pnfs_ha
