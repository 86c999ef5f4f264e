// Steps and sequences as such, and their identities in the plan.
#include <set>

#include "plan/plan_scene.h"

namespace pnfs_ha {
namespace {

// Programs know a step by its sequence and its identity.
TEST(Plan, names_each_step_of_a_sequence_once_and_no_other) {
  Scene s;
  Drained drained;
  Growth growth;
  std::set<StepId> all;
  for (const Sequence& sequence :
       {format(s.server, Overwrite::no), bring_up(s.server), takeover(s.server), renew_standby(s.server),
        renew_mirror(s.server), switchover(s.server, {}, drained),
        grow(s.server, {}, growth, AfterGrowth::switch_over)}) {
    std::set<StepId> own;
    for (const Step& step : sequence.steps()) {
      EXPECT_TRUE(own.insert(step.act.id).second) << sequence.name() << ": " << to_string(step.act.id);
      EXPECT_TRUE(step.act.number >= 1 && step.act.number <= 8);
    }
    all.merge(own);
  }
  EXPECT_EQ(all.size(), static_cast<std::size_t>(StepId::count_of_steps));
}

TEST(Sequence, tells_its_observer_every_act) {
  Lines told;
  const auto observer = [&](const std::string& sequence, const Act& act, Sequence::Event event,
                            const std::string& why) {
    const char* const names[] = {"started", "done", "failed"};
    told.push_back(sequence + ": " + act.identity() + ", " + act.name() + " " +
                   names[static_cast<int>(event)] + (why.empty() ? "" : ": " + why));
  };
  const auto nothing = [] {};
  const Sequence sequence =
      Sequence("lunch")
          .step(1, StepId::make_xfs, "set the table", nothing)
          .undo("clear the table", nothing)
          .step(2, StepId::export_lun, "cook", [] { throw Error("no gas", "buy some"); })
          .undo("air the room", nothing)
          .step(3, StepId::open_gate, "eat", nothing);
  try {
    sequence.run(observer);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "lunch: cannot cook (2): no gas");
    EXPECT_EQ(error.remedy(), "buy some");
  }
  EXPECT_EQ(told,
            (Lines{"lunch: make_xfs, set the table (1) started", "lunch: make_xfs, set the table (1) done",
                   "lunch: export_lun, cook (2) started", "lunch: export_lun, cook (2) failed: no gas",
                   "lunch: undo export_lun, air the room (2) started",
                   "lunch: undo export_lun, air the room (2) done",
                   "lunch: undo make_xfs, clear the table (1) started",
                   "lunch: undo make_xfs, clear the table (1) done"}));
}

// A standard library that throws must not leave half a sequence behind.
TEST(Sequence, unwinds_after_any_exception) {
  bool cleared = false;
  const Sequence sequence =
      Sequence("lunch")
          .step(1, StepId::make_xfs, "set the table", [] {})
          .undo("clear the table", [&] { cleared = true; })
          .step(2, StepId::export_lun, "cook", [] { throw std::runtime_error("no gas"); });
  EXPECT_EQ(error_of([&] {
              try {
                sequence.run(nobody);
              } catch (const Error&) {
                throw;
              } catch (const std::exception&) {
              }
            }),
            "lunch: cannot cook (2): no gas");
  EXPECT_TRUE(cleared);
}

// What is good to have stops neither the way there nor the way back, and is told.
TEST(Sequence, goes_on_past_an_optional_step_and_its_undo) {
  Lines told;
  const auto observer = [&](const std::string&, const Act& act, Sequence::Event event,
                            const std::string& why) {
    if (event != Sequence::Event::started) told.push_back(act.identity() + (why.empty() ? "" : ": " + why));
  };
  const auto fails = [] { throw Error("no gas"); };
  const Sequence sequence = Sequence("lunch")
                                .step(1, StepId::make_xfs, "set the table", [] {})
                                .step(2, StepId::export_lun, "cook", fails)
                                .undo("air the room", fails)
                                .optional()
                                .step(3, StepId::open_gate, "eat", [] {});
  sequence.run(observer);
  sequence.unwind(observer);
  EXPECT_EQ(told, (Lines{"make_xfs", "export_lun: no gas", "open_gate", "undo export_lun: no gas"}));
}

TEST(Sequence, gets_stuck_in_an_optional_step_as_in_any_other) {
  bool went_on = false;
  const auto sticks = [] { throw Stuck("the door"); };
  const Sequence sequence = Sequence("lunch")
                                .step(1, StepId::make_xfs, "set the table", [] {})
                                .undo("clear the table", [&] { went_on = true; })
                                .step(2, StepId::export_lun, "cook", sticks)
                                .undo("air the room", sticks)
                                .optional()
                                .step(3, StepId::open_gate, "eat", [&] { went_on = true; });
  EXPECT_THROW(sequence.run(nobody), Stuck);
  EXPECT_THROW(sequence.unwind(nobody), Stuck);
  EXPECT_FALSE(went_on);
}

TEST(Sequence, undoes_nothing_after_its_point_of_no_return) {
  for (const bool late : {false, true}) {
    bool cleared = false;
    const auto fails_if = [](bool so) {
      return [so] {
        if (so) throw Error("no gas");
      };
    };
    const Sequence sequence = Sequence("lunch")
                                  .step(1, StepId::make_xfs, "set the table", fails_if(!late))
                                  .undo("clear the table", [&] { cleared = true; })
                                  .point_of_no_return()
                                  .step(2, StepId::export_lun, "cook", fails_if(late));
    EXPECT_NE(error_of([&] { sequence.run(nobody); }), "");
    EXPECT_EQ(cleared, !late);
  }
}

}  // namespace
}  // namespace pnfs_ha
