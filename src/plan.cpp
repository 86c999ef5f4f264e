#include "plan.h"

#include "acts.h"
#include "config/render.h"
#include "config/units.h"
#include "server/exports.h"

namespace pnfs_ha {

using enum StepId;

namespace {

// What bring_up and a renewal share.

Sequence see_lun(Server& s) {
  return Sequence("see_lun")
      // Under the active's reservation an unregistered server reads nothing, and probed size and cache wrong.
      .step(3, register_key, "register with the LUN", [&s] { register_with_lun(s); })
      .undo("unregister from the LUN", [&s] { s.reservation.unregister(); })
      .step(3, rescan_lun, "read the LUN's size and cache mode again", [&s] { s.lun.rescan(); })
      .step(3, mount_read_only, "mount the LUN read-only", [&s] { s.lun.mount(s.config.standby_mount); })
      .undo("unmount the LUN", [&s] { s.lun.umount(); });
}

Sequence join_mirror(Server& s) {
  return Sequence("join_mirror")
      .step(4, create_ramdisk, "create the ramdisk", [&s] { create_own_ramdisk(s); })
      .undo("destroy the ramdisk", [&s] { destroy_ramdisk_unless_last_copy(s); })
      .step(5, create_metadata, "create the mirror's metadata", [&s] { s.mirror.create_metadata(); })
      .step(5, connect_mirror, "connect the mirror", [&s] { s.mirror.bring_up(); })
      .undo("take the mirror down", [&s] { take_mirror_down_unless_last_copy(s); });
}

}  // namespace

Sequence format(Server& s, Overwrite overwrite) {
  return Sequence("format")
      .step(1, check_blank, "check that the LUN is a whole, blank disk",
            [&s, overwrite] { s.lun.require_blank(overwrite); })
      .step(1, make_xfs, "create the LUN's XFS", [&s, overwrite] { s.lun.format(s.config.name, overwrite); });
}

Sequence bring_up(Server& s) {
  return Sequence("bring_up")
      .step(7, check_configuration, "check that the configuration fits this server",
            [&s] { require_fits_machine(s.config, s.host); })
      .step(2, load_modules, "load the kernel modules", [&s] { load_kernel_modules(s); })
      // Here, not in the takeover: whoever cannot serve must not stop the one that does.
      .step(2, check_nfsd, "check that this nfsd may serve", [&s] { require_fitting_nfsd(s); })
      // Before keepalived can bring the VIP here: a closed port would answer with RST, and clients back off.
      .step(7, shut_gate, "shut the gate to the NFS port", [&s] { s.gate.install(); })
      .step(2, configure, "configure nfsd, DRBD and keepalived", [&s] { configure_services(s); })
      .step(2, prepare_nfs, "install the NFS server, not running", [&s] { s.nfs.prepare(); })
      .then(see_lun(s))
      .then(join_mirror(s))
      // Last: only a server that is ready may be elected.
      .step(7, start_keepalived, "start keepalived", [&s] { s.election.join(); })
      .undo("stop keepalived", [&s] { s.election.leave(); });
}

Sequence takeover(Server& s) {
  return Sequence("takeover", "release")
      // Whoever reloaded a firewall since may have removed it.
      .step(7, shut_gate, "shut the gate to the NFS port", [&s] { s.gate.install(); })
      // First: DRBD refuses while a live peer is Primary on a working link: no half-deaf standby takes its LUN.
      .step(6, promote_mirror, "promote the state mirror", [&s] { s.mirror.promote(); })
      .undo("demote the state mirror", [&s] { s.mirror.demote(); })
      // Never released: the LUN would be open to servers and clients that were fenced.
      .step(8, take_reservation, "take the LUN's reservation", [&s] { take_lun(s); })
      .undo("hold it as standby", [&s] { return_to_standby_key(s); })
      // XFS refuses to remount a norecovery mount read-write.
      .step(8, unmount_read_only, "unmount the read-only LUN", [&s] { s.lun.umount(); })
      .undo("mount the LUN read-only", [&s] { s.lun.mount(s.config.standby_mount); })
      // A moment has passed: a target that forgot its reservations in it would let two servers write.
      .step(8, mount_read_write, "mount the LUN read-write", [&s] { mount_lun_read_write(s); })
      .undo("unmount the LUN", [&s] { s.lun.umount(); })
      .step(6, mount_state, "mount the NFS server's state", [&s] { s.mirror.mount(); })
      .undo("unmount the NFS server's state", [&s] { s.mirror.umount(); })
      .step(6, choose_records, "choose the newest client records", [&s] { s.records.choose_newest(); })
      // Whatever dies of what comes now, or of the first clients, has been counted.
      .step(6, begin_term, "note that a server begins to serve", [&s] { s.terms.begin(); })
      .undo("note that it leaves in order", [&s] { s.terms.take_back(); })
      .step(6, start_nfsdcld, "start nfsdcld on that state", [&s] { s.nfs.start_tracker(); })
      .undo("stop nfsdcld", [&s] { s.nfs.stop_tracker(); })
      .step(2, export_lun, "export the LUN", [&s] { export_to_clients(s); })
      .undo("withdraw the export", [&s] { unexport_all(s.host); })
      .step(2, give_nfsd_key, "give nfsd the key that it fences clients under",
            [&s] { give_nfsd_its_key(s); })
      .undo("take the key back from nfsd", [&s] { take_nfsds_key_back(s); })
      .step(2, set_parameters, "set nfsd's parameters",
            [&s] { s.nfs.set_parameters(s.start_seconds.last(), s.start_seconds.latest_to_free()); })
      // Until the fencer ends it: a client of an earlier start may still write to what it had a layout for.
      .step(2, keep_blocks, "keep every block", [&s] { s.nfs.keep_blocks(); })
      .undo("let blocks go", [&s] { s.nfs.give_blocks(); })
      // Before nfsd, not before the gate: grace runs from nfsd's start, and clients reclaim only when the gate is open.
      .step(2, await_proofs, "wait until the server that lost the LUN answers nobody",
            [&s] { await_older_proofs(s); })
      .step(2, start_nfsd, "start the NFS server", [&s] { s.nfs.start(); })
      .undo("stop the NFS server", [&s] { s.nfs.stop(); })
      // At once: no later start may be in the same second.
      .step(2, record_start, "write down in which second it started",
            [&s] { s.start_seconds.record(s.nfs.start_second()); })
      // Before the keeper, which writes this server's own.
      .step(6, keep_layout_journal, "keep the previous journal of layouts", [&s] { s.layouts.take_over(); })
      .undo("close the journal of layouts", [&s] { s.layouts.close(); })
      .optional()
      .step(6, read_connections, "read who was connected to the server before",
            [&s] { s.connections.take_over(); })
      .optional()
      .step(6, start_keeper, "start the keeper", [&s] { s.host.start_unit(units::keeper); })
      .undo("stop the keeper", [&s] { s.host.stop_unit(units::keeper); })
      .step(8, start_fencer, "start the fencer", [&s] { s.host.start_unit(units::fencer); })
      .undo("stop the fencer", [&s] { s.host.stop_unit(units::fencer); })
      // Not on the strength of what was true before all these steps, nor beside a server that lost the LUN and hangs.
      .step(7, open_gate, "open the gate to the NFS port", [&s] { open_gate_as_holder(s); })
      .undo("shut the gate to new requests", [&s] { shut_gate_to_requests(s); })
      // They would wait for as long again as they have waited.
      .step(7, wake_clients, "tell clients that their server is another one", [&s] { tell_clients(s); })
      .optional();
}

Sequence renew_standby(Server& s) {
  return Sequence("renew_standby")
      // It shows an old state of the LUN. Before the registration: a server that registers without comparing
      // must have nothing mounted read-write.
      .step(3, unmount_read_only, "unmount the read-only LUN", [&s] { leave_read_only_lun(s); })
      .then(see_lun(s));
}

Sequence renew_mirror(Server& s) {
  return Sequence("renew_mirror")
      // A server without old metadata is always the target of the next resynchronisation.
      .step(5, take_mirror_down, "take the mirror down", [&s] { s.mirror.take_down(); })
      .step(4, destroy_ramdisk, "destroy the ramdisk", [&s] { s.ramdisk.destroy(); })
      .then(join_mirror(s));
}

Sequence switchover(Server& s, const Agents& agents, Drained& drained) {
  return Sequence("switchover")
      // Nothing is asked of the clients for a switchover that is refused.
      .step(8, check_successor, "check that the other server is ready", agents.require_successor)
      // A thread that waits for a client's layout behind a shut gate waits for ever, and nfsd's stop for the thread.
      .step(2, quiesce_nfsd, "have nfsd wait for no client any more", [&s] { s.nfs.quiesce(); })
      .undo("let nfsd wait for clients again", [&s] { s.nfs.resume(); })
      // Clients commit and return what they have, until the last thread is idle.
      .step(2, recall_layouts, "recall the layouts of what is not committed",
            [&s, &drained] {
              drained = drain_layouts(s.host, s.nfs, s.config.mount_point,
                                      std::chrono::seconds(s.config.lease_seconds));
            })
      .step(2, wait_until_idle, "wait until nfsd waits for no client",
            [&s, &drained] { drained.idle = s.nfs.wait_until_idle(idle_limit); })
      // The agent may be stopping nfsd when its answer is late or lost: to let nfsd wait for clients again
      // could hang that stop. An agent that does not release resumes nfsd itself (quiesce_limit).
      .point_of_no_return()
      .step(8, release, "have this server release what it holds", agents.release)
      .step(8, await_successor, "wait until the other server is active", agents.await_successor);
}

Sequence grow(Server& s, const Growers& growers, Growth& growth, AfterGrowth then) {
  Sequence sequence =
      // Nothing of the first half needs an undo: a kernel that knows a disk's size is no worse off.
      Sequence("grow")
          .step(8, check_successor, "check that this server is active and the other one ready",
                growers.require_successor)
          .step(1, read_sizes, "read the LUN's size again by every path",
                [&s, &growth] { rescan_here(s, growth); })
          .step(1, ask_sizes, "have the other server read it again, too",
                [&s, &growth, ask = growers.ask] { rescan_there(s, ask, growth); })
          .step(1, compare_sizes, "check that all see one size, larger than the file system",
                [&s, &growth] { require_room(s, growth); })
          // Before there is anything at the new end: a client that does not know of it loses writes (growth.h).
          .step(1, await_clients, "wait until each client has read the LUN's size again",
                [&s, &growth, wait = growers.await_clients] {
                  growth.clients = clients_of_lun(s);
                  wait();
                })
          // XFS gives the new part out before it tells that the device is another one.
          .step(2, quiesce_nfsd, "have nfsd give out no layouts", [&s] { s.nfs.quiesce(); })
          .undo("let nfsd give out layouts again", [&s] { s.nfs.resume(); })
          .step(2, wait_until_idle, "wait until nfsd waits for no client", [&s] { require_idle(s); })
          .step(1, grow_xfs, "grow the LUN's XFS", [&s, &growth] { grow_to_the_end(s, growth); })
          // XFS does not shrink.
          .point_of_no_return()
          .step(2, resume_nfsd, "let nfsd give out layouts again", [&s] { s.nfs.resume(); });
  if (then == AfterGrowth::stay) return sequence;
  // Clients look at the size anew when they recover, also one that was forgotten above; and now, rather than at
  // the next crash, it shows that the other server mounts a file system of this size.
  return std::move(sequence).step(8, switch_over, "make the other server active", growers.switch_over);
}

}  // namespace pnfs_ha
