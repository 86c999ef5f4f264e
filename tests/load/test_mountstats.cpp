#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "mountstats.h"

namespace pnfs_load {
namespace {

// A client with a 4.2 mount of the cluster, an overmounted directory and a plain NFS server, as the kernel
// prints it (nine numbers an operation since statvers 1.1's RPC iostats 1.1).
constexpr const char* captured = R"(device /dev/vda1 mounted on / with fstype ext4
device proc mounted on /proc with fstype proc
device 10.77.0.100:/ mounted on /mnt/pnfs with fstype nfs4 statvers=1.1
	opts:	rw,vers=4.2,rsize=262144,wsize=262144,namlen=255,acregmin=3,acregmax=60,acdirmin=30,acdirmax=60,hard,proto=tcp,timeo=600,retrans=2,sec=sys,clientaddr=10.77.0.50,local_lock=none
	age:	74
	impl_id:	name='',domain='',date='0,0'
	caps:	caps=0xfffbc0b7,wtmult=512,dtsize=262144,bsize=0,namlen=255
	nfsv4:	bm0=0xfdffbfff,bm1=0x40f9be3e,bm2=0x60803,acl=0x3,sessions,pnfs=LAYOUT_SCSI,lease_time=25,lease_expired=0
	sec:	flavor=1,pseudoflavor=1
	events:	38 94 0 1 5 7 104 3 0 0 0 2 6 1 4 0 0 2 1 0 0 0 0 0 0 52 51 
	bytes:	0 0 212992 208896 212992 208896 0 0 

	RPC iostats version: 1.1  p/v: 100003/4 (nfs)
	xprt:	tcp 0 0 1 0 4 91 91 0 91 0 2 0 0
	per-op statistics
	        NULL: 1 1 0 44 24 0 1 1 0
	        READ: 0 0 0 0 0 0 0 0 0
	       WRITE: 0 0 0 0 0 0 0 0 0
	      COMMIT: 0 0 0 0 0 0 0 0 0
	        OPEN: 5 5 0 1580 1924 0 9 9 0
	       CLOSE: 3 3 0 768 504 0 1 1 0
	 EXCHANGE_ID: 2 2 0 520 216 0 2 2 0
	GETDEVICEINFO: 1 1 0 220 140 0 3 3 0
	   LAYOUTGET: 4 4 0 1008 880 0 6 6 1
	LAYOUTCOMMIT: 2 2 0 640 320 0 8 8 0
	   READ_PLUS: 0 0 0 0 0 0 0 0 0

device tmpfs mounted on /mnt/pnfs/a\040b with fstype tmpfs
device old:/x mounted on /srv with fstype nfs4 statvers=1.1
	opts:	rw,vers=4.1,hard
	nfsv4:	bm0=0xfdffbfff,acl=0x0,sessions,pnfs=not configured,lease_time=90,lease_expired=0
	per-op statistics
	        READ: 17 18 0 1 2 3 4 5 0
device new:/x mounted on /srv with fstype nfs4 statvers=1.1
	opts:	rw,vers=4.0,hard
	nfsv4:	bm0=0xfdffbfff,acl=0x0
)";

std::optional<MountStats> captured_mount_of(const std::string& path) {
  return mount_of(parse_mountstats(captured), path);
}

TEST(Mountstats, reads_the_layout_driver_and_the_counters_of_a_pnfs_mount) {
  const auto mount = captured_mount_of("/mnt/pnfs/load");
  const MountStats expected{"10.77.0.100:/",
                            "/mnt/pnfs",
                            "nfs4",
                            "4.2",
                            "LAYOUT_SCSI",
                            {{"NULL", 1},
                             {"READ", 0},
                             {"WRITE", 0},
                             {"COMMIT", 0},
                             {"OPEN", 5},
                             {"CLOSE", 3},
                             {"EXCHANGE_ID", 2},
                             {"GETDEVICEINFO", 1},
                             {"LAYOUTGET", 4},
                             {"LAYOUTCOMMIT", 2},
                             {"READ_PLUS", 0}}};
  EXPECT_EQ(mount, expected);
  EXPECT_TRUE(is_nfs(*mount));
  EXPECT_EQ(mountstats_from_json(to_json(*mount)), expected);
}

TEST(Mountstats, finds_the_mount_a_path_lies_on) {
  EXPECT_EQ(captured_mount_of("/mnt/pnfs")->device, "10.77.0.100:/");
  EXPECT_EQ(captured_mount_of("/mnt/pnfs/a b/c")->device, "tmpfs");
  EXPECT_EQ(captured_mount_of("/mnt/pnfs2")->device, "/dev/vda1");  // a name that only begins alike
  EXPECT_EQ(captured_mount_of("/srv/y")->device, "new:/x");         // covers the older one
  EXPECT_FALSE(is_nfs(*captured_mount_of("/home")));
  EXPECT_FALSE(mount_of({}, "/home"));
}

TEST(Mountstats, tells_a_mount_without_a_layout_driver_from_one_without_pnfs) {
  const auto mounts = parse_mountstats(captured);
  ASSERT_EQ(mounts.size(), 6U);
  EXPECT_EQ(mounts[4].layout, "not configured");
  EXPECT_EQ(mounts[4].operations.at("READ"), 17U);
  EXPECT_EQ(mounts[5].layout, "");
  EXPECT_TRUE(mounts[5].operations.empty());
}

TEST(DirectIo, is_direct_only_with_the_scsi_layout_and_no_data_through_the_server) {
  const MountStats before = *captured_mount_of("/mnt/pnfs");
  MountStats after = before;
  after.operations["LAYOUTGET"] += 3;
  after.operations["OPEN"] += 9;
  EXPECT_TRUE(direct_io(before, after).direct());
  EXPECT_EQ(direct_io(before, after).layoutget, 3);

  for (const char* through_the_server : {"READ", "READ_PLUS", "WRITE"}) {
    MountStats fallen_back = after;
    ++fallen_back.operations[through_the_server];
    EXPECT_FALSE(direct_io(before, fallen_back).direct()) << through_the_server;
  }
  MountStats without = after;
  without.layout = "not configured";
  EXPECT_FALSE(direct_io(before, without).direct());
}

TEST(DirectIo, is_not_vouched_for_when_the_counters_began_anew) {
  MountStats before = *captured_mount_of("/mnt/pnfs");
  before.operations["READ_PLUS"] = 12;
  const DirectIo remounted = direct_io(before, *captured_mount_of("/mnt/pnfs"));
  EXPECT_EQ(remounted.read_plus, -12);
  EXPECT_FALSE(remounted.direct());
}

TEST(DirectIo, reports_every_counter_under_its_name) {
  const MountStats before = *captured_mount_of("/mnt/pnfs");
  MountStats after = before;
  after.operations = {{"LAYOUTGET", 5}, {"LAYOUTCOMMIT", 4}, {"GETDEVICEINFO", 4},
                      {"READ", 4},      {"READ_PLUS", 5},    {"WRITE", 6}};
  const nlohmann::ordered_json expected{{"layout", "LAYOUT_SCSI"}, {"layoutget_delta", 1},
                                        {"layoutcommit_delta", 2}, {"getdeviceinfo_delta", 3},
                                        {"read_delta", 4},         {"read_plus_delta", 5},
                                        {"write_delta", 6},        {"direct_io", false}};
  EXPECT_EQ(to_json(direct_io(before, after)), expected);
}

}  // namespace
}  // namespace pnfs_load
