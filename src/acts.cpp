#include "acts.h"

#include "base/error.h"
#include "config/render.h"
#include "server/nfsd_module.h"

namespace pnfs_ha {

void require_fitting_nfsd(Node& n) {
  if (!n.config.stock_nfsd_may_lose_data) require_patched_nfsd(n.host);
}

void configure_services(Node& n) {
  if (write_configuration(n.host, n.config) == Changed::keepalived) n.election.reload();
}

void take_mirror_down_unless_last_copy(Node& n) {
  if (!n.mirror.is_last_copy()) n.mirror.take_down();
}

void destroy_ramdisk_unless_last_copy(Node& n) {
  if (!n.mirror.is_last_copy()) n.ramdisk.destroy();
}

void return_to_standby_key(Node& n) {
  if (n.lun.access() == Access::read_write) throw Error("the LUN is still mounted read-write");
  n.reservation.return_to_standby_key();
}

void mount_lun_read_write(Node& n) {
  n.reservation.require_held();
  n.lun.mount(Access::read_write);
}

void give_nfsd_its_key(Node& n) {
  if (n.config.stock_nfsd_may_lose_data) {
    n.nfs.set_reservation_key(0);
    n.reservation.hand_to_nfsd();
  } else {
    n.nfs.set_reservation_key(n.reservation.serving_key());
  }
}

void take_nfsds_key_back(Node& n) {
  if (n.config.stock_nfsd_may_lose_data)
    n.reservation.take_back_from_nfsd();
  else
    n.nfs.set_reservation_key(0);
}

void open_gate_as_holder(Node& n) {
  const Host::Duration now = n.host.uptime();
  n.reservation.require_held();
  n.gate.open(now);
}

}  // namespace pnfs_ha
