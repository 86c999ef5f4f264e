#include "acts.h"

#include <spdlog/spdlog.h>

#include "base/error.h"
#include "config/render.h"
#include "server/exports.h"
#include "server/nfsd_module.h"

namespace pnfs_ha {
namespace {

// While the mirror is connected DRBD makes nobody else Primary.
bool may_others_serve(const Server& s) try {
  return !s.config.alone() && s.mirror.state().is_cut();
} catch (const Error&) {
  return true;
}

}  // namespace

void load_kernel_modules(Server& s) {
  s.host.must_run({"modprobe", "-a", "nfsd", "xfs", "zram", "drbd"}, "see `pnfs-ha check`");
}

void require_fitting_nfsd(Server& s) {
  if (!s.config.stock_nfsd_may_lose_data) require_patched_nfsd(s.host);
}

void configure_services(Server& s) {
  s.gate.hear(s.config, s.self);
  if (write_configuration(s.host, s.config, s.self) != Changed::keepalived) return;
  try {
    s.election.reload();
  } catch (const Error&) {
    keepalived_has_not_read(s.host);
    throw;
  }
}

void register_with_lun(Server& s) {
  s.reservation.choose_path();
  s.reservation.require_no_namesake(s.config.others(s.self));
  s.reservation.register_own_key();
}

void require_nothing_in_place(Server& s) {
  drbd_version(s.host);
  s.ramdisk.require_free();
  s.mirror.require_own_minor();
  s.nfs.require_stopped();
}

void create_own_ramdisk(Server& s) {
  s.mirror.require_own_minor();
  s.ramdisk.create();
}

void take_mirror_down_unless_last_copy(Server& s) {
  if (!s.mirror.is_last_copy()) s.mirror.take_down();
}

void destroy_ramdisk_unless_last_copy(Server& s) {
  if (!s.mirror.is_last_copy()) s.ramdisk.destroy();
}

void leave_read_only_lun(Server& s) {
  try {
    s.reservation.read(std::chrono::seconds(1));
  } catch (const Error& error) {
    spdlog::warn("{}: leaving it as it is", error.what());
    return s.lun.leave();
  }
  s.lun.umount();
}

void return_to_standby_key(Server& s) {
  if (s.lun.access() == Access::read_write) throw Error("the LUN is still mounted read-write");
  s.reservation.return_to_standby_key();
}

void mount_lun_read_write(Server& s) {
  s.reservation.require_held();
  s.lun.rescan();
  s.lun.mount(Access::read_write);
}

void export_to_clients(Server& s) {
  const Path root = s.config.export_root();
  if (!s.host.resolve(root)) {
    for (const std::string& name : s.host.list(s.config.mount_point))
      if (name != ClientRecords::directory && name != "lost+found")
        throw Error(root.string() + " is missing, and the LUN has other files: " + name,
                    "clients would see an empty file system in their place: with every agent stopped, mount "
                    "the LUN on one machine and move them there");
    s.host.create_directory(root);
  }
  export_all(s.host, root);
}

void give_nfsd_its_key(Server& s) {
  if (s.config.stock_nfsd_may_lose_data) {
    s.nfs.set_reservation_key(0);
    s.reservation.hand_to_nfsd();
  } else {
    s.nfs.set_reservation_key(s.reservation.serving_key());
  }
}

void take_nfsds_key_back(Server& s) {
  if (s.config.stock_nfsd_may_lose_data)
    s.reservation.take_back_from_nfsd();
  else
    s.nfs.set_reservation_key(0);
}

void take_lun(Server& s) {
  s.reservation.take();
  s.taken_at = s.host.uptime();
  s.serves = false;
}

void await_older_proofs(Server& s) {
  const Host::Duration until = s.taken_at + (s.deaf ? Validity::longest : s.validity.declared());
  if (const Host::Duration left = until - s.host.uptime(); left > Host::Duration(0)) s.host.sleep(left);
}

void open_gate_as_holder(Server& s) {
  s.validity.withdraw();
  const Host::Duration now = s.host.uptime();
  s.reservation.require_held();
  s.serves = s.gate.open(now, Validity::shortest);
}

void tell_clients(Server& s) {
  if (s.serves) s.connections.wake();
}

void shut_gate_to_requests(Server& s) {
  s.gate.refuse_requests(may_others_serve(s) ? Gate::Others::may_serve : Gate::Others::wait);
  // Of a takeover that came to its end. What another server declared, the next takeover has to wait out as well.
  if (!s.serves) return;
  s.validity.withdraw();
  // Nobody connects any more: the list is exact. Whoever is not on it only waits longer.
  try {
    s.connections.save(Connections::Former::are_gone);
  } catch (const Error& error) {
    spdlog::warn("{}", error.what());
  }
}

}  // namespace pnfs_ha
