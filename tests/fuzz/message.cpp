// What strangers send to an agent, and what an agent answers.
#include "control/message.h"

#include "agent/agent.h"
#include "control/token.h"
#include "fuzz.h"

using namespace pnfs_ha;

namespace {

std::string received(const std::string& bytes, std::size_t piece, Incoming::State& state) {
  Incoming incoming;
  for (std::size_t at = 0; at < bytes.size() && incoming.state() == Incoming::State::incomplete; at += piece)
    incoming.add(std::string_view(bytes).substr(at, piece));
  state = incoming.state();
  return incoming.line();
}

// Whoever has the token may join, and no more: the configuration stays one that can be read back.
void ask_an_agent(const nlohmann::json& question) {
  OddHost host;
  const std::string token = issue_join_token(host);
  Agent agent(host, one_server(), [](std::chrono::seconds) {});
  nlohmann::json asked = question;
  if (asked.contains("token") && asked["token"].is_string()) asked["token"] = token;
  const nlohmann::json answer = agent.answer(asked, Origin::network);
  must(answer.contains("error") || answer.contains("config"), "an agent refuses or answers");
  must(parse_message(to_line(answer)).has_value(), "an answer can be read");
  if (const std::string text = host.text(ClusterConfig::path); !text.empty())
    for (const ServerConfig& server : parse_cluster_config(text).servers) {
      const bool v6 = server.replication_address.find(':') != std::string::npos;
      must(host.text("/etc/drbd.d/pnfs-ha.res")
                   .find(server.replication_address + (v6 ? "]:7789 {}" : ":7789 {}")) != std::string::npos,
           "every server is in DRBD's configuration by its address");
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes = text_of(data, size);
  Incoming::State whole{}, pieces{};
  const std::string line = received(bytes, longest_message + 1, whole);
  must(received(bytes, 7, pieces) == line && whole == pieces, "pieces make the same message as the whole");
  if (whole != Incoming::State::complete) return 0;
  may_refuse([&] { static_cast<void>(parse_answer(line, "the agent")); });
  if (const auto question = parse_message(line)) ask_an_agent(*question);
  return 0;
}
