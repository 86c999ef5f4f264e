// pnfs-ha status: what this server is, and whether the cluster could lose it.
#include <spdlog/fmt/fmt.h>

#include <iostream>

#include "base/error.h"
#include "base/json.h"
#include "follow.h"
#include "linux/linux_host.h"
#include "peers.h"
#include "report/health.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

// A server whose agent says nothing.
nlohmann::json silence(const Error& error) {
  return {{"format", 1}, {"role", to_string(Role::out_of_service)}, {"reason", error.what()}};
}

enum class Whom { everybody, this_server };

}  // namespace

void add_status(CLI::App& app, int& exit_code) {
  auto output = std::make_shared<Output>(Output::text);
  auto whom = std::make_shared<Whom>(Whom::everybody);
  CLI::App* verb = app.add_subcommand("status", "show this server and its cluster");
  verb->footer(
      "Asks this server's agent, and the other server's over the network for its own word: two seconds at "
      "most.\n"
      "Exit status: 0 healthy; 1 degraded: the cluster works but would not survive the next loss; 2 this "
      "server is out of service. What --json prints is described in pnfs-ha(8), STATUS DOCUMENT.");
  add_json(*verb, *output);
  add_choice(*verb, "--here", *whom, Whom::this_server, "ask no other server");
  verb->callback([output, whom, &exit_code] {
    Verdict verdict;
    Table table({10, 0});
    nlohmann::json document;
    try {
      Status status = read_status();
      if (*whom == Whom::everybody) ask_peers(status, LinuxHost());
      verdict = health_of(status);
      for (std::vector<std::string>& row : describe(status)) table.add(std::move(row));
      document = to_json(status);
    } catch (const Error& error) {
      document = silence(error);
      verdict = {Health::out_of_service, fmt::format("{}\n  {}", error.what(), error.remedy())};
    }
    document.erase("steps");
    if (*output == Output::json)
      std::cout << to_text(document, 2) << '\n';
    else
      table.print();
    if (verdict.health != Health::healthy && *output == Output::text)
      std::cout << (verdict.health == Health::degraded ? "degraded: " : "out of service: ") << verdict.why
                << '\n';
    exit_code = static_cast<int>(verdict.health);
  });
}

}  // namespace pnfs_ha
