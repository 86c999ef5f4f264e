// pnfs-ha join: the second server fetches the cluster's configuration from the first and becomes standby.
#include <iostream>

#include "acts.h"
#include "agent/question.h"
#include "base/error.h"
#include "config/cluster_keys.h"
#include "config/mirror_secret.h"
#include "config/units.h"
#include "control/client.h"
#include "control/token.h"
#include "follow.h"
#include "key_options.h"
#include "linux/dry_run_host.h"
#include "linux/linux_host.h"
#include "server.h"
#include "server/nfsd_module.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

struct JoinOptions {
  std::string address, token;
  KeyOptions<ServerConfig> server;
  int port = ClusterConfig{}.port;
  Effect effect = Effect::real;
};

constexpr std::chrono::seconds timeout(30);

ServerConfig newcomer(const JoinOptions& options, const ClusterConfig& cluster, const Host& host) {
  ServerConfig self{.name = host.host_name(),
                    .id = 0,
                    .address = address_towards(host, options.address),
                    .replication_address = {}};
  options.server.apply(self);
  if (self.address.empty())
    throw UsageError("this server has no address in the network of " + options.address,
                     "give the first server's address in a network that both are in");
  if (self.replication_address.empty())
    self.replication_address = address_towards(host, cluster.servers.front().replication_address);
  if (self.replication_address.empty())
    throw UsageError(
        "this server has no address in the network of " + cluster.servers.front().replication_address,
        "give --replication-address");
  return self;
}

ClusterConfig checked(const ClusterConfig& cluster, const ServerConfig& self, Host& host) {
  ClusterConfig wider =
      parse_cluster_config(to_toml(with_server(cluster, self)), "the cluster with this server");
  require_fits_machine(wider, host);
  if (!wider.stock_nfsd_may_lose_data) require_patched_nfsd(host);
  ClusterConfig here = wider;
  here.lun = SharedLun::stable_name(host, wider.lun);
  Server joined(host, here);
  require_nothing_in_place(joined);
  joined.reservation.require_no_namesake(wider.others(joined.self));
  return wider;
}

void join(const JoinOptions& options) {
  require_root();
  LinuxHost machine;
  if (machine.read_file(ClusterConfig::path))
    throw UsageError(std::string("this server is in a cluster already: ") + ClusterConfig::path + " exists",
                     "see `pnfs-ha status`");
  const auto ask = [&](const JoinQuestion& question) {
    return join_answer_from_json(ask_agent(options.address, options.port, to_json(question), timeout));
  };
  const auto configuration = [&](const JoinAnswer& answer) {
    return parse_cluster_config(answer.config, "the configuration of " + options.address);
  };
  const std::string token =
      options.token.empty() ? asked_for("The token that the first server printed:") : options.token;
  const ClusterConfig cluster = configuration(ask({.token = token, .server = {}}));
  const ServerConfig self = newcomer(options, cluster, machine);
  const ClusterConfig expected = checked(cluster, self, machine);
  if (options.effect == Effect::only_said) {
    for (const Difference& d : differences(cluster, expected))
      std::cout << "would set " << d.key << " = " << d.to << '\n';
    DryRunHost dry_run(machine, std::cout);
    save_cluster_config(dry_run, expected);
    dry_run.start_unit(units::agent);
    return;
  }
  std::cout << "Joining cluster " << cluster.name << " as " << self.name << std::endl;
  const JoinAnswer joined = ask({.token = token, .server = self});
  MirrorSecret::save(machine, joined.mirror_secret);
  save_cluster_config(machine, configuration(joined));
  start_agent(
      machine,
      [](const Status& status) { return status.role != Role::joining && status.mirror.disk == "UpToDate"; },
      std::chrono::minutes(5));
  std::cout << "\nThis server is standby and can take over.\n";
}

}  // namespace

void add_join(CLI::App& app, int&) {
  auto options = std::make_shared<JoinOptions>();
  CLI::App* verb = app.add_subcommand("join", "make this server the cluster's second");
  verb->footer(
      "Fetches the cluster's configuration from the first server, checks that this server fits, joins, and "
      "waits until its copy of the NFS state is complete. --dry-run stops after the checks. The token "
      "lets one server join; it crosses the network in clear text: join over a network that you trust.");
  verb->add_option("address", options->address, "an address of the first server")
      ->required()
      ->type_name("ADDRESS");
  verb->add_option("--token", options->token,
                   "what `pnfs-ha init` or `pnfs-ha token` printed; asked for if it is not given")
      ->type_name("TOKEN");
  verb->add_option("--port", options->port, "the first server's agent port")
      ->capture_default_str()
      ->type_name("PORT");
  options->server.add_to(*verb, server_keys());
  add_dry_run(*verb, options->effect);
  verb->callback([options] { join(*options); });
}

void add_token(CLI::App& app, int&) {
  CLI::App* verb = app.add_subcommand("token", "print a line that lets another server join");
  verb->footer(
      "It is valid for an hour and for one server. It crosses the network in clear text: join over a network "
      "that you trust.");
  verb->callback([] {
    require_root();
    LinuxHost host;
    const ClusterConfig config = load_cluster_config(host);
    std::cout << join_command(config, host, issue_join_token(host)) << '\n';
  });
}

}  // namespace pnfs_ha
