// pnfs-ha reservation: who may use the LUN, as the LUN itself tells.
#include <spdlog/fmt/fmt.h>

#include <iostream>

#include "base/error.h"
#include "base/json.h"
#include "linux/linux_host.h"
#include "server.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

std::string who(const pr::Registration& registration, const Server& server,
                const std::vector<NfsClient>& clients) {
  if (registration.key == nfsd_key) return "a server's stock nfsd";
  for (const ServerConfig& member : server.config.servers) {
    if (registration.key == serving_key(member.id)) return "server " + member.name + ", serving";
    if (registration.key == standby_key(member.id)) return "server " + member.name;
    if (registration.key == challenge_key(member.id))
      return "server " + member.name + ", challenging the holder";
  }
  for (const NfsClient& client : clients)
    if (client.key == registration.key) return fmt::format("client {}, {}", client.address, client.status);
  return "a client, known to the active server";
}

pr::Key parse_key(const std::string& text) {
  if (const auto key = pr::parse_key(text)) return *key;
  throw UsageError("'" + text + "' is no reservation key", "`pnfs-ha reservation show` lists them");
}

// With every name that the LUN tells.
ReservationState read_all(const Server& server) {
  return server.reservation.read(std::chrono::seconds(10), Reservation::Names::many);
}

void show(Output output) {
  require_root();
  LinuxHost host;
  const Server server(host, load_cluster_config(host));
  const ReservationState state = read_all(server);
  const auto clients = server.nfs.clients();
  if (output == Output::json) {
    json keys = json::array();
    for (const pr::Registration& r : state.registrations)
      keys.push_back({{"key", pr::to_string(r.key)},
                      {"initiator", r.initiator},
                      {"holder", r.holder},
                      {"who", who(r, server, clients)}});
    const json type = state.type ? json(pr::to_string(*state.type)) : json();
    const json document = {
        {"format", 1}, {"type", type}, {"holder", to_string(state.holder)}, {"registrations", keys}};
    std::cout << to_text(document, 2) << '\n';
    return;
  }
  std::cout << (state.type ? pr::to_string(*state.type) : "no reservation")
            << ", held by: " << to_string(state.holder) << '\n';
  Table table({0, 0, 0, 0});
  for (const pr::Registration& r : state.registrations)
    table.add({r.holder ? "*" : " ", pr::to_string(r.key), r.initiator, who(r, server, clients)});
  table.print();
}

void fence(const std::string& text, Confirmation confirmation) {
  require_root();
  LinuxHost host;
  Server server(host, load_cluster_config(host));
  const pr::Key key = parse_key(text);
  if (is_server_key(key))
    throw Error(text + " is a server's key", "to stop a server: `pnfs-ha switchover`, or reboot it");
  const ReservationState state = read_all(server);
  const auto found = std::ranges::find(state.registrations, key, &pr::Registration::key);
  if (found == state.registrations.end())
    throw Error(text + " is not registered", "`pnfs-ha reservation show` lists the keys");
  confirm(fmt::format("{} ({}) loses its direct access to the LUN at once; a live client goes on through the "
                      "active server. Go on?",
                      found->initiator, who(*found, server, server.nfs.clients())),
          confirmation);
  server.reservation.fence(key);
  std::cout << pr::to_string(key) << " is fenced\n";
}

}  // namespace

void add_reservation(CLI::App& app, int&) {
  struct Options {
    Output output = Output::text;
    Confirmation confirmation = Confirmation::ask;
    std::string key;
  };
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("reservation", "look at the LUN's reservation; fence a client");
  verb->require_subcommand(1);
  CLI::App* shown = verb->add_subcommand("show", "list who is registered with the LUN, and who holds it");
  shown->footer("Asks the LUN itself; * marks who holds the reservation.");
  add_json(*shown, options->output);
  shown->callback([options] { show(options->output); });
  CLI::App* fenced = verb->add_subcommand("fence", "take a client's direct access to the LUN away");
  fenced->add_option("key", options->key, "its key, 0x…")->required();
  fenced->footer(
      "A live client goes on through the active server and comes back to direct access after two minutes.");
  add_choice(*fenced, "--yes", options->confirmation, Confirmation::given, "do not ask");
  fenced->callback([options] { fence(options->key, options->confirmation); });
}

}  // namespace pnfs_ha
