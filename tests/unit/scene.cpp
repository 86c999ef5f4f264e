#include "scene.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <stdexcept>

namespace pnfs_ha {
namespace {

// What an agent tells the journal is not what a test looks at.
[[maybe_unused]] const bool quiet = [] {
  spdlog::set_level(spdlog::level::off);
  return true;
}();

}  // namespace

void let_beta_be_active(FakeHost& host) {
  host.lun.registered = {{beta_port, beta_serving}, {client_port, client_key}};
  host.lun.held = FakeLun::Held{beta_port};
  host.connect_peer({.role = "Primary", .disk = "UpToDate"});
}

std::unique_ptr<Scene> standby(const ClusterConfig& config) {
  auto scene = std::make_unique<Scene>(config);
  let_beta_be_active(scene->host);
  bring_up(scene->server).run(nobody);
  scene->host.finish_resync();
  scene->host.changes.clear();
  return scene;
}

std::unique_ptr<Scene> widowed(const ClusterConfig& config) {
  auto scene = standby(config);
  scene->host.disconnect_peer();
  return scene;
}

std::unique_ptr<Scene> active() {
  auto scene = widowed();
  takeover(scene->server).run(nobody);
  scene->host.changes.clear();
  return scene;
}

namespace {

const Step& find(const Sequence& sequence, StepId step) {
  const auto found = std::ranges::find_if(sequence.steps(), [&](const Step& s) { return s.act.id == step; });
  if (found == sequence.steps().end()) throw std::logic_error(sequence.name() + " has no " + to_string(step));
  return *found;
}

}  // namespace

const Act& act(const Sequence& sequence, StepId step) {
  return find(sequence, step).act;
}

std::string cannot(const Sequence& sequence, StepId step) {
  return sequence.name() + ": cannot " + act(sequence, step).name() + ": ";
}

std::string cannot_undo(const Sequence& sequence, StepId step, UndoneIn undone_in) {
  return (undone_in == UndoneIn::run ? sequence.name() : sequence.unwound_as()) + ": cannot " +
         find(sequence, step).undo.value().name() + ": ";
}

bool send(FakeLun& lun, const FakeLun::Port& port, pr::Action action, pr::Key own, pr::Key argument) {
  const ScsiCommand command = pr::reserve_out(action, own, argument);
  ScsiReply reply = lun.execute(port, command);
  while (pr::judge(reply) == pr::Verdict::unit_attention) reply = lun.execute(port, command);
  return reply.status == 0;
}

void let_beta_take_over(FakeHost& host) {
  using enum pr::Action;
  const auto self = host.lun.held ? host.lun.held->port : host.port;
  pr::Key victim = alpha_serving;
  for (const FakeLun::Registered& r : host.lun.registered)
    if (r.port == self) victim = r.key;
  ASSERT_TRUE(send(host.lun, beta_port, register_and_ignore_existing_key, 0, beta_key));
  ASSERT_TRUE(send(host.lun, beta_port, register_key, beta_key, beta_serving));
  ASSERT_TRUE(send(host.lun, beta_port, preempt_and_abort, beta_serving, victim));
}

}  // namespace pnfs_ha
