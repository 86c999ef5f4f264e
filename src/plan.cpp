#include "plan.h"

#include <spdlog/spdlog.h>

#include "base/error.h"
#include "config/render.h"
#include "config/units.h"
#include "server/nfsd_module.h"

namespace pnfs_ha {
namespace {

using Do = std::function<void()>;

Step step(std::string name, Do run) {
  return {{std::move(name), std::move(run)}, std::nullopt};
}

Step step(std::string name, Do run, std::string undo_name, Do undo) {
  return {{std::move(name), std::move(run)}, Act{std::move(undo_name), std::move(undo)}};
}

// What is good to have and no reason to stop.
void optional(const char* what, const Do& act) {
  try {
    act();
  } catch (const Error& error) {
    spdlog::error("cannot {}: {}", what, error.what());
  }
}

// Before nfsd's first layout: it fences clients under its key only. Stock nfsd has a constant one, and
// registers it by itself.
Step give_nfsd_its_key(Node& n) {
  if (n.config.stock_nfsd_may_lose_data)
    return step(
        "hand the reservation to nfsd (2)",
        [&n] {
          n.nfs.set_reservation_key(0);
          n.reservation.hand_to_nfsd();
        },
        "take the reservation back from nfsd (2)", [&n] { n.reservation.take_back_from_nfsd(); });
  return step(
      "tell nfsd this server's key (2)", [&n] { n.nfs.set_reservation_key(n.reservation.serving_key()); },
      "take the key back from nfsd (2)", [&n] { n.nfs.set_reservation_key(0); });
}

// The serving key says that this server may be writing.
void return_to_standby_key(Node& n) {
  if (n.lun.access() == Access::read_write) throw Error("the LUN is still mounted read-write");
  n.reservation.return_to_standby_key();
}

}  // namespace

Sequence format(Node& n, Overwrite overwrite) {
  return {"format",
          {
              step("check that the LUN is a whole, blank disk (1)",
                   [&n, overwrite] { n.lun.require_blank(overwrite); }),
              step("create the LUN's XFS (1)", [&n, overwrite] { n.lun.format(n.config.name, overwrite); }),
          }};
}

Sequence bring_up(Node& n) {
  return {
      "bring_up",
      {
          step("check that the configuration fits this server (7)",
               [&n] { require_fits_machine(n.config, n.host); }),
          step("load the kernel modules (2)",
               [&n] {
                 n.host.must_run({"modprobe", "-a", "nfsd", "xfs", "zram", "drbd"}, "see `pnfs-ha check`");
                 // Here, not in the takeover: whoever cannot serve must not stop the one that does.
                 if (!n.config.stock_nfsd_may_lose_data) require_patched_nfsd(n.host);
               }),
          // Before keepalived can bring the VIP here: a closed port would answer with RST, and clients
          // back off.
          step("shut the gate to the NFS port (7)", [&n] { n.gate.install(); }),
          step("configure nfsd, DRBD and keepalived (2)",
               [&n] {
                 if (write_configuration(n.host, n.config) == Changed::keepalived) n.election.reload();
               }),
          step("install the NFS server, not running (2)", [&n] { n.nfs.prepare(); }),
          // Under the active's reservation an unregistered server reads nothing, and probed size and
          // cache wrong.
          step(
              "register with the LUN (3)",
              [&n] {
                n.reservation.register_own_key();
                n.lun.rescan();
              },
              "unregister from the LUN (3)", [&n] { n.reservation.unregister(); }),
          step(
              "mount the LUN read-only (3)", [&n] { n.lun.mount(n.config.standby_mount); },
              "unmount the LUN (3)", [&n] { n.lun.umount(); }),
          step(
              "create the ramdisk (4)", [&n] { n.ramdisk.create(); }, "destroy the ramdisk (4)",
              [&n] {
                if (!n.mirror.is_last_copy()) n.ramdisk.destroy();
              }),
          step("create the mirror's metadata (5)", [&n] { n.mirror.create_metadata(); }),
          step(
              "connect the mirror (5)", [&n] { n.mirror.bring_up(); }, "take the mirror down (5)",
              [&n] {
                if (!n.mirror.is_last_copy()) n.mirror.take_down();
              }),
          // Last: only a server that is ready may be elected.
          step(
              "start keepalived (7)", [&n] { n.election.join(); }, "stop keepalived (7)",
              [&n] { n.election.leave(); }),
      }};
}

Sequence takeover(Node& n) {
  return {"takeover",
          {
              // Before the reservation: DRBD refuses while a live peer is Primary on a working link, which
              // protects a healthy active from a half-deaf standby.
              step(
                  "promote the state mirror (6)", [&n] { n.mirror.promote(); }, "demote the state mirror (6)",
                  [&n] { n.mirror.demote(); }),
              // Never released: the LUN would be open to servers and clients that were fenced.
              step(
                  "take the LUN's reservation (8)", [&n] { n.reservation.take(); }, "hold it as standby (8)",
                  [&n] { return_to_standby_key(n); }),
              // XFS refuses to remount a norecovery mount read-write.
              step(
                  "unmount the read-only LUN (8)", [&n] { n.lun.umount(); }, "mount the LUN read-only (8)",
                  [&n] { n.lun.mount(n.config.standby_mount); }),
              // A moment has passed: a target that forgot its reservations in it would let two servers write.
              step(
                  "mount the LUN read-write (8)",
                  [&n] {
                    n.reservation.require_held();
                    n.lun.mount(Access::read_write);
                  },
                  "unmount the LUN (8)", [&n] { n.lun.umount(); }),
              step(
                  "mount the NFS server's state (6)", [&n] { n.mirror.mount(); },
                  "unmount the NFS server's state (6)", [&n] { n.mirror.umount(); }),
              step("choose the newest client records (6)", [&n] { n.records.choose_newest(); }),
              step(
                  "start nfsdcld on that state (6)", [&n] { n.nfs.start_tracker(); }, "stop nfsdcld (6)",
                  [&n] { n.nfs.stop_tracker(); }),
              step(
                  "export the LUN (2)", [&n] { n.nfs.export_all(); }, "withdraw the export (2)",
                  [&n] { n.nfs.unexport_all(); }),
              give_nfsd_its_key(n),
              step("set nfsd's parameters (2)",
                   [&n] { n.nfs.set_parameters(n.start_seconds.last(), n.start_seconds.latest_to_free()); }),
              // Before nfsd answers anybody: a client of an earlier start may still write to what it had a
              // layout for. The fencer ends it.
              step(
                  "keep every block (2)", [&n] { n.nfs.keep_blocks(); }, "let blocks go (2)",
                  [&n] { n.nfs.give_blocks(); }),
              step(
                  "start the NFS server (2)",
                  [&n] {
                    n.nfs.start();
                    n.start_seconds.record(n.nfs.start_second());
                  },
                  "stop the NFS server (2)", [&n] { n.nfs.stop(); }),
              step(
                  "start the keeper (6)",
                  [&n] {
                    optional("keep the former journal of layouts", [&n] { n.layouts.take_over(); });
                    n.host.start_unit(units::keeper);
                  },
                  "stop the keeper (6)",
                  [&n] {
                    n.host.stop_unit(units::keeper);
                    optional("close the journal of layouts", [&n] { n.layouts.close(); });
                  }),
              step(
                  "start the fencer (8)", [&n] { n.host.start_unit(units::fencer); }, "stop the fencer (8)",
                  [&n] { n.host.stop_unit(units::fencer); }),
              // Not on the strength of what was true before all these steps.
              step(
                  "open the gate to the NFS port (7)",
                  [&n] {
                    const Host::Duration now = n.host.uptime();
                    n.reservation.require_held();
                    n.gate.open(now);
                  },
                  "shut the gate to new requests (7)", [&n] { n.gate.refuse_requests(); }),
          }};
}

Sequence drain(Node& n, Drained& drained) {
  return {"drain",
          {
              // A thread that waits for a client's layout behind a shut gate waits for ever, and nfsd's stop
              // for the thread.
              step(
                  "have nfsd wait for no client any more (2)", [&n] { n.nfs.quiesce(); },
                  "let nfsd wait for clients again (2)", [&n] { n.nfs.resume(); }),
              // Clients commit and return what they have, until the last thread is idle.
              step("recall the layouts of what is not committed (2)",
                   [&n, &drained] {
                     drained = drain_layouts(n.host, n.nfs, n.config.mount_point,
                                             std::chrono::seconds(n.config.lease_seconds));
                   }),
              step("wait until nfsd waits for no client (2)",
                   [&n, &drained] { drained.idle = n.nfs.wait_until_idle(idle_limit); }),
          }};
}

}  // namespace pnfs_ha
