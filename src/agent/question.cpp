#include "agent/question.h"

#include "base/error.h"
#include "base/json.h"
#include "control/message.h"
#include "control/token.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

json with_format(json message) {
  message["format"] = message_format.newest;
  return message;
}

json question_of(const JoinQuestion& question) {
  json message = {{"verb", "join"}, {"token", question.token}};
  if (question.server) message["server"] = to_json(*question.server);
  return message;
}

json question_of(const SwitchoverQuestion& question) {
  return {{"verb", "switchover"}, {"only_ask", question.only_ask}};
}

json question_of(const MaintenanceQuestion& question) {
  return {{"verb", "maintenance"}, {"on", question.on}, {"force", question.force}};
}

json question_of(const RecoverQuestion& question) {
  json message = {{"verb", "recover"}};
  if (question.decision) message["decision"] = intervention_ids.of(*question.decision);
  return message;
}

json question_of(const HealthQuestion&) {
  return {{"verb", "health"}};
}

json question_of(const RescanQuestion&) {
  return {{"verb", "rescan"}};
}

RecoverQuestion recover_question(const json& message) {
  const std::string id = value_of(message, "decision", "");
  const auto decision = intervention_ids.find(id);
  if (!id.empty() && !decision) throw Error("there is no decision '" + id + "'", "run `pnfs-ha recover`");
  return {decision};
}

JoinQuestion join_question(const json& message) {
  JoinQuestion question{.token = value_of(message, "token", ""), .server = {}};
  if (const auto server = message.find("server"); server != message.end())
    question.server = server_from_json(*server);
  return question;
}

json to_json(const Intervention& intervention) {
  return {{"id", intervention_ids.of(intervention.kind)},
          {"finding", intervention.finding},
          {"action", intervention.action},
          {"loss", intervention.loss}};
}

Error other_version(const std::string& missing) {
  return Error("the answer has no " + missing + ": the agent is of another version of pnfs-ha",
               "restart it after an upgrade (systemctl restart pnfs-ha-agent), or upgrade that server");
}

}  // namespace

json to_json(const Question& question) {
  return with_format(std::visit([](const auto& asked) { return question_of(asked); }, question));
}

Question question_from_json(const json& message) {
  const std::string verb = value_of(message, "verb", "");
  if (verb == "join") return join_question(message);
  if (verb == "switchover") return SwitchoverQuestion{value_of(message, "only_ask", false)};
  if (verb == "maintenance")
    return MaintenanceQuestion{value_of(message, "on", true), value_of(message, "force", false)};
  if (verb == "recover") return recover_question(message);
  if (verb == "health") return HealthQuestion{};
  if (verb == "rescan") return RescanQuestion{};
  throw unknown_question(message);
}

Error unknown_question(const json& message) {
  return Error("unknown question '" + value_of(message, "verb", "") + "'",
               "are both servers of the same version?");
}

json to_json(const JoinAnswer& answer) {
  return with_format({{"config", answer.config}, {"mirror_secret", answer.mirror_secret}});
}

json to_json(const RoleAnswer& answer) {
  return with_format({{"role", to_string(answer.role)}});
}

json to_json(const RecoverAnswer& answer) {
  json interventions = json::array();
  for (const Intervention& intervention : answer.interventions)
    interventions.push_back(to_json(intervention));
  return with_format({{"interventions", interventions}});
}

json to_json(const HealthAnswer& answer) {
  return with_format({{"role", to_string(answer.role)},
                      {"health", health_names.of(answer.verdict.health)},
                      {"why", answer.verdict.why},
                      {"config", answer.config},
                      {"can_take_over", answer.can_take_over}});
}

json to_json(const RescanAnswer& answer) {
  return with_format({{"paths", to_array(answer.paths)}});
}

RescanAnswer rescan_answer_from_json(const json& message) {
  if (!message.is_object() || !message.contains("paths")) throw other_version("paths");
  return {each_of(message, "paths", path_size_from_json)};
}

HealthAnswer health_answer_from_json(const json& message) {
  const auto role = role_names.find(value_of(message, "role", ""));
  const auto health = health_names.find(value_of(message, "health", ""));
  if (!role || !health) throw other_version(role ? "health" : "role");
  return {*role,
          {*health, value_of(message, "why", "")},
          value_of(message, "config", ""),
          value_of(message, "can_take_over", true)};
}

JoinAnswer join_answer_from_json(const json& message) {
  JoinAnswer answer{value_of(message, "config", ""), value_of(message, "mirror_secret", "")};
  if (answer.config.empty()) throw other_version("configuration");
  return answer;
}

RoleAnswer role_answer_from_json(const json& message) {
  const auto role = role_names.find(value_of(message, "role", ""));
  if (!role) throw other_version("role");
  return {*role};
}

RecoverAnswer recover_answer_from_json(const json& message) {
  if (!message.is_object() || !message.contains("interventions")) throw other_version("interventions");
  RecoverAnswer answer;
  for (const json& element : array_of(message, "interventions")) {
    const auto kind = intervention_ids.find(value_of(element, "id", ""));
    if (!kind) throw other_version("intervention that this program knows");
    answer.interventions.push_back({.kind = *kind,
                                    .finding = value_of(element, "finding", ""),
                                    .action = value_of(element, "action", ""),
                                    .loss = value_of(element, "loss", "")});
  }
  return answer;
}

}  // namespace pnfs_ha
