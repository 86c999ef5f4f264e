// The rules under test: the real decision function and the real plan's order of steps. A test that wants to
// see the checker fail replaces one of them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "world.h"

namespace pnfs_ha::model {

// What an act of the plan means to the model.
enum class Effect {
  nothing,  // that another server or an invariant could notice
  promote,
  demote,
  take,
  return_to_standby_key,
  mount_read_only,
  mount_read_write,
  umount,
  mount_state,
  umount_state,
  choose_records,  // the newer of the LUN's copy and the mirror's
  export_lun,
  hand_to_nfsd,
  take_back_from_nfsd,
  tell_nfsd,
  untell_nfsd,
  start_nfsd,
  stop_nfsd,
  await_proofs,  // of who held the LUN before, to be too old
  open_gate,
  register_own_key,
  unregister,
  prepare_nfsd,
  destroy_ramdisk,
  create_mirror,
  take_mirror_down,
  discard_mirror,       // also one with something on it
  register_as_serving,  // no step of the plan does: to see the checker fail
};

struct ModelAct {
  Effect effect = Effect::nothing;
  std::string name;
};

struct ModelStep {
  ModelAct act;
  std::optional<ModelAct> undo;
};

using Steps = std::vector<ModelStep>;

// How the active saves the client records on the LUN and numbers the copies, so that a takeover can tell
// which is newer.
enum class Saving {
  with_the_change,       // before the client is told, in one
  lun_then_mirror,       // later: the LUN's copy with serial + 1, then the mirror's serial
  mirror_then_lun,       // later: the mirror's serial + 1, then the LUN's copy
  mirror_then_snapshot,  // later: the mirror's serial + 1 and a snapshot under one lock, then that to the LUN
  numbered_by_the_change,  // each change counts the serial up by itself; the LUN's copy comes later, whole
};

// What nfsd does to the LUN at each GETDEVICEINFO, at any moment while it runs, whatever the agent does.
enum class Nfsd {
  only_reads,
  registers,  // stock: REGISTER AND IGNORE EXISTING KEY, then RESERVE
};

struct Rules {
  std::function<Decision(const Observation&)> decide = pnfs_ha::decide;
  Steps bring_up;
  Steps takeover;
  Steps renew_standby;
  Steps renew_mirror;
  Nfsd nfsd = Nfsd::only_reads;
  Key nfsd_key = Key::serving;  // under which it fences
  Saving saving = Saving::numbered_by_the_change;
  bool takeover_begins_an_epoch = true;  // the number's high part, on the LUN before nfsd starts

  bool active_reconnects = true;  // its mirror, when a split left it StandAlone
  bool strict_start = false;      // check that nobody starts nfsd who was preempted meanwhile
  bool strict_seeding = false;    // check it also where a change reaches the LUN later

  // To see the checker fail.
  bool take_reads_back = true;
  bool take_spares_clients = true;
  bool takeover_reads_lun_copy = true;
  bool release_looks_at_the_mount = true;  // before it gives the serving key back
};

// From src/plan.cpp and src/decision.cpp as they are. Throws std::runtime_error for a step of the plan that
// the model does not know: say in rules.cpp what it does.
Rules real_rules();

// The plan for stock nfsd, as if that did nothing by itself.
Rules rules_for_stock_nfsd();

// The same, but as if every change of the client records reached the LUN before the client is told. Then
// nothing at all may be lost, also where a blank server begins alone; where a change reaches the LUN a moment
// later, the few that are on a server out of reach only may.
Rules rules_with_records_saved_at_once();

}  // namespace pnfs_ha::model
