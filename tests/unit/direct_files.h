// A server one of whose clients writes two files directly.
#pragma once

#include "history/layout_journal.h"
#include "scene.h"

namespace pnfs_ha {

// As Linux 6.12 writes it (states_show() in fs/nfsd/nfs4state.c).
inline const std::string states =
    "- 0x0100000065f1a2b3c4d5e6f700000001: { type: open, access: rw, deny: --, superblock: \"08:00:131\", "
    "filename: \"db/data\", owner: \"open id:\\x00\" }\n"
    "- 0x0200000065f1a2b3c4d5e6f700000002: { type: layout, superblock: \"08:00:131\", filename: \"db/data\" "
    "}\n"
    "- 0x0300000065f1a2b3c4d5e6f700000003: { type: open, access: r-, deny: --, superblock: \"08:00:132\", "
    "filename: \"/\", owner: \"open id:\\x00\" }\n"
    "- 0x0400000065f1a2b3c4d5e6f700000004: { type: layout, superblock: \"08:00:132\", filename: \"read "
    "only\" }\n"
    "- 0x0500000065f1a2b3c4d5e6f700000005: { type: deleg, access: w, superblock: \"08:00:133\", filename: "
    "\"mail\" }\n"
    "- 0x0600000065f1a2b3c4d5e6f700000006: { type: layout, superblock: \"08:00:133\", filename: \"mail\" }\n"
    "- 0x0700000065f1a2b3c4d5e6f700000007: { type: lock, superblock: \"08:00:134\", filename: \"locked\", "
    "owner: "
    "\"lock id:\\x00\" }\n"
    "nothing of the kind\n";

inline const FileUse data{"10.0.0.21", 131, "db/data", true, true};
inline const FileUse mail{"10.0.0.21", 133, "mail", true, true};

class DirectFiles : public testing::Test {
 protected:
  DirectFiles() {
    host.mounts["/proc/fs/nfsd"] = {};
    host.mounts["/var/lib/nfs"] = {};
    host.nfsd_threads = 64;
    host.nfs_clients = {"1"};
    host.files["/proc/fs/nfsd/v4_end_grace"] = "Y\n";
    renewed(0);
    host.files[client_states] = states;
    host.files["/sys/module/nfsd/parameters/late_layoutcommit"] = "Y\n";
  }

  void renewed(int seconds_ago, const std::string& status = "confirmed") {
    host.files["/proc/fs/nfsd/clients/1/info"] =
        "clientid: 0x5f1a2b3c00000001\naddress: \"10.0.0.21:785\"\nstatus: " + status +
        "\nname: \"Linux\"\nseconds from last renew: " + std::to_string(seconds_ago) + "\n";
  }

  // All that was promised about a file is gone, as after its client returned it.
  bool give_back(std::uint64_t inode) {
    std::string rest;
    std::istringstream lines(host.files[client_states]);
    for (std::string line; std::getline(lines, line);)
      if (line.find("type: layout, superblock: \"08:00:" + std::to_string(inode)) == std::string::npos)
        rest += line + "\n";
    host.files[client_states] = rest;
    return true;
  }

  static constexpr std::chrono::seconds lease{15};
  FakeHost host;
  const std::string client_states = "/proc/fs/nfsd/clients/1/states";
  NfsServer nfs{host, "demo", 64};
  LayoutJournal journal{host, nfs, "/srv/pnfs-ha"};
};

}  // namespace pnfs_ha
