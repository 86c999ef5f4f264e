// pnfs-ha status: what this server is, and whether the cluster could lose it.
#include "report/status.h"

#include <spdlog/fmt/fmt.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "follow.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

std::string text(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

void print(const json& s) {
  Table table({10, 0});
  const auto row = [&](const char* name, const std::string& value) { table.add({name, value}); };
  const json &lun = s["lun"], &reservation = lun["reservation"], &mirror = s["mirror"], &nfs = s["nfs"];
  row("cluster", text(s["cluster"]));
  row("server", fmt::format("{}: {}{}", text(s["node"]), text(s["role"]),
                            s["reason"] == "" ? "" : " (" + text(s["reason"]) + ")"));
  row("VIP", fmt::format("{}, {}, VRRP {}", text(s["vip"]["address"]),
                         s["vip"]["present"] ? "here" : "not here", text(s["vrrp"])));
  row("LUN", fmt::format("{}, mounted: {}", text(lun["wwn"]), text(lun["mounted"])));
  row("", fmt::format("reservation: {}, {} keys", text(reservation["holder"]), reservation["keys"].size()));
  row("mirror", mirror["connection"] == ""
                    ? "down"
                    : fmt::format("{}, {}, {} here, {} there", text(mirror["connection"]),
                                  text(mirror["role"]), text(mirror["disk"]), text(mirror["peer_disk"])));
  row("NFS", nfs["running"] ? fmt::format("running, {} threads, {} clients{}", text(nfs["threads"]),
                                          nfs["clients"].is_null() ? "unknown" : text(nfs["clients"]),
                                          nfs["in_grace"] ? ", in grace" : "")
                            : "not running");
  row("", nfs.value("accepts_late_commits", false) ? "accepts late commits" : "refuses late commits");
  for (const json& peer : s["peers"])
    row("peer", fmt::format("{} at {}: mirror {}, {}", text(peer["name"]), text(peer["address"]),
                            text(peer["connection"]), text(peer["mirror_role"])));
  table.print();
}

}  // namespace

void add_status(CLI::App& app, int& exit_code) {
  auto output = std::make_shared<Output>(Output::text);
  CLI::App* verb = app.add_subcommand("status", "show this server and its cluster");
  verb->footer(
      "Exit status: 0 healthy; 1 degraded: the cluster works but would not survive the next loss; 2 this "
      "server is out of "
      "service. What --json prints is described in pnfs-ha(8), STATUS DOCUMENT.");
  add_json(*verb, *output);
  verb->callback([output, &exit_code] {
    json status;
    Verdict verdict;
    try {
      status = read_status();
      verdict = health_of(status);
    } catch (const Error& error) {
      status = {{"role", "out-of-service"}, {"reason", error.what()}};
      verdict = {Health::out_of_service, fmt::format("{}\n  {}", error.what(), error.remedy())};
    }
    status.erase("steps");
    if (*output == Output::json)
      std::cout << status.dump(2) << '\n';
    else if (status.contains("cluster"))
      print(status);
    if (verdict.health != Health::healthy && *output == Output::text)
      std::cout << (verdict.health == Health::degraded ? "degraded: " : "out of service: ") << verdict.why
                << '\n';
    exit_code = static_cast<int>(verdict.health);
  });
}

}  // namespace pnfs_ha
