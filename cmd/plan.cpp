// pnfs-ha plan: the eight steps, as the agent would do them.
#include "plan.h"

#include <iostream>

#include "linux/linux_host.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

void print(const std::string& name, const std::vector<std::string>& acts) {
  std::cout << name << '\n';
  for (std::size_t i = 0; i < acts.size(); ++i) std::cout << "  " << i + 1 << ". " << acts[i] << '\n';
}

}  // namespace

void add_plan(CLI::App& app, int&) {
  auto which = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("plan", "print the steps of the sequences");
  verb->footer("The number behind a step says to which of the eight steps it belongs.");
  verb->add_option("sequence", *which, "print only this one")
      ->check(CLI::IsMember({"format", "bring_up", "takeover", "release", "renew_standby", "renew_mirror",
                             "switchover", "grow"}));
  verb->callback([which] {
    LinuxHost host;
    ClusterConfig any;  // the steps are the same for every cluster
    any.servers = {{.name = host.host_name(), .id = 1, .address = {}, .replication_address = {}}};
    Server server(host, any);
    Drained nobody;
    Growth nothing;
    for (const Sequence& s : {format(server, Overwrite::no), bring_up(server), takeover(server),
                              renew_standby(server), renew_mirror(server), switchover(server, {}, nobody),
                              grow(server, {}, nothing, AfterGrowth::switch_over)}) {
      if (which->empty() || *which == s.name()) print(s.name(), s.acts());
      const bool has_a_way_back = s.unwound_as() == "release";
      if (has_a_way_back && (which->empty() || *which == s.unwound_as())) print(s.unwound_as(), s.undos());
    }
  });
}

}  // namespace pnfs_ha
