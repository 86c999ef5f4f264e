#include "plan.h"

#include "acts.h"
#include "config/render.h"
#include "config/units.h"

namespace pnfs_ha {

using enum StepId;

namespace {

// What bring_up and a renewal share.

Sequence see_lun(Node& n) {
  return Sequence("see_lun")
      // Under the active's reservation an unregistered server reads nothing, and probed size and cache wrong.
      .step(3, register_key, "register with the LUN", [&n] { n.reservation.register_own_key(); })
      .undo("unregister from the LUN", [&n] { n.reservation.unregister(); })
      .step(3, rescan_lun, "read the LUN's size and cache mode again", [&n] { n.lun.rescan(); })
      .step(3, mount_read_only, "mount the LUN read-only", [&n] { n.lun.mount(n.config.standby_mount); })
      .undo("unmount the LUN", [&n] { n.lun.umount(); });
}

Sequence join_mirror(Node& n) {
  return Sequence("join_mirror")
      .step(4, create_ramdisk, "create the ramdisk", [&n] { n.ramdisk.create(); })
      .undo("destroy the ramdisk", [&n] { destroy_ramdisk_unless_last_copy(n); })
      .step(5, create_metadata, "create the mirror's metadata", [&n] { n.mirror.create_metadata(); })
      .step(5, connect_mirror, "connect the mirror", [&n] { n.mirror.bring_up(); })
      .undo("take the mirror down", [&n] { take_mirror_down_unless_last_copy(n); });
}

}  // namespace

Sequence format(Node& n, Overwrite overwrite) {
  return Sequence("format")
      .step(1, check_blank, "check that the LUN is a whole, blank disk",
            [&n, overwrite] { n.lun.require_blank(overwrite); })
      .step(1, make_xfs, "create the LUN's XFS", [&n, overwrite] { n.lun.format(n.config.name, overwrite); });
}

Sequence bring_up(Node& n) {
  return Sequence("bring_up")
      .step(7, check_configuration, "check that the configuration fits this server",
            [&n] { require_fits_machine(n.config, n.host); })
      .step(2, load_modules, "load the kernel modules",
            [&n] {
              n.host.must_run({"modprobe", "-a", "nfsd", "xfs", "zram", "drbd"}, "see `pnfs-ha check`");
            })
      // Here, not in the takeover: whoever cannot serve must not stop the one that does.
      .step(2, check_nfsd, "check that this nfsd may serve", [&n] { require_fitting_nfsd(n); })
      // Before keepalived can bring the VIP here: a closed port would answer with RST, and clients back off.
      .step(7, shut_gate, "shut the gate to the NFS port", [&n] { n.gate.install(); })
      .step(2, configure, "configure nfsd, DRBD and keepalived", [&n] { configure_services(n); })
      .step(2, prepare_nfs, "install the NFS server, not running", [&n] { n.nfs.prepare(); })
      .then(see_lun(n))
      .then(join_mirror(n))
      // Last: only a server that is ready may be elected.
      .step(7, start_keepalived, "start keepalived", [&n] { n.election.join(); })
      .undo("stop keepalived", [&n] { n.election.leave(); });
}

Sequence takeover(Node& n) {
  return Sequence("takeover", "release")
      // Before the reservation: DRBD refuses while a live peer is Primary on a working link, which protects a
      // healthy active from a half-deaf standby.
      .step(6, promote_mirror, "promote the state mirror", [&n] { n.mirror.promote(); })
      .undo("demote the state mirror", [&n] { n.mirror.demote(); })
      // Never released: the LUN would be open to servers and clients that were fenced.
      .step(8, take_reservation, "take the LUN's reservation", [&n] { n.reservation.take(); })
      .undo("hold it as standby", [&n] { return_to_standby_key(n); })
      // XFS refuses to remount a norecovery mount read-write.
      .step(8, unmount_read_only, "unmount the read-only LUN", [&n] { n.lun.umount(); })
      .undo("mount the LUN read-only", [&n] { n.lun.mount(n.config.standby_mount); })
      // A moment has passed: a target that forgot its reservations in it would let two servers write.
      .step(8, mount_read_write, "mount the LUN read-write", [&n] { mount_lun_read_write(n); })
      .undo("unmount the LUN", [&n] { n.lun.umount(); })
      .step(6, mount_state, "mount the NFS server's state", [&n] { n.mirror.mount(); })
      .undo("unmount the NFS server's state", [&n] { n.mirror.umount(); })
      .step(6, choose_records, "choose the newest client records", [&n] { n.records.choose_newest(); })
      .step(6, start_nfsdcld, "start nfsdcld on that state", [&n] { n.nfs.start_tracker(); })
      .undo("stop nfsdcld", [&n] { n.nfs.stop_tracker(); })
      .step(2, export_lun, "export the LUN", [&n] { n.nfs.export_all(); })
      .undo("withdraw the export", [&n] { n.nfs.unexport_all(); })
      .step(2, give_nfsd_key, "give nfsd the key that it fences clients under",
            [&n] { give_nfsd_its_key(n); })
      .undo("take the key back from nfsd", [&n] { take_nfsds_key_back(n); })
      .step(2, set_parameters, "set nfsd's parameters",
            [&n] { n.nfs.set_parameters(n.start_seconds.last(), n.start_seconds.latest_to_free()); })
      // Before nfsd answers anybody: a client of an earlier start may still write to what it had a layout
      // for. The fencer ends it.
      .step(2, keep_blocks, "keep every block", [&n] { n.nfs.keep_blocks(); })
      .undo("let blocks go", [&n] { n.nfs.give_blocks(); })
      .step(2, start_nfsd, "start the NFS server", [&n] { n.nfs.start(); })
      .undo("stop the NFS server", [&n] { n.nfs.stop(); })
      // At once: no later start may be in the same second.
      .step(2, record_start, "write down in which second it started",
            [&n] { n.start_seconds.record(n.nfs.start_second()); })
      // Before the keeper, which writes this server's own.
      .step(6, keep_layout_journal, "keep the former journal of layouts", [&n] { n.layouts.take_over(); })
      .undo("close the journal of layouts", [&n] { n.layouts.close(); })
      .optional()
      .step(6, start_keeper, "start the keeper", [&n] { n.host.start_unit(units::keeper); })
      .undo("stop the keeper", [&n] { n.host.stop_unit(units::keeper); })
      .step(8, start_fencer, "start the fencer", [&n] { n.host.start_unit(units::fencer); })
      .undo("stop the fencer", [&n] { n.host.stop_unit(units::fencer); })
      // Not on the strength of what was true before all these steps.
      .step(7, open_gate, "open the gate to the NFS port", [&n] { open_gate_as_holder(n); })
      .undo("shut the gate to new requests", [&n] { n.gate.refuse_requests(); });
}

Sequence renew_standby(Node& n) {
  return Sequence("renew_standby")
      // It shows an old state of the LUN. Before the registration: a server that registers without comparing
      // must have nothing mounted read-write.
      .step(3, unmount_read_only, "unmount the read-only LUN", [&n] { n.lun.umount(); })
      .then(see_lun(n));
}

Sequence renew_mirror(Node& n) {
  return Sequence("renew_mirror")
      // A server without old metadata is always the target of the next resynchronisation.
      .step(5, take_mirror_down, "take the mirror down", [&n] { n.mirror.take_down(); })
      .step(4, destroy_ramdisk, "destroy the ramdisk", [&n] { n.ramdisk.destroy(); })
      .then(join_mirror(n));
}

Sequence switchover(Node& n, const Agents& agents, Drained& drained) {
  return Sequence("switchover")
      // Nothing is asked of the clients for a switchover that is refused.
      .step(8, check_successor, "check that the other server is ready", agents.require_successor)
      // A thread that waits for a client's layout behind a shut gate waits for ever, and nfsd's stop for the
      // thread.
      .step(2, quiesce_nfsd, "have nfsd wait for no client any more", [&n] { n.nfs.quiesce(); })
      .undo("let nfsd wait for clients again", [&n] { n.nfs.resume(); })
      // Clients commit and return what they have, until the last thread is idle.
      .step(2, recall_layouts, "recall the layouts of what is not committed",
            [&n, &drained] {
              drained = drain_layouts(n.host, n.nfs, n.config.mount_point,
                                      std::chrono::seconds(n.config.lease_seconds));
            })
      .step(2, wait_until_idle, "wait until nfsd waits for no client",
            [&n, &drained] { drained.idle = n.nfs.wait_until_idle(idle_limit); })
      // The agent may be stopping nfsd when its answer is late or lost: to let nfsd wait for clients again
      // could hang that stop. An agent that does not release resumes nfsd itself (quiesce_limit).
      .point_of_no_return()
      .step(8, release, "have this server release what it holds", agents.release)
      .step(8, await_successor, "wait until the other server is active", agents.await_successor);
}

}  // namespace pnfs_ha
