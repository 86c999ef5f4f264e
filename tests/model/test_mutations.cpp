// The checker can fail: wrong rules, each with the counterexample that it must find.
#include <gtest/gtest.h>

#include <algorithm>

#include "checker.h"

namespace pnfs_ha::model {
namespace {

constexpr Search one_fault = {.most_worlds = 4'000'000, .bounds = {.faults = 1, .changes = 2}};

void expect_violation(const Rules& rules, const std::string& violation, const Search& how = one_fault) {
  const Found found = search(rules, how);
  EXPECT_NE(found.violation.find(violation), std::string::npos) << found.summary();
  EXPECT_FALSE(found.trace.empty());
  std::cout << found.violation << ": " << found.trace.size() << " moves, " << found.worlds << " worlds\n";
}

Steps::iterator step(Rules& rules, Effect effect) {
  return std::ranges::find_if(rules.takeover, [&](const ModelStep& s) { return s.act.effect == effect; });
}

// Puts the step with `later` right before the one with `sooner`.
Rules with_step_before(Effect later, Effect sooner) {
  Rules rules = real_rules();
  std::rotate(step(rules, sooner), step(rules, later), step(rules, later) + 1);
  return rules;
}

TEST(Mutation, MountsReadWriteBeforeItTakesTheReservation) {
  expect_violation(with_step_before(Effect::mount_read_write, Effect::take), "I1: ");
}

TEST(Mutation, TakesTheReservationWithoutReadingItBack) {
  Rules rules = real_rules();
  rules.take_reads_back = false;
  expect_violation(rules, "I1: ");
}

TEST(Mutation, TheActiveRegistersAgainWhenItsRegistrationIsGone) {
  Rules rules = real_rules();
  rules.renew_standby = {{{Effect::register_as_serving, "register again"}, std::nullopt}};
  rules.decide = [](const Observation& seen) -> Decision {
    if (seen.role == Role::active && seen.reservation && !seen.reservation->own_key)
      return {Action::renew_standby, true, {}};
    return decide(seen);
  };
  expect_violation(rules, "I1: two servers");
}

// Time stands still, so that a blank server only ever waits; the wrong one does not.
TEST(Mutation, ABlankServerSeedsWhileAPeerMayHaveTheState) {
  Rules rules = real_rules();
  rules.saving = Saving::numbered_by_the_change;
  rules.takeover_begins_an_epoch = false;
  rules.takeover_begins_an_epoch = rules.strict_seeding = true;
  rules.decide = [](Observation seen) {
    seen.peer_gone_for = Observation::Duration(0);
    return decide(seen);
  };
  EXPECT_EQ(search(rules, {.most_worlds = 500'000, .bounds = {.faults = 1, .changes = 1}}).violation, "");
  rules.decide = [](Observation seen) {
    seen.peer_gone_for = limits::peer_of_holder;
    return decide(seen);
  };
  expect_violation(rules, "I6: a blank copy was made the truth");
}

TEST(Mutation, ATakeoverIgnoresTheCopyOnTheLun) {
  Rules rules = real_rules();
  rules.takeover_reads_lun_copy = false;
  expect_violation(rules, "I6: the takeover chose client records that are older");
}

TEST(Mutation, ATakeoverChoosesTheRecordsBeforeTheLunIsMounted) {
  Rules rules = with_step_before(Effect::mount_state, Effect::mount_read_write);
  std::rotate(step(rules, Effect::mount_read_write), step(rules, Effect::choose_records),
              step(rules, Effect::choose_records) + 1);
  expect_violation(rules, "I6: ");
}

TEST(Mutation, ATakeoverPreemptsClients) {
  Rules rules = real_rules();
  rules.take_spares_clients = false;
  expect_violation(rules, "I2: ");
}

TEST(Mutation, ExportsBeforeTheMount) {
  expect_violation(with_step_before(Effect::export_lun, Effect::mount_read_write), "an export points at");
}

TEST(Mutation, StartsNfsdBeforeItHasItsKey) {
  expect_violation(with_step_before(Effect::start_nfsd, Effect::tell_nfsd), "nfsd starts under a key");
  Rules rules = rules_for_stock_nfsd();
  std::rotate(step(rules, Effect::hand_to_nfsd), step(rules, Effect::start_nfsd),
              step(rules, Effect::start_nfsd) + 1);
  expect_violation(rules, "nfsd starts under a key");
}

// As nfsd was before it was told a key: it answers GETDEVICEINFO after a preemption and registers itself again.
TEST(Mutation, NfsdRegistersByItself) {
  Rules rules = real_rules();
  rules.nfsd = Nfsd::registers;
  expect_violation(rules, "I1: two servers");
}

TEST(Mutation, AReleaseGivesTheServingKeyBackBeforeItUnmounts) {
  Rules rules = real_rules();
  std::swap(step(rules, Effect::take)->undo, step(rules, Effect::mount_state)->undo);
  rules.release_looks_at_the_mount = false;
  expect_violation(rules, "I1: a server has the LUN mounted read-write");
}

TEST(Mutation, ATakeoverDoesNotWaitForTheProofsOfWhoHeldTheLunBefore) {
  Rules rules = real_rules();
  rules.takeover.erase(step(rules, Effect::await_proofs));
  expect_violation(rules, "I3: ");
}

TEST(Mutation, NobodyEverSeedsTheMirror) {
  Rules rules = real_rules();
  rules.decide = [](const Observation& seen) {
    Decision decision = decide(seen);
    if (decision.action == Action::seed_mirror) decision.action = Action::wait;
    return decision;
  };
  Search how = one_fault;
  how.settle_every = 50;
  expect_violation(rules, "a healed cluster gets no active server", how);
}

TEST(Mutation, NobodyRegistersAgainAfterATakeover) {
  Rules rules = real_rules();
  rules.decide = [](const Observation& seen) {
    Decision decision = decide(seen);
    if (decision.action == Action::renew_standby) decision = {Action::wait, false, {}};
    return decision;
  };
  Search how = one_fault;
  how.settle_every = 50;
  how.wanted = Wanted::redundancy;
  rules.active_reconnects = true;
  expect_violation(rules, "redundancy", how);
}

// What is known of the rules as they are.

TEST(Known, AnActiveWhoseMirrorIsStandAloneNeverGetsItsPeerBack) {
  Search how = one_fault;
  how.settle_every = 50;
  how.wanted = Wanted::redundancy;
  Rules rules = real_rules();
  rules.active_reconnects = false;
  expect_violation(rules, "redundancy", how);
}

TEST(Known, NfsdStartsOnAServerThatWasPreemptedDuringItsTakeover) {
  Rules rules = real_rules();
  rules.strict_start = true;
  expect_violation(rules, "I5: ");
}

// What is known of ways to save the client records after the client was told.

TEST(Known, RecordsSavedOnTheLunBeforeTheirNumberIsInTheMirror) {
  Rules rules = real_rules();
  rules.saving = Saving::lun_then_mirror;
  rules.takeover_begins_an_epoch = false;
  expect_violation(rules, "I6: the takeover chose");
}

TEST(Known, RecordsNumberedInTheMirrorBeforeTheyAreRead) {
  Rules rules = real_rules();
  rules.saving = Saving::mirror_then_lun;
  rules.takeover_begins_an_epoch = false;
  expect_violation(rules, "I6: the takeover chose");
}

TEST(Known, RecordsNumberedWithoutAnEpochOfTheTakeover) {
  Rules rules = real_rules();
  rules.saving = Saving::numbered_by_the_change;
  rules.takeover_begins_an_epoch = false;
  expect_violation(rules, "I6: the takeover chose");
}

// What the option stock_nfsd_may_lose_data risks.
TEST(Known, StockNfsdLetsItselfInAgain) {
  Rules rules = rules_for_stock_nfsd();
  rules.nfsd = Nfsd::registers;
  expect_violation(rules, "I1: two servers");
}

// The one fault that no server can make good: see Forgetting.
TEST(Known, TheTargetForgetsInTheMiddleOfAPreemption) {
  Search how = one_fault;
  how.bounds.forgetting = Forgetting::at_any_time;
  expect_violation(real_rules(), "I1: two servers could write", how);
}

}  // namespace
}  // namespace pnfs_ha::model
