// pnfs-ha switchover: hand the active role to the other server, in order and without a loss.
#include <spdlog/fmt/fmt.h>

#include <iostream>

#include "agent/question.h"
#include "control/client.h"
#include "follow.h"
#include "linux/linux_host.h"
#include "peers.h"
#include "plan.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

constexpr std::chrono::seconds answer_limit(10);
constexpr std::chrono::seconds release_limit(60);
constexpr std::chrono::seconds takeover_limit(60);

// The release is this server's takeover unwound, and what is waited for is the other one's.
void print_plan() {
  LinuxHost host;
  Server server(host, load_cluster_config(host));
  Drained drained;
  const Sequence sequence = switchover(server, {}, drained);
  for (const Step& step : sequence.steps()) {
    if (step.act.id == StepId::release)
      for (const std::string& act : takeover(server).undos())
        std::cout << "would here: release: " << act << '\n';
    else if (step.act.id == StepId::await_successor)
      for (const std::string& act : takeover(server).acts())
        std::cout << "would there: takeover: " << act << '\n';
    else
      std::cout << "would here: switchover: " << step.act.name() << '\n';
  }
}

constexpr std::size_t most_named = 20;

// To have it all committed is not necessary where nfsd accepts late commits, but an exception less to rely on.
void report(const Drained& drained, const Server& server) {
  if (!drained.idle)
    std::cout << "nfsd still works for somebody whose request waits for a client; if that does not end, this "
                 "server reboots\n";
  std::cout << fmt::format("{} files in {:.1f} s", drained.files,
                           std::chrono::duration<double>(drained.took).count());
  if (drained.left.empty()) {
    std::cout << ", all committed" << std::endl;
    return;
  }
  std::cout << fmt::format(
      "; {} are being written again or were not returned, and {}:\n", drained.left.size(),
      server.nfs.state().accepts_late_commits
          ? "will be committed at the other server if its client is back before grace ends"
          : "MAY LOSE what is not committed (stock nfsd)");
  for (std::size_t i = 0; i < std::min(most_named, drained.left.size()); ++i) {
    const std::string path = server.host.path_of_inode(server.config.export_root(), drained.left[i].inode);
    std::cout << "  " << drained.left[i].client << "  " << (path.empty() ? drained.left[i].name : path)
              << '\n';
  }
  if (drained.left.size() > most_named)
    std::cout << "  and " << drained.left.size() - most_named << " more\n";
  std::cout << std::flush;
}

// The agent's own steps are printed when the other server is waited for.
Agents ask_agents(const Server& server) {
  const int before = last_step();
  return {.require_successor =
              [&server] {
                ask_local_agent(to_json(SwitchoverQuestion{.only_ask = true}), answer_limit);
                require_successor(server);
              },
          .release = [] { ask_local_agent(to_json(SwitchoverQuestion{}), release_limit); },
          .await_successor =
              [before] {
                follow_agent(
                    before,
                    [](const Status& status) {
                      return status.role == Role::standby && status.lun.holder == Holder::peer;
                    },
                    takeover_limit);
              }};
}

}  // namespace

void switch_over() {
  LinuxHost host;
  Server server(host, load_cluster_config(host));
  Drained drained;
  const auto print = print_acts();
  switchover(server, ask_agents(server), drained)
      .run([&](const std::string& sequence, const Act& act, Sequence::Event event, const std::string& why) {
        print(sequence, act, event, why);
        if (act.id == StepId::wait_until_idle && event == Sequence::Event::done) report(drained, server);
      });
  std::cout << "\nThe other server is active; this one is standby.\n";
}

void add_switchover(CLI::App& app, int&) {
  auto effect = std::make_shared<Effect>(Effect::real);
  CLI::App* verb = app.add_subcommand("switchover", "on the active: make the other server active");
  verb->footer(
      "Has nfsd wait for no client any more, asks the clients to commit what they wrote directly, stops "
      "serving in order, lets the other server take over, and becomes standby. Refused unless the other "
      "server's copy of the state is up to date. Clients have ten seconds to commit; files that are written "
      "on all the time, and those of clients that do not answer, are named: their clients commit at the "
      "other server. If nfsd does not stop within 16 seconds, this server reboots and the other one takes "
      "over.");
  add_dry_run(*verb, *effect);
  verb->callback([effect] {
    require_root();
    *effect == Effect::only_said ? print_plan() : switch_over();
  });
}

}  // namespace pnfs_ha
