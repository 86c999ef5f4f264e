#include "rules.h"

#include <algorithm>
#include <stdexcept>

#include "plan.h"
#include "plan_host.h"

namespace pnfs_ha::model {
namespace {

using enum StepId;

struct Meaning {
  StepId step;
  Effect effect;
  Effect undone = Effect::nothing;
};

// Every step that the sequences of an agent may have.
constexpr Meaning meanings[] = {
    // bring_up, the renewals
    {check_configuration, Effect::nothing},
    {load_modules, Effect::nothing},
    {check_nfsd, Effect::nothing},
    {shut_gate, Effect::nothing},
    {configure, Effect::nothing},
    {prepare_nfs, Effect::prepare_nfsd},
    {register_key, Effect::register_own_key, Effect::unregister},
    {rescan_lun, Effect::nothing},
    {mount_read_only, Effect::mount_read_only, Effect::umount},
    {create_ramdisk, Effect::nothing, Effect::destroy_ramdisk},
    {create_metadata, Effect::nothing},
    {connect_mirror, Effect::create_mirror, Effect::take_mirror_down},
    {start_keepalived, Effect::nothing},
    {take_mirror_down, Effect::discard_mirror},
    {destroy_ramdisk, Effect::nothing},
    // takeover
    {promote_mirror, Effect::promote, Effect::demote},
    {take_reservation, Effect::take, Effect::return_to_standby_key},
    {unmount_read_only, Effect::umount, Effect::mount_read_only},
    {mount_read_write, Effect::mount_read_write, Effect::umount},
    {mount_state, Effect::mount_state, Effect::umount_state},
    {choose_records, Effect::choose_records},
    {begin_term, Effect::nothing},
    {start_nfsdcld, Effect::nothing},
    {export_lun, Effect::export_lun},
    {give_nfsd_key, Effect::tell_nfsd, Effect::untell_nfsd},
    {set_parameters, Effect::nothing},
    {keep_blocks, Effect::nothing},
    {await_proofs, Effect::await_proofs},
    {start_nfsd, Effect::start_nfsd, Effect::stop_nfsd},
    {record_start, Effect::nothing},
    {keep_layout_journal, Effect::nothing},
    {read_connections, Effect::nothing},
    {start_keeper, Effect::nothing},
    {start_fencer, Effect::nothing},
    {open_gate, Effect::open_gate},  // its undo is the first, and who stops nfsd later answers nobody either
    {wake_clients, Effect::nothing},
};

const Meaning& meaning_of(StepId step) {
  const auto* found = std::ranges::find(meanings, step, &Meaning::step);
  if (found == std::end(meanings))
    throw std::runtime_error(std::string("the model does not know the plan's step ") + to_string(step) +
                             ": say in tests/model/rules.cpp what it does");
  return *found;
}

Steps steps_of(const Sequence& sequence) {
  Steps steps;
  for (const Step& step : sequence.steps()) {
    const Meaning& meaning = meaning_of(step.act.id);
    ModelStep& known = steps.emplace_back(ModelStep{{meaning.effect, step.act.name()}, std::nullopt});
    if (step.undo) known.undo = {meaning.undone, step.undo->name()};
  }
  return steps;
}

Rules rules_of(const ClusterConfig& config) {
  PlanHost host;
  pnfs_ha::Server server(host, config);
  Rules rules;
  rules.bring_up = steps_of(bring_up(server));
  rules.takeover = steps_of(takeover(server));
  rules.renew_standby = steps_of(renew_standby(server));
  rules.renew_mirror = steps_of(renew_mirror(server));
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
  // What the step does there, see give_nfsd_its_key().
  for (ModelStep& step : rules.takeover)
    if (step.act.effect == Effect::tell_nfsd) {
      step.act.effect = Effect::hand_to_nfsd;
      step.undo->effect = Effect::take_back_from_nfsd;
    }
  return rules;
}

Rules rules_with_records_saved_at_once() {
  Rules rules = real_rules();
  rules.saving = Saving::with_the_change;
  rules.takeover_begins_an_epoch = false;
  return rules;
}

}  // namespace pnfs_ha::model
