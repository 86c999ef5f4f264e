// pnfs-ha grow: the file system, when the storage system has grown the LUN.
#include <spdlog/fmt/fmt.h>

#include <iostream>
#include <optional>

#include "agent/question.h"
#include "base/error.h"
#include "base/json.h"
#include "control/client.h"
#include "follow.h"
#include "linux/linux_host.h"
#include "plan.h"
#include "report/growth_text.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

constexpr std::chrono::seconds readiness_limit(10);
constexpr std::chrono::seconds rescan_limit(45);  // call_limits::attribute, and a look

constexpr const char* of_clients = "Has each of them read the LUN's size again?";

struct GrowOptions {
  Effect effect = Effect::real;
  Confirmation confirmation = Confirmation::ask;
  Output output = Output::text;
  AfterGrowth then = AfterGrowth::switch_over;
};

// While it lives, what is told goes to standard error: with --json only the document is for standard output.
class TellingOnStandardError {
 public:
  TellingOnStandardError() : before_(std::cout.rdbuf(std::cerr.rdbuf())) {}
  TellingOnStandardError(const TellingOnStandardError&) = delete;
  TellingOnStandardError& operator=(const TellingOnStandardError&) = delete;
  ~TellingOnStandardError() { std::cout.rdbuf(before_); }

 private:
  std::streambuf* before_;
};

void tell_rows(std::vector<std::vector<std::string>> rows) {
  Table table({15, 0, 0});
  for (std::vector<std::string>& row : rows) {
    row.front().insert(0, "  ");
    table.add(std::move(row));
  }
  table.print();
}

void tell_clients(const Growth& growth, const Path& device) {
  std::cout << fmt::format("\nClients: {}\n", growth.clients.size());
  tell_rows(describe_clients(growth));
  std::cout << "\nOn each, as root, and on any other machine that has the LUN and may mount it later:\n\n"
            << describe_commands(growth, device)
            << "\nOne that does not: what lies beyond the size that it knows goes through the server, and it "
               "forgets direct\nwrites of such a file that it has not committed. One that is not registered "
               "may see 2 TiB of a larger LUN:\nhave it read a file first.\n"
            << std::endl;
}

void require_active(const Server& server) {
  if (!server.config.alone())
    ask_local_agent(to_json(SwitchoverQuestion{.only_ask = true}), readiness_limit);
  else if (read_status().role != Role::active)
    throw Error("this server is not active", "see `pnfs-ha status`");
}

std::vector<PathSize> sizes_there(const ServerConfig& there, int port) {
  return rescan_answer_from_json(ask_agent(there.address, port, to_json(RescanQuestion{}), rescan_limit))
      .paths;
}

void switch_over_after_growth() {
  try {
    switch_over();
  } catch (const Error& error) {
    throw Error(std::string(error.what()) + "; the file system has grown",
                error.remedy() + (error.remedy().empty() ? "" : "; then ") + "`pnfs-ha switchover`");
  }
}

Growers growers_of(const Server& server, const Growth& growth, const GrowOptions& options) {
  return {.require_successor = [&server] { require_active(server); },
          .ask = [port = server.config.port](const ServerConfig& there) { return sizes_there(there, port); },
          .await_clients =
              [&server, &growth, options] {
                if (options.output == Output::json) return;
                tell_rows(describe_paths(growth));
                tell_clients(growth, server.lun.device());
                confirm(of_clients, options.confirmation);
              },
          .switch_over = switch_over_after_growth};
}

// What is known without asking the LUN anew.
void look_at(Server& server, Growth& growth) {
  if (server.lun.access() != Access::read_write) return;
  growth.servers = {{server.self.name, known_sizes(server.host, server.lun.device())}};
  growth.before = server.lun.file_system_size();
  growth.clients = clients_of_lun(server);
}

void only_say(Server& server, Growth& growth, AfterGrowth then) {
  if (growth.before != 0) {
    tell_rows(describe_paths(growth));
    std::cout << "  the file system: " << size_text(growth.before) << '\n';
    tell_clients(growth, server.lun.device());
  }
  const Sequence sequence = grow(server, {}, growth, then);
  for (const Step& step : sequence.steps())
    std::cout << (step.act.id == StepId::ask_sizes ? "would there: grow: " : "would here: grow: ")
              << step.act.name() << '\n';
}

void tell_the_end(const Growth& growth, AfterGrowth then) {
  std::cout << fmt::format("\nThe file system has grown from {} to {}.\n", size_text(growth.before),
                           size_text(growth.after));
  if (then == AfterGrowth::stay)
    std::cout
        << "A client that had not read the LUN's size again goes through the server there, until it has "
           "and the next takeover.\n";
  std::cout << std::flush;
}

void do_grow(Server& server, Growth& growth, const GrowOptions& options, AfterGrowth then) {
  std::optional<TellingOnStandardError> elsewhere;
  if (options.output == Output::json) elsewhere.emplace();
  grow(server, growers_of(server, growth, options), growth, then).run(print_acts());
  tell_the_end(growth, then);
}

void grow_lun(const GrowOptions& options) {
  require_root();
  LinuxHost host;
  Server server(host, load_cluster_config(host));
  const AfterGrowth then = server.config.alone() ? AfterGrowth::stay : options.then;
  Growth growth;
  if (options.effect == Effect::only_said) {
    look_at(server, growth);
    if (options.output == Output::text) only_say(server, growth, then);
  } else {
    if (options.output == Output::json && options.confirmation == Confirmation::ask)
      throw UsageError("--json asks nobody whether the clients have read the LUN's size again",
                       "give --yes if they have; --dry-run tells which they are");
    require_somebody(of_clients, options.confirmation);
    do_grow(server, growth, options, then);
  }
  if (options.output == Output::json) std::cout << to_text(to_json(growth, server.lun.device()), 2) << '\n';
}

}  // namespace

void add_grow(CLI::App& app, int&) {
  auto options = std::make_shared<GrowOptions>();
  CLI::App* verb =
      app.add_subcommand("grow", "on the active: grow the file system to the end of a LUN that has grown");
  verb->footer(
      "After the storage system has grown the LUN. Has both servers read its size again by every path, lists "
      "the clients with the commands to run on each, and asks whether that is done; then grows the XFS, and "
      "makes the other server active. Clients go on working. An XFS does not shrink: there is no way back.\n"
      "Refused unless this server is active, the other one ready, and both see one size that is larger than "
      "the file system.\n"
      "A client that has not read the size again before the file system grows forgets direct writes that it "
      "has not committed, of files that reach beyond the size that it knows. With --yes, it is on you that "
      "all have; --dry-run --json names them and the commands.\n"
      "The switchover has every client look at the size anew, and shows that the other server mounts the "
      "file system as it is now.");
  add_dry_run(*verb, options->effect);
  add_choice(*verb, "--no-switchover", options->then, AfterGrowth::stay, "stay active");
  add_choice(*verb, "--yes", options->confirmation, Confirmation::given, "do not ask");
  add_json(*verb, options->output);
  verb->callback([options] { grow_lun(*options); });
}

}  // namespace pnfs_ha
