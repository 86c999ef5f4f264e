// Files that are written directly: who writes them, and what is asked of the clients before a planned stop.
#include "direct_files.h"
#include "server/drain.h"

namespace pnfs_ha {
namespace {

TEST(FileUses, each_file_once_with_what_the_client_may_do) {
  const auto uses = parse_file_uses("10.0.0.21", states);
  ASSERT_EQ(uses.size(), 4U);
  EXPECT_EQ(uses[0], data);
  EXPECT_EQ(uses[1], (FileUse{"10.0.0.21", 132, "read only", true, false}));
  EXPECT_EQ(uses[2], mail);
  EXPECT_EQ(uses[3], (FileUse{"10.0.0.21", 134, "locked", false, false}));
  EXPECT_EQ(written_directly(uses), (std::vector<FileUse>{data, mail}));
}

TEST(FileUses, an_address_loses_its_port) {
  EXPECT_EQ(without_port("10.0.0.21:785"), "10.0.0.21");
  EXPECT_EQ(without_port("[fd00::1]:785"), "fd00::1");
}

TEST_F(DirectFiles, a_drain_recalls_what_is_written_and_nothing_else) {
  host.on_recall = [&](std::uint64_t inode) { return give_back(inode); };
  const Drained drained = drain_layouts(host, nfs, "/srv/pnfs-ha", lease);
  EXPECT_EQ(drained.files, 2U);
  EXPECT_TRUE(drained.left.empty());
  EXPECT_EQ(host.changes,
            (std::vector<std::string>{"recall the layouts of 131", "recall the layouts of 133"}));
}

TEST_F(DirectFiles, a_drain_asks_again_for_what_is_written_again_but_not_for_ever) {
  host.on_recall = [&](std::uint64_t inode) { return inode == 131 || give_back(inode); };
  const Drained drained = drain_layouts(host, nfs, "/srv/pnfs-ha", lease);
  EXPECT_EQ(drained.left, std::vector<FileUse>{data});
  EXPECT_EQ(std::ranges::count(host.changes, "recall the layouts of 131"), drain_rounds);
}

// Their clients would be without layouts when the server stops, and their direct I/O would stall.
TEST_F(DirectFiles, a_drain_leaves_alone_what_has_nothing_to_commit) {
  host.on_recall = [&](std::uint64_t inode) { return give_back(inode); };
  host.complete = {131};
  const Drained drained = drain_layouts(host, nfs, "/srv/pnfs-ha", lease);
  EXPECT_EQ(drained.files, 1U);
  EXPECT_TRUE(drained.left.empty());
  EXPECT_EQ(host.changes, (std::vector<std::string>{"recall the layouts of 133"}));
}

TEST_F(DirectFiles, a_drain_names_the_files_of_a_client_that_it_could_not_ask) {
  renewed(16, "courtesy");
  host.nfs_clients = {"1", "2"};
  host.files["/proc/fs/nfsd/clients/2/info"] =
      "clientid: 0x5f1a2b3c00000002\naddress: \"10.0.0.22:785\"\nstatus: confirmed\nname: \"Linux\"\n"
      "seconds from last renew: 0\n";
  host.files["/proc/fs/nfsd/clients/2/states"] =
      "- 0x01: { type: open, access: rw, superblock: \"08:00:140\" }\n- 0x02: { type: layout, superblock: "
      "\"08:00:140\" }\n";
  host.on_recall = [&](std::uint64_t) {
    host.files["/proc/fs/nfsd/clients/2/states"] = "";
    return true;
  };
  EXPECT_EQ(drain_layouts(host, nfs, "/srv/pnfs-ha", lease).left, (std::vector<FileUse>{data, mail}));
}

TEST_F(DirectFiles, a_drain_does_not_wait_for_a_client_that_does_not_answer) {
  host.on_recall = [&](std::uint64_t) { return false; };
  const Host::Duration before = host.uptime();
  EXPECT_EQ(drain_layouts(host, nfs, "/srv/pnfs-ha", lease).left.size(), 2U);
  EXPECT_LE(host.uptime() - before, drain_limit);
}

TEST_F(DirectFiles, a_drain_does_not_wait_until_a_client_has_lost_its_lease) {
  const Host::Duration before = host.uptime();
  host.on_recall = [&](std::uint64_t) { return false; };
  renewed(11);
  EXPECT_EQ(drain_layouts(host, nfs, "/srv/pnfs-ha", lease).left.size(), 2U);
  EXPECT_EQ(host.uptime(), before) << "no time is left";
  renewed(8);
  host.on_recall = [&](std::uint64_t) {
    renewed(11);
    return false;
  };
  EXPECT_EQ(drain_layouts(host, nfs, "/srv/pnfs-ha", lease).left.size(), 2U);
  EXPECT_EQ(host.uptime() - before, std::chrono::seconds(3));
}

// It took "no layout is left" for "all is committed".
TEST_F(DirectFiles, a_client_that_loses_its_lease_during_a_drain_has_committed_nothing) {
  for (const bool forgotten : {false, true}) {
    renewed(0);
    host.files[client_states] = states;
    host.on_recall = [&](std::uint64_t) {
      renewed(16, "courtesy");
      if (forgotten) host.files[client_states] = "";
      return true;
    };
    EXPECT_EQ(drain_layouts(host, nfs, "/srv/pnfs-ha", lease).left, (std::vector<FileUse>{data, mail}));
  }
}

}  // namespace
}  // namespace pnfs_ha
