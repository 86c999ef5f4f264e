// pnfs-ha init: the eight steps on the first server.
#include <iostream>

#include "command.h"
#include "config/units.h"
#include "control/token.h"
#include "linux/dry_run_host.h"
#include "plan.h"
#include "server/nfsd_module.h"

namespace pnfs_ha {
namespace {

struct InitOptions {
  ClusterConfig config;
  std::string lun, vip, replication_address;
  bool format = false, yes = false, dry_run = false;
};

// What the options say, checked like a file and against this machine.
ClusterConfig cluster_from(const InitOptions& options, const Host& host) {
  if (host.read_file(ClusterConfig::path))
    throw UsageError(std::string("this server is in a cluster already: ") + ClusterConfig::path + " exists",
                     "see `pnfs-ha status`");
  ClusterConfig config = options.config;
  config.lun = SharedLun::stable_name(host, options.lun);
  config.vip = parse_network(options.vip);
  ServerConfig self{.name = host.host_name(), .id = 1, .address = {}, .replication_address = {}};
  for (const InterfaceAddress& a : host.addresses())
    if (a.interface == config.interface && Network{a.address, a.prefix}.contains(config.vip.address))
      self.address = a.address;
  if (self.address.empty())
    throw UsageError(config.interface + " has no address in the network of the VIP " + config.vip.text(),
                     "`ip address` lists the interfaces and their networks");
  self.replication_address = options.replication_address.empty() ? self.address : options.replication_address;
  if (config.allow.empty()) config.allow = {config.vip.text()};
  config.servers = {self};
  config = parse_cluster_config(to_toml(config), "the new cluster");
  require_fits_machine(config, host);
  return config;
}

void require_reservations(const Node& node) {
  const pr::Capabilities can = node.reservation.capabilities();
  if (!can.exclusive_access_registrants_only || !can.persist_through_power_loss)
    throw Error(node.lun.device().string() + " does not support " +
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

Sequence::Observer print_acts() {
  return [](const std::string& sequence, const Act& act, Sequence::Event event, const std::string& why) {
    if (event == Sequence::Event::done) std::cout << "  ok     " << sequence << ": " << act.name << std::endl;
    if (event == Sequence::Event::failed)
      std::cout << "  FAILED " << sequence << ": " << act.name << ": " << why << std::endl;
  };
}

void print_plan_of(const Sequence& sequence) {
  for (const std::string& act : sequence.acts())
    std::cout << "then   " << sequence.name() << ": " << act << '\n';
}

// From here on the agent works. If it fails, this server is in no cluster again; only the new XFS stays.
void found(Node& node) {
  save_cluster_config(node.host, node.config);
  try {
    start_agent(
        node.host, [](const nlohmann::json& status) { return status.at("role") == "active"; },
        std::chrono::minutes(5));
  } catch (const Error& error) {
    std::cout << "Undoing what was done" << std::endl;
    node.host.run({"systemctl", "disable", "--now", "--quiet", units::agent});
    std::string left;
    try {
      bring_up(node).unwind(print_acts());
    } catch (const Error& undone) {
      left = std::string("; and ") + undone.what();
    }
    node.host.remove_file(ClusterConfig::path);
    throw Error(error.what() + left, error.remedy() + "; then try again with --format");
  }
}

void init(const InitOptions& options) {
  require_root();
  LinuxHost machine;
  const ClusterConfig config = cluster_from(options, machine);
  require_nfsd(machine, config);
  DryRunHost dry_run(std::cout);
  Host& host = options.dry_run ? static_cast<Host&>(dry_run) : machine;
  Node node(host, config);
  require_reservations(node);
  const Overwrite overwrite = options.format ? Overwrite::yes : Overwrite::no;
  node.lun.require_blank(overwrite);
  if (!options.dry_run) {
    const std::string found = node.lun.content().value_or("nothing");
    confirm("Create an XFS on " + config.lun + " (" + node.lun.wwn() + "), which carries " + found + "?",
            options.yes);
  }
  std::cout << "Founding cluster " << config.name << " on " << host.host_name() << std::endl;
  format(node, overwrite).run(print_acts());
  if (options.dry_run) {
    save_cluster_config(host, config);
    print_plan_of(bring_up(node));
    print_plan_of(takeover(node));
    return;
  }
  found(node);
  std::cout << "\nThis server is active. Clients mount it with\n\n  mount -t nfs4 -o vers=4.2 "
            << config.vip.address << ":/ /mnt\n\nOn the second server, within an hour:\n\n  "
            << join_command(config, host, issue_join_token(host)) << "\n";
}

}  // namespace

void add_init(CLI::App& app, int&) {
  auto options = std::make_shared<InitOptions>();
  ClusterConfig& config = options->config;
  CLI::App* verb = app.add_subcommand("init", "found a cluster on the first server");
  verb->add_option("--name", config.name, "the cluster's name, also the NFS server's scope")->required();
  verb->add_option("--lun", options->lun, "the shared LUN: a whole SCSI disk, /dev/disk/by-id/wwn-0x…")
      ->required();
  verb->add_option("--vip", options->vip, "the address that clients mount, ADDRESS/PREFIX")->required();
  verb->add_option("--interface", config.interface, "the clients' network interface, for the VIP and VRRP")
      ->required();
  verb->add_option("--replication-address", options->replication_address,
                   "this server's address for the state mirror (default: the one on --interface)");
  verb->add_option("--router-id", config.router_id,
                   "VRRP virtual router ID, unique in the network (default 51)")
      ->check(CLI::Range(1, 255));
  verb->add_option("--allow", config.allow,
                   "a network that may mount, ADDRESS/PREFIX; repeatable (default: the VIP's network)");
  verb->add_flag("--stock-nfsd-may-lose-data", config.stock_nfsd_may_lose_data,
                 "serve with stock nfsd as well, which loses direct writes in a crash and lets a server that "
                 "lost the LUN in again");
  verb->add_flag("--format", options->format, "overwrite what the LUN carries");
  verb->add_flag("--yes", options->yes, "do not ask");
  verb->add_flag("--dry-run", options->dry_run, "only print what would be done");
  verb->callback([options] { init(*options); });
}

}  // namespace pnfs_ha
