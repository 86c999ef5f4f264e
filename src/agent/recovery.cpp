#include "agent/recovery.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

namespace pnfs_ha {

std::vector<Intervention> interventions(const Observation& seen, bool records_lost) {
  std::vector<Intervention> found;
  if (seen.role == Role::standby && seen.mirror.blank && seen.mirror.is_separated() && !seen.alone)
    found.push_back(
        {InterventionKind::begin_with_blank_mirror,
         "This server's ramdisk is blank, and the other server does not answer.",
         "Serve with the client records that were last copied to the LUN, without waiting for it.",
         "If the other server is alive and active, it is stopped; clients that it admitted in its "
         "last second lose their locks. Make sure that it is off."});
  if (records_lost)
    found.push_back(
        {InterventionKind::serve_without_records,
         "The client records are damaged on the LUN, and there are none on the mirror.",
         "Serve without them; the damaged copy is kept, under a name that ends in .damaged.",
         "No client can reclaim: applications that hold locks lose them and get errors; open files "
         "are opened again. Data on the LUN stays."});
  if (seen.died_young)
    found.push_back({InterventionKind::serve_once_more,
                     "The last servers that began to serve died within a minute, one after the other.",
                     "Serve, and count again from one.",
                     "What killed them may kill this server as well; its copy of the NFS state would be "
                     "lost. Look at their logs first, and at the LUN: `xfs_repair -n`."});
  // An active one reboots: it must not register again while it is mounted read-write.
  if (seen.reservation && seen.reservation->holder == Holder::other && seen.access != Access::read_write) {
    const pr::Registration* holder = seen.reservation->held_by();
    found.push_back(
        {InterventionKind::preempt_stranger,
         fmt::format("The LUN is reserved by {}, key {}, which is no server of this cluster.",
                     holder->initiator, pr::to_string(holder->key)),
         "Take the reservation from it.",
         "It cannot read or write the LUN any more, at once. Make sure that nothing there uses it."});
  }
  return found;
}

}  // namespace pnfs_ha
