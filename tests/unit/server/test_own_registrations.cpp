// Which registrations of the LUN are this server's own.
#include "scene.h"

namespace pnfs_ha {
namespace {

class OwnRegistrationsTest : public testing::Test {
 protected:
  FakeHost host;
  Reservation reservation{host, lun_device, 1};
};

// In whatever order the target lists them: the earlier session's key is not the one to compare with.
TEST_F(OwnRegistrationsTest, of_an_earlier_session_do_not_keep_it_from_taking) {
  const FakeLun::Port earlier = "iqn.2026-01.org.example:alpha,i,0x00023d000007";
  host.lun.registered = {{alpha_port, alpha_key}, {earlier, alpha_serving}};
  host.lun.held = FakeLun::Held{earlier};
  EXPECT_EQ(reservation.read().own_key, alpha_key);
  EXPECT_EQ(error_of([&] { reservation.take(); }), "");
  EXPECT_EQ(host.lun.held->port, alpha_port);
}

// The device went away between the question and this: an active would take itself for fenced, and reboot.
TEST_F(OwnRegistrationsTest, are_unknown_without_the_device) {
  host.lun.registered = {{alpha_port, alpha_serving}};
  host.lun.held = FakeLun::Held{alpha_port};
  host.links.erase("/sys/block/sda/device");
  EXPECT_NE(error_of([&] { std::ignore = reservation.read(); }), "");
}

// RFC 3720 3.2.6.1: iSCSI names have no case, and LIO tells them in lower case (iscsi_initiatorname_tolower()).
TEST_F(OwnRegistrationsTest, are_found_whatever_the_case_of_the_initiators_name) {
  host.files["/sys/class/iscsi_session/session1/initiatorname"] = "iqn.2026-01.org.example:ALPHA\n";
  host.lun.registered = {{alpha_port, alpha_key}, {client_port, client_key}};
  EXPECT_EQ(reservation.read().own_key, alpha_key);
  host.files["/sys/class/iscsi_session/session1/initiatorname"] = "iqn.2026-01.org.example:alpha\n";
  host.lun.registered = {{"iqn.2026-01.org.example:Alpha,i,0x00023d000001", alpha_key}};
  EXPECT_EQ(reservation.read().own_key, alpha_key);
}

}  // namespace
}  // namespace pnfs_ha
