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

// The device went away between the question and this: an active would take itself for fenced, and reboot. (Of a
// server's own keys the device need tell nothing.)
TEST_F(OwnRegistrationsTest, are_unknown_without_the_device) {
  host.lun.registered = {{alpha_port, nfsd_key}};
  host.lun.held = FakeLun::Held{alpha_port};
  host.links.erase("/sys/block/sda/device");
  EXPECT_NE(error_of([&] { std::ignore = reservation.read(); }), "");
}

// Of a server with two Fibre Channel ports, the one that its disk is not of: an active took itself for preempted.
TEST_F(OwnRegistrationsTest, are_its_own_through_whatever_port) {
  host.lun.registered = {{"fc:10000090fa942779", alpha_serving}, {client_port, client_key}};
  host.lun.held = FakeLun::Held{"fc:10000090fa942779"};
  const ReservationState state = reservation.read();
  EXPECT_EQ(state.holder, Holder::self);
  EXPECT_EQ(state.own_key, alpha_serving);
  EXPECT_TRUE(state.serving_elsewhere.empty());
}

// RFC 3720 3.2.6.1: iSCSI names have no case, and LIO tells them in lower case (iscsi_initiatorname_tolower()).
TEST_F(OwnRegistrationsTest, are_found_whatever_the_case_of_the_initiators_name) {
  host.files["/sys/class/iscsi_session/session1/initiatorname"] = "iqn.2026-01.org.example:ALPHA\n";
  host.lun.registered = {{alpha_port, nfsd_key}, {client_port, client_key}};
  EXPECT_EQ(reservation.read().own_key, nfsd_key);
  host.files["/sys/class/iscsi_session/session1/initiatorname"] = "iqn.2026-01.org.example:alpha\n";
  host.lun.registered = {{"iqn.2026-01.org.example:Alpha,i,0x00023d000001", nfsd_key}};
  EXPECT_EQ(reservation.read().own_key, nfsd_key);
}

TEST(OwnInitiators, of_iscsi_fibre_channel_and_sas) {
  FakeHost host;
  EXPECT_EQ(own_initiators(host, lun_device), std::set<std::string>{"iqn.2026-01.org.example:alpha"});
  host.links["/sys/block/sda/device"] =
      "/sys/devices/pci0000:00/0000:03:00.0/host7/rport-7:0-1/target7:0:1/7:0:1:0";
  host.files["/sys/class/fc_host/host7/port_name"] = "0x10000090fa942779\n";
  EXPECT_EQ(own_initiators(host, lun_device), std::set<std::string>{"fc:10000090fa942779"});
  host.files.erase("/sys/class/fc_host/host7/port_name");
  host.files["/sys/class/scsi_host/host7/host_sas_address"] = "0x5000c500a1b2c3d4\n";
  EXPECT_EQ(own_initiators(host, lun_device), std::set<std::string>{"sas:5000c500a1b2c3d4"});
  // mpi3mr: no host_sas_address.
  host.files.erase("/sys/class/scsi_host/host7/host_sas_address");
  host.files["/sys/class/sas_phy/phy-7:0/sas_address"] = "0x500605b0000000a0\n";
  host.files["/sys/class/sas_phy/phy-7:1/sas_address"] = "0x0000000000000000\n";    // not connected
  host.files["/sys/class/sas_phy/phy-7:0:4/sas_address"] = "0x500605b0000000ff\n";  // an expander's
  host.files["/sys/class/sas_phy/phy-70:0/sas_address"] = "0x500605b0000000fe\n";
  host.links["/sys/class/sas_phy/phy-7:0"] = host.links["/sys/class/sas_phy/phy-7:1"] = "/sys/devices/x";
  host.links["/sys/class/sas_phy/phy-7:0:4"] = host.links["/sys/class/sas_phy/phy-70:0"] = "/sys/devices/x";
  EXPECT_EQ(own_initiators(host, lun_device), std::set<std::string>{"sas:500605b0000000a0"});
  host.unplug_lun();
  EXPECT_TRUE(own_initiators(host, lun_device).empty());
}

}  // namespace
}  // namespace pnfs_ha
