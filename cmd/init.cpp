// pnfs-ha init: the eight steps on the first server.
#include <spdlog/fmt/ranges.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "acts.h"
#include "agent/witness.h"
#include "base/error.h"
#include "config/cluster_keys.h"
#include "config/mirror_secret.h"
#include "config/units.h"
#include "control/token.h"
#include "follow.h"
#include "key_options.h"
#include "linux/dry_run_host.h"
#include "linux/linux_host.h"
#include "plan.h"
#include "server/nfsd_module.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

struct InitOptions {
  KeyOptions<ClusterConfig> cluster;
  KeyOptions<ServerConfig> server;
  Overwrite overwrite = Overwrite::no;
  Confirmation confirmation = Confirmation::ask;
  Effect effect = Effect::real;
};

// What the options say, checked like a file and against this machine.
ClusterConfig cluster_from(const InitOptions& options, const Host& host) {
  if (host.read_file(ClusterConfig::path))
    throw UsageError(std::string("this server is in a cluster already: ") + ClusterConfig::path + " exists",
                     "see `pnfs-ha status`");
  ClusterConfig config;
  options.cluster.apply(config);
  config.lun = SharedLun::stable_name(host, config.lun);
  ServerConfig self{.name = host.host_name(),
                    .id = 1,
                    .address = address_towards(host, config.vip.address, config.interface),
                    .replication_address = {}};
  if (self.address.empty())
    throw UsageError(config.interface + " has no address in the network of the VIP " + config.vip.text(),
                     "`ip address` lists the interfaces and their networks");
  self.replication_address = self.address;
  options.server.apply(self);
  if (config.allow.empty()) config.allow = {config.vip.text()};
  config.servers = {self};
  config = parse_cluster_config(to_toml(config), "the new cluster");
  require_fits_machine(config, host);
  return config;
}

void require_reservations(const Server& server) {
  const pr::Capabilities can = server.reservation.capabilities();
  if (!can.exclusive_access_registrants_only || !can.persist_through_power_loss)
    throw Error(server.lun.device().string() + " does not support " +
                    (can.persist_through_power_loss ? "Exclusive Access - Registrants Only reservations"
                                                    : "registrations that survive a power loss (PTPL)"),
                "enable SPC-3 persistent reservations for this LUN on the storage system");
}

void require_nfsd(Host& host, const ClusterConfig& config) {
  if (config.stock_nfsd_may_lose_data) return;
  try {
    require_patched_nfsd(host);
  } catch (const Error& error) {
    throw Error(error.what(), error.remedy() + "; --stock-nfsd-may-lose-data does without");
  }
}

// A cluster whose witnesses are silent has no server that takes over: better found before there is data.
void require_witness(Host& host, const ClusterConfig& config) {
  const std::vector<std::string> witnesses = witnesses_of(host, config);
  if (any_answers(host, witnesses)) return;
  throw Error(fmt::format("no answer to a ping from {}: with silent witnesses no server takes over",
                          fmt::join(witnesses, ", ")),
              config.witnesses.empty()
                  ? "name addresses that answer instead of the default gateway: --witness"
                  : "name others: --witness");
}

void print_plan_of(const Sequence& sequence) {
  for (const std::string& act : sequence.acts())
    std::cout << "then   " << sequence.name() << ": " << act << '\n';
}

// From here on the agent works. If it fails, this server is in no cluster again; only the new XFS stays.
void found(Server& server) {
  MirrorSecret::save(server.host, server.host.random_hex(MirrorSecret::bytes));
  save_cluster_config(server.host, server.config);
  try {
    start_agent(
        server.host, [](const Status& status) { return status.role == Role::active; },
        std::chrono::minutes(5));
  } catch (const Error& error) {
    std::cout << "Undoing what was done" << std::endl;
    server.host.run({"systemctl", "disable", "--now", "--quiet", units::agent});
    bring_up(server).unwind(print_acts());
    server.host.remove_file(ClusterConfig::path);
    server.host.remove_file(MirrorSecret::path);
    throw Error(error.what(), error.remedy() + "; then try again with --format");
  }
}

void init(const InitOptions& options) {
  require_root();
  LinuxHost machine;
  const ClusterConfig config = cluster_from(options, machine);
  require_nfsd(machine, config);
  Server real(machine, config);
  require_nothing_in_place(real);
  require_witness(machine, config);
  require_reservations(real);
  DryRunHost dry_run(machine, std::cout);
  Host& host = options.effect == Effect::only_said ? static_cast<Host&>(dry_run) : machine;
  Server server(host, config);
  server.lun.require_blank(options.overwrite);
  if (options.effect == Effect::real) {
    const std::string found = server.lun.content().value_or("nothing");
    const ReservationState now = server.reservation.read();
    const pr::Registration* holder = now.held_by();
    const std::string held = holder == nullptr ? "" : " and is reserved by " + holder->initiator;
    confirm(
        "Create an XFS on " + config.lun + " (" + server.lun.wwn() + "), which carries " + found + held + "?",
        options.confirmation);
    server.reservation.exercise();
  }
  std::cout << "Founding cluster " << config.name << " on " << host.host_name() << std::endl;
  format(server, options.overwrite).run(print_acts());
  if (options.effect == Effect::only_said) {
    save_cluster_config(host, config);
    print_plan_of(bring_up(server));
    print_plan_of(takeover(server));
    return;
  }
  found(server);
  std::cout << "\nThis server is active. Clients mount it with\n\n  mount -t nfs4 -o vers=4.2 "
            << config.vip.address << ":/ /mnt\n\nOn the second server, within an hour:\n\n  "
            << join_command(config, host, issue_join_token(host)) << "\n";
}

}  // namespace

void add_init(CLI::App& app, int&) {
  auto options = std::make_shared<InitOptions>();
  CLI::App* verb = app.add_subcommand("init", "found a cluster on the first server");
  verb->footer(
      "Creates an XFS on the LUN, writes /etc/pnfs-ha/cluster.toml, starts the agent and waits until it is "
      "active. Prints the line to run on the second server.\n"
      "Partitions, LVM, dm-multipath and NVMe are refused as a LUN: nfsd hands out no SCSI layout for them. "
      "Without --format, anything that blkid recognises on it is a reason to refuse.\n"
      "With --stock-nfsd-may-lose-data the kernel's own nfsd may serve, without the patches of the "
      "appliance or of pnfs-ha-nfsd-dkms. A crash can lose what clients wrote directly, although their "
      "fsync(2) succeeded, and a server that lost the LUN can let itself in again and write beside the next "
      "one. Without this option init and join refuse such an nfsd, and a server that finds it at its start "
      "stays out of service.");
  options->cluster.add_to(*verb, cluster_keys());
  options->server.add_to(*verb, server_keys());
  add_choice(*verb, "--format", options->overwrite, Overwrite::yes, "overwrite what the LUN carries");
  add_choice(*verb, "--yes", options->confirmation, Confirmation::given, "do not ask");
  add_dry_run(*verb, options->effect);
  verb->callback([options] { init(*options); });
}

}  // namespace pnfs_ha
