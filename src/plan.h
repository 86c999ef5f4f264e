// clang-format off
// THE EIGHT STEPS.
//
//   1  create the shared LUN's XFS, once                                    format
//   2  kernel nfsd on every server                                          bring_up installs it, takeover starts it
//   3  every server mounts the LUN read-only                                bring_up
//   4  a ramdisk on each server                                             bring_up
//   5  DRBD mirrors the ramdisks synchronously                              bring_up
//   6  the mirror carries the NFS server's state                            takeover
//   7  keepalived: one active, a VIP                                        bring_up; takeover opens the gate
//   8  notify: the active mounts the LUN read-write, the others read-only   takeover, release
//
// drain comes before a planned release.
//
// The number stands behind each act that belongs to the step.
// clang-format on
#pragma once

#include "node.h"
#include "sequence.h"
#include "server/drain.h"

namespace pnfs_ha {

Sequence format(Node& node, Overwrite overwrite);  // once in the cluster's life, on the first server
Sequence bring_up(Node& node);                     // at every boot: ends as standby
Sequence takeover(Node& node);                     // elected: standby becomes active
                                                   // release is takeover unwound

// Before a planned release, while the agent serves on: leaves nfsd quiesced, the release follows at once.
Sequence drain(Node& node, Drained& drained);

}  // namespace pnfs_ha
