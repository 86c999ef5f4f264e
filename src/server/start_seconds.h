// nfsd's client IDs, and so the clients' keys, begin with the second in which nfsd started (nfsd_net's
// boot_time). A second that is used twice, by whatever server of the cluster, makes two clients one: a late
// LAYOUTCOMMIT looks as if nothing had been restarted, and a key is fenced in another's place. No clock is
// trusted with that.
#pragma once

#include <cstdint>

#include "host/host.h"
#include "server/reservation.h"

namespace pnfs_ha {

class StartSeconds {
 public:
  // Beside the client records and their epoch, and below the LUN's mount point beside their copy.
  static constexpr const char* mirror_file = "/var/lib/nfs/nfsdcld/pnfs-ha-start-second";
  static constexpr const char* lun_file = ".pnfs-ha/start-second";
  static constexpr const char* freed_mirror_file = "/var/lib/nfs/nfsdcld/pnfs-ha-freed-by";
  static constexpr const char* freed_lun_file = ".pnfs-ha/freed-by";

  // What reads a record throws NewerFormat rather than go back to a second that was used.
  StartSeconds(Host& host, const Reservation& reservation, const Path& lun_mount_point);

  // Both mounted: the latest second that nfsd started in, as the mirror, the LUN and the keys of the clients
  // that are registered with it tell; 0 if nobody does.
  std::uint32_t last() const;

  // Before any client reaches this nfsd: until then the second is known to nobody. Never goes back.
  void record(std::uint32_t second);
  // On the mirror; also if a newer pnfs-ha did.
  bool is_recorded(std::uint32_t second) const;

  // Both mounted: the start of the latest nfsd that freed blocks (NfsServer::give_blocks()), 0 if none did.
  // For layouts of earlier ones no LAYOUTCOMMIT is accepted: what that nfsd noted of what it freed has died
  // with it (image/nfsd/README.md, "What it leaves out").
  std::uint32_t latest_to_free() const;
  void record_freeing(std::uint32_t second);  // before it does; durable

 private:
  // A number that never goes back, on the mirror and on the LUN.
  struct Record {
    Path mirror, lun;
  };
  std::uint32_t read(const Record& record) const;
  void raise(const Record& record, std::uint32_t second);

  Host& host_;
  const Reservation& reservation_;
  Record started_, freed_;
};

}  // namespace pnfs_ha
