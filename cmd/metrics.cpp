// pnfs-ha metrics: the status and the last takeover in the text format that Prometheus reads, for
// node_exporter's textfile collector or a scraper of one's own.
#include <spdlog/fmt/fmt.h>

#include <iostream>
#include <map>

#include "base/error.h"
#include "config/cluster_config.h"
#include "follow.h"
#include "history/history.h"
#include "linux/linux_host.h"
#include "report/health.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

using Samples = std::map<std::string, double>;  // labels with their braces; empty: none

void family(const char* name, const char* help, const Samples& samples) {
  std::cout << fmt::format("# HELP pnfs_ha_{0} {1}\n# TYPE pnfs_ha_{0} gauge\n", name, help);
  for (const auto& [labels, value] : samples)
    std::cout << fmt::format("pnfs_ha_{}{} {}\n", name, labels, value);
}

void of_status(const Status& status) {
  family("health", "0 healthy, 1 degraded, 2 out of service.",
         {{"", static_cast<double>(health_of(status).health)}});
  family("active", "Whether this server is the active one.", {{"", status.role == Role::active}});
  family("vrrp", "What VRRP says of this server.",
         {{fmt::format("{{state=\"{}\"}}", to_string(status.vrrp)), 1}});
  family("lun_answers", "Whether the LUN answers this server.", {{"", status.lun.holder.has_value()}});
  family("lun_latency_seconds", "The longest that an answer of the LUN took in the last minute.",
         {{"", std::chrono::duration<double>(status.lun.latency).count()}});
  family("mirror_connected", "Whether the mirror reaches the other server.",
         {{"", status.mirror.connection == "Connected"}});
  family("mirror_up_to_date", "Whether this server's copy of the NFS state is complete.",
         {{"", status.mirror.disk == "UpToDate"}});
  family("nfs_clients", "Clients that the NFS server knows.",
         status.nfs.clients ? Samples{{"", *status.nfs.clients}} : Samples());
  family("nfsd_accepts_late_commits", "Whether direct writes survive a crash of the server uncommitted.",
         {{"", status.nfs.accepts_late_commits}});
  family("fenced", "Registrations that this server removed from the LUN lately.",
         {{"", static_cast<double>(status.fenced.size())}});
}

void of_history(const History::Records& records) {
  if (!records.unread.empty()) std::cerr << "pnfs-ha: " << records.unread << '\n';
  if (records.takeovers.empty()) return;
  const Takeover& last = records.takeovers.back();
  family("last_takeover_timestamp_seconds", "When the last takeover took place.",
         {{"", static_cast<double>(last.at)}});
  Samples files;
  for (const auto& [outcome, count] : last.counts)
    files[fmt::format("{{outcome=\"{}\"}}", outcome_ids.of(outcome))] = static_cast<double>(count);
  family("last_takeover_files", "Files that were being written directly at the last takeover.", files);
}

}  // namespace

void add_metrics(CLI::App& app, int&) {
  CLI::App* verb = app.add_subcommand("metrics", "print this server's metrics for Prometheus");
  verb->footer(
      "Health, role, clients, the kind of nfsd and the last takeover's files in the text format of "
      "Prometheus, for instance into a file of node_exporter's textfile collector.");
  verb->callback([] {
    require_root();
    LinuxHost host;
    const ClusterConfig config = load_cluster_config(host);
    try {
      of_status(read_status());
    } catch (const Error&) {
      family("health", "0 healthy, 1 degraded, 2 out of service.",
             {{"", static_cast<double>(Health::out_of_service)}});
    }
    of_history(History(host, config.mount_point).read());
  });
}

}  // namespace pnfs_ha
