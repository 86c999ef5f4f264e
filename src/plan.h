// clang-format off
// THE EIGHT STEPS.
//
//   1  create the shared LUN's XFS, once                                    format; grow, when the LUN has grown
//   2  kernel nfsd on every server                                          bring_up installs it, takeover starts it
//   3  every server mounts the LUN read-only                                bring_up, renew_standby
//   4  a ramdisk on each server                                             bring_up, renew_mirror
//   5  DRBD mirrors the ramdisks synchronously                              bring_up, renew_mirror
//   6  the mirror carries the NFS server's state                            takeover
//   7  keepalived: one active, a VIP                                        bring_up; takeover opens the gate
//   8  notify: the active mounts the LUN read-write, the others read-only   takeover, release; switchover asks for both
//
// Each act has the number of the step that it belongs to.
// clang-format on
#pragma once

#include <functional>

#include "growth.h"
#include "sequence.h"
#include "server.h"
#include "server/drain.h"

namespace pnfs_ha {

Sequence format(Server& server, Overwrite overwrite);  // once in the cluster's life, on the first server
Sequence bring_up(Server& server);                     // at every boot: ends as standby
Sequence takeover(Server& server);                     // elected: standby becomes active
                                                       // release is takeover unwound

// A standby's registration and its view of the LUN are of no use any more: another server took over.
Sequence renew_standby(Server& server);
// A standby's copy of the NFS state is of no use any more: it begins with a blank one.
Sequence renew_mirror(Server& server);

// What a switchover asks of this server's agent; cmd/switchover.cpp talks to it. They throw Error.
struct Agents {
  std::function<void()> require_successor;  // this server is active, and another one is ready
  std::function<void()> release;            // returns when this server is standby
  std::function<void()> await_successor;    // returns when the other one is active
};

// An administrator's, beside the agent, which serves on until it is asked to release: clients are asked to
// commit first (bounded: drain_limit, idle_limit), and nfsd is quiesced when the release begins.
// drained: what the clients committed, known when wait_until_idle is done.
Sequence switchover(Server& server, const Agents& agents, Drained& drained);

// What growing asks of others; cmd/grow.cpp talks to them. They throw Error.
struct Growers {
  std::function<void()> require_successor;  // as Agents'; of a cluster of one, that this server is active
  AskSizes ask;
  std::function<void()> await_clients;  // returns when each of Growth::clients has rescanned
  std::function<void()> switch_over;
};

enum class AfterGrowth { switch_over, stay };

// An administrator's, beside the agent of the active, when the storage system has grown the LUN. growth: what is known,
// as of each step.
Sequence grow(Server& server, const Growers& growers, Growth& growth, AfterGrowth then);

}  // namespace pnfs_ha
