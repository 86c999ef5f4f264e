// pnfs-ha switchover: hand the active role to the other server, in order and without a loss.
#include <spdlog/fmt/fmt.h>

#include <iostream>

#include "agent/question.h"
#include "control/client.h"
#include "follow.h"
#include "linux/linux_host.h"
#include "plan.h"
#include "server/drain.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

constexpr std::chrono::seconds answer_limit(10);
constexpr std::chrono::seconds release_limit(60);
constexpr std::chrono::seconds takeover_limit(60);

void print_plan() {
  LinuxHost host;
  Node node(host, load_cluster_config(host));
  Drained drained;
  for (const std::string& act : drain(node, drained).acts()) std::cout << "would here: " << act << '\n';
  for (const std::string& act : takeover(node).undos()) std::cout << "would here: " << act << '\n';
  for (const std::string& act : takeover(node).acts()) std::cout << "would there: " << act << '\n';
}

constexpr std::size_t most_named = 20;

// Not necessary where nfsd accepts late commits, but an exception less to rely on.
void drain() {
  ask_local_agent(to_json(SwitchoverQuestion{.only_ask = true}), answer_limit);  // it refuses, and says why
  LinuxHost host;
  Node node(host, load_cluster_config(host));
  std::cout << "asking the clients to commit what they wrote directly\n" << std::flush;
  Drained drained;
  drain(node, drained).run([](const auto&...) {});
  if (!drained.idle)
    std::cout << "nfsd still works for somebody whose request waits for a client; if that does not end, this "
                 "server reboots\n";
  std::cout << fmt::format("{} files in {:.1f} s", drained.files,
                           std::chrono::duration<double>(drained.took).count());
  if (drained.left.empty()) {
    std::cout << ", all committed\n";
    return;
  }
  std::cout << fmt::format(
      "; {} are being written again or were not returned, and {}:\n", drained.left.size(),
      node.nfs.state().accepts_late_commits
          ? "will be committed at the other server if its client is back before grace ends"
          : "MAY LOSE what is not committed (stock nfsd)");
  for (std::size_t i = 0; i < std::min(most_named, drained.left.size()); ++i) {
    const std::string path = host.path_of_inode(node.config.mount_point, drained.left[i].inode);
    std::cout << "  " << drained.left[i].client << "  " << (path.empty() ? drained.left[i].name : path)
              << '\n';
  }
  if (drained.left.size() > most_named)
    std::cout << "  and " << drained.left.size() - most_named << " more\n";
}

}  // namespace

void switch_over() {
  drain();
  const int before = last_step();
  ask_local_agent(to_json(SwitchoverQuestion{}), release_limit);
  follow_agent(
      before,
      [](const Status& status) { return status.role == Role::standby && status.lun.holder == Holder::peer; },
      takeover_limit);
  std::cout << "\nThe other server is active; this one is standby.\n";
}

void add_switchover(CLI::App& app, int&) {
  auto effect = std::make_shared<Effect>(Effect::real);
  CLI::App* verb = app.add_subcommand("switchover", "on the active: make the other server active");
  verb->footer(
      "Has nfsd wait for no client any more, asks the clients to commit what they wrote directly, stops "
      "serving in order, "
      "lets the other server take over, and becomes standby. Refused unless the other server's copy of the "
      "state is up to "
      "date. Clients have ten seconds to commit; files that are written on all the time, and those of "
      "clients that do not "
      "answer, are named: their clients commit at the other server. If nfsd does not stop within 30 seconds, "
      "this server "
      "reboots and the other one takes over.");
  add_dry_run(*verb, *effect);
  verb->callback([effect] {
    require_root();
    *effect == Effect::only_said ? print_plan() : switch_over();
  });
}

}  // namespace pnfs_ha
