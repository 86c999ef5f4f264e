// The growth of the LUN as people and programs read of it, and what a client is told to run.
#include "report/growth_text.h"
#include "scene.h"

namespace pnfs_ha {
namespace {

TEST(ClientCommands, go_by_the_wwid_and_reach_every_path) {
  const ClientCommands commands = client_commands(lun_device);
  EXPECT_EQ(commands.rescan,
            "for f in $(grep -lx naa.6001405f00d00000000000000000cafe /sys/block/sd*/device/wwid); do echo 1 "
            ">\"${f%wwid}rescan\"; done");
  EXPECT_EQ(commands.multipath, "multipathd resize map 36001405f00d00000000000000000cafe");
  EXPECT_EQ(commands.check, std::string("blockdev --getsize64 ") + lun_device);
}

TEST(GrowthDocument, has_null_for_what_is_not_known) {
  Growth growth;
  growth.servers = {{"alpha", {{"sda", 4096, ""}}}};
  growth.clients = {{"10.0.0.21", "Linux", ""}};
  const auto document = to_json(growth, lun_device);
  EXPECT_EQ(document["format"], 1);
  EXPECT_TRUE(document["lun"].is_null());
  EXPECT_TRUE(document["file_system"]["after"].is_null());
  EXPECT_EQ(document["servers"][0]["paths"][0]["bytes"], 4096);
  EXPECT_EQ(document["clients"][0]["address"], "10.0.0.21");
  EXPECT_EQ(document["commands"]["rescan"], client_commands(lun_device).rescan);
}

TEST(GrowthText, tells_paths_clients_and_the_size_to_expect) {
  Growth growth;
  growth.lun = 8ULL << 30;
  growth.servers = {{"alpha", {{"sda", 8ULL << 30, ""}, {"sdb", 4ULL << 30, "it is offline"}}}};
  growth.clients = {{"10.0.0.21", "Linux", "iqn.2026-01.org.example:client"}, {"10.0.0.22", "Linux", ""}};
  EXPECT_EQ(describe_paths(growth), (std::vector<Lines>{{"alpha", "sda", "8.0 GiB (8589934592 bytes)"},
                                                        {"alpha", "sdb", "not asked: it is offline"}}));
  EXPECT_EQ(describe_clients(growth)[1], (Lines{"10.0.0.22", "not registered", "Linux"}));
  EXPECT_NE(describe_commands(growth, lun_device).find("# prints 8589934592\n"), std::string::npos);
}

}  // namespace
}  // namespace pnfs_ha
