// The vocabulary on one page: what a server consists of, in the words of the eight steps.
#pragma once

#include "base/names.h"
#include "config/cluster_config.h"   // the cluster, as its servers agreed
#include "history/layout_journal.h"  // which files clients write directly               (6)
#include "host/host.h"               // the machine
#include "server/client_records.h"   // who may reclaim opens and locks                  (6)
#include "server/connections.h"      // whom clients have to notice is another server      (7)
#include "server/election.h"         // keepalived: VRRP and the VIP                       (7)
#include "server/gate.h"             // TCP port 2049, shut unless renewed each second     (7)
#include "server/lun_paths.h"        // by which path it is used                           (3, 8)
#include "server/nfs_server.h"       // kernel nfsd, nfsdcld, rpc.mountd                   (2)
#include "server/ramdisk.h"          // zram                                               (4)
#include "server/reservation.h"      // who may write to the LUN                           (8)
#include "server/shared_lun.h"       // XFS on the LUN                                     (1, 3, 8)
#include "server/start_seconds.h"    // which starts of nfsd there were                    (2)
#include "server/state_mirror.h"     // DRBD over the ramdisks, holding the NFS state      (5, 6)
#include "server/terms.h"            // how many servers in a row died young               (6)
#include "server/validity.h"         // how long the gate stays open                       (7)

namespace pnfs_ha {

// What a server is to its cluster.
enum class Role {
  joining,         // being brought up
  standby,         // ready to take over
  active,          // serves the clients
  out_of_service,  // something failed; the reason is in the status
};

inline constexpr auto role_names = names<Role>({{Role::joining, "joining"},
                                                {Role::standby, "standby"},
                                                {Role::active, "active"},
                                                {Role::out_of_service, "out-of-service"}});

inline const char* to_string(Role role) {
  return role_names.of(role);
}

struct Server {
  Server(Host& machine, ClusterConfig cluster)
      : host(machine),
        config(std::move(cluster)),
        self(config.self(machine)),
        paths(std::make_shared<LunPaths>(machine, config.lun)),
        lun(machine, paths, config.mount_point),
        reservation(machine, paths, self.id),
        ramdisk(machine, config.ramdisk_size),
        mirror(machine),
        records(machine, config.mount_point),
        connections(machine, config.vip.address),
        start_seconds(machine, reservation, config.mount_point),
        terms(machine, config.mount_point),
        nfs(machine, config.name, config.threads),
        layouts(machine, nfs, config.export_root()),
        gate(machine, config, self),
        validity(machine),
        election(machine, config.vip.address, config.interface) {}

  Host& host;
  ClusterConfig config;
  ServerConfig self;  // which of its servers this is; found once
  std::shared_ptr<LunPaths> paths;
  SharedLun lun;
  Reservation reservation;
  Ramdisk ramdisk;
  StateMirror mirror;
  ClientRecords records;
  Connections connections;
  StartSeconds start_seconds;
  Terms terms;
  NfsServer nfs;
  LayoutJournal layouts;
  Gate gate;
  Validity validity;
  Election election;
  Host::Duration taken_at{0};  // when it took the LUN's reservation (Host::uptime())
  bool deaf = false;           // decision.h, is_deaf(): before a takeover
  bool serves = false;         // since then this process has opened the gate
};

}  // namespace pnfs_ha
