#include "rules.h"

#include <algorithm>
#include <stdexcept>

#include "plan.h"
#include "plan_host.h"

namespace pnfs_ha::model {
namespace {

struct Meaning {
  const char* act;
  Effect effect;
  const char* undo = nullptr;
  Effect undone = Effect::nothing;
};

// Every act that the plan may name.
constexpr Meaning meanings[] = {
    // bring_up
    {"check that the configuration fits this server (7)", Effect::nothing},
    {"load the kernel modules (2)", Effect::nothing},
    {"shut the gate to the NFS port (7)", Effect::nothing},
    {"configure nfsd, DRBD and keepalived (2)", Effect::nothing},
    {"install the NFS server, not running (2)", Effect::prepare_nfsd},
    {"register with the LUN (3)", Effect::register_own_key, "unregister from the LUN (3)",
     Effect::unregister},
    {"mount the LUN read-only (3)", Effect::mount_read_only, "unmount the LUN (3)", Effect::umount},
    {"create the ramdisk (4)", Effect::nothing, "destroy the ramdisk (4)", Effect::destroy_ramdisk},
    {"create the mirror's metadata (5)", Effect::nothing},
    {"connect the mirror (5)", Effect::create_mirror, "take the mirror down (5)", Effect::take_mirror_down},
    {"start keepalived (7)", Effect::nothing, "stop keepalived (7)", Effect::nothing},
    // takeover
    {"promote the state mirror (6)", Effect::promote, "demote the state mirror (6)", Effect::demote},
    {"take the LUN's reservation (8)", Effect::take, "hold it as standby (8)", Effect::return_to_standby_key},
    {"unmount the read-only LUN (8)", Effect::umount, "mount the LUN read-only (8)", Effect::mount_read_only},
    {"mount the LUN read-write (8)", Effect::mount_read_write, "unmount the LUN (8)", Effect::umount},
    {"mount the NFS server's state (6)", Effect::mount_state, "unmount the NFS server's state (6)",
     Effect::umount_state},
    {"choose the newest client records (6)", Effect::choose_records},
    {"start nfsdcld on that state (6)", Effect::nothing, "stop nfsdcld (6)", Effect::nothing},
    {"export the LUN (2)", Effect::export_lun, "withdraw the export (2)", Effect::nothing},
    {"hand the reservation to nfsd (2)", Effect::hand_to_nfsd, "take the reservation back from nfsd (2)",
     Effect::take_back_from_nfsd},
    {"tell nfsd this server's key (2)", Effect::tell_nfsd, "take the key back from nfsd (2)",
     Effect::untell_nfsd},
    {"keep every block (2)", Effect::nothing, "let blocks go (2)", Effect::nothing},
    {"set nfsd's parameters (2)", Effect::nothing},
    {"start the NFS server (2)", Effect::start_nfsd, "stop the NFS server (2)", Effect::stop_nfsd},
    {"start the keeper (6)", Effect::nothing, "stop the keeper (6)", Effect::nothing},
    {"start the fencer (8)", Effect::nothing, "stop the fencer (8)", Effect::nothing},
    {"open the gate to the NFS port (7)", Effect::nothing, "shut the gate to new requests (7)",
     Effect::nothing},
};

const Meaning& meaning_of(const std::string& act) {
  const auto* found = std::ranges::find(meanings, act, &Meaning::act);
  if (found == std::end(meanings))
    throw std::runtime_error("the model does not know the plan's act '" + act +
                             "': say in tests/model/rules.cpp what it does");
  return *found;
}

// Sequence tells its acts and, in reverse, its undos, but not which belong together: the table does.
Steps steps_of(const Sequence& sequence) {
  std::vector<std::string> undos = sequence.undos();
  std::ranges::reverse(undos);
  auto next = undos.begin();
  Steps steps;
  for (const std::string& act : sequence.acts()) {
    const Meaning& meaning = meaning_of(act);
    ModelStep step{{meaning.effect, act}, std::nullopt};
    if (meaning.undo != nullptr && next != undos.end() && *next == meaning.undo)
      step.undo = {meaning.undone, *next++};
    steps.push_back(step);
  }
  if (next != undos.end())
    throw std::runtime_error("the model does not know the plan's undo '" + *next +
                             "': say in tests/model/rules.cpp what it does");
  return steps;
}

Rules rules_of(const ClusterConfig& config) {
  PlanHost host;
  Node node(host, config);
  Rules rules;
  rules.bring_up = steps_of(bring_up(node));
  rules.takeover = steps_of(takeover(node));
  return rules;
}

}  // namespace

Rules real_rules() {
  return rules_of(PlanHost::config());
}

Rules rules_for_stock_nfsd() {
  ClusterConfig config = PlanHost::config();
  config.stock_nfsd_may_lose_data = true;
  Rules rules = rules_of(config);
  rules.nfsd_key = Key::nfsd;
  return rules;
}

Rules rules_with_records_saved_at_once() {
  Rules rules = real_rules();
  rules.saving = Saving::with_the_change;
  rules.takeover_begins_an_epoch = false;
  return rules;
}

}  // namespace pnfs_ha::model
