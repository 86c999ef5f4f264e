#include "plan/plan_scene.h"

namespace pnfs_ha {

Lines difference(const Snapshot& before, const Snapshot& after, const Lines& kept) {
  Lines lines;
  const auto compare = [&](const char* sign, const Snapshot& these, const Snapshot& those) {
    for (const auto& entry : these) {
      const auto starts_it = [&](const std::string& name) { return entry.first.starts_with(name); };
      const auto other = those.find(entry.first);
      if ((other == those.end() || *other != entry) && std::ranges::none_of(kept, starts_it))
        lines.push_back(sign + entry.first + ": " + entry.second);
    }
  };
  compare("- ", before, after);
  compare("+ ", after, before);
  return lines;
}

std::vector<Made> trace(FakeHost& host, const Sequence& sequence) {
  std::vector<Made> made;
  std::string step;
  const auto text = [](const std::string& change) { return change.substr(0, change.find(" (")); };
  sequence.run([&](const std::string&, const Act& act, Sequence::Event event, const std::string&) {
    if (event == Sequence::Event::started) step = act.name();
    while (made.size() < host.changes.size()) made.push_back({step, text(host.changes[made.size()])});
  });
  return made;
}

void fail_each_change(const Begin& begin, const Plan& plan, const Lines& kept, const Lines& dispensable) {
  const auto model = begin();
  const std::vector<Made> made = trace(model->host, plan(model->server));
  const std::string name = plan(model->server).name();
  for (const auto effect : {FakeHost::Effect::none, FakeHost::Effect::full})
    for (std::size_t i = 0; i < made.size(); ++i) {
      if (std::ranges::any_of(dispensable,
                              [&](const auto& d) { return made[i].change.find(d) != std::string::npos; }))
        continue;
      SCOPED_TRACE(name + ", " + made[i].change +
                   (effect == FakeHost::Effect::full ? ", after its effect" : ""));
      auto scene = begin();
      const Snapshot before = scene->host.snapshot();
      scene->host.fail_nth(i + 1, effect);
      std::string error = error_of([&] { plan(scene->server).run(nobody); });
      if (error.empty()) {  // a repetition made up for it
        if (effect == FakeHost::Effect::full) continue;
        scene = begin();
        scene->host.fail(made[i].change);
        error = error_of([&] { plan(scene->server).run(nobody); });
      }
      EXPECT_EQ(error.find(name + ": cannot " + made[i].step + ": "), 0U) << error;
      EXPECT_EQ(difference(before, scene->host.snapshot(), kept), Lines{});
      EXPECT_NE(scene->host.snapshot()["gate"], "open");
    }
}

Lines steps_of(const std::vector<Made>& made) {
  Lines steps;
  for (const Made& m : made)
    if (steps.empty() || steps.back() != m.step) steps.push_back(m.step);
  return steps;
}

}  // namespace pnfs_ha
