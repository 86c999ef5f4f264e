// Every file of the kernel's, and every small one of the product's, says the same odd thing.
#include <sstream>

#include "agent/witness.h"
#include "control/token.h"
#include "fuzz.h"
#include "server/client_records.h"
#include "server/nfs_server.h"
#include "server/nfsd_module.h"
#include "server/ramdisk.h"
#include "server/reservation.h"
#include "server/shared_lun.h"
#include "server/start_seconds.h"

using namespace pnfs_ha;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  OddHost host;
  let_nfsd_run(host);
  host.all = text_of(data, size);
  std::istringstream lines(*host.all);
  host.names.emplace();
  for (std::string line; std::getline(lines, line) && host.names->size() < 4;) host.names->push_back(line);

  NfsServer nfs(host, "demo", 64);
  may_refuse([&] { static_cast<void>(nfs.state()); });
  may_refuse([&] { static_cast<void>(nfs.grace_is_over()); });
  may_refuse([&] { static_cast<void>(nfs.start_second()); });
  may_refuse([&] { static_cast<void>(nfs.clients()); });
  may_refuse([&] { nfs.wait_until_idle(Host::Duration(0)); });
  may_refuse([&] { nfs.set_reservation_key(serving_key(1)); });
  may_refuse([&] { Ramdisk(host, 128 << 20).create(); });
  may_refuse([&] { static_cast<void>(own_initiators(host, lun_device)); });
  may_refuse([&] { static_cast<void>(witnesses_of(host, two_servers())); });
  may_refuse([&] { static_cast<void>(SharedLun(host, lun_device, "/srv/pnfs-ha").wwn()); });
  may_refuse([&] { require_accepted(host, "nfsd"); });
  may_refuse([&] { require_join_token(host, "c5"); });
  may_refuse([&] {
    const Reservation reservation(host, lun_device, 1);
    const StartSeconds starts(host, reservation, "/srv/pnfs-ha");
    static_cast<void>(starts.latest_to_free());
    static_cast<void>(starts.last());
  });
  may_refuse([&] {
    ClientRecords records(host, "/srv/pnfs-ha");
    static_cast<void>(records.on_lun());
    static_cast<void>(records.on_mirror());
  });
  return 0;
}
