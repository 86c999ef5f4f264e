// What an agent is asked and answers, as it crosses the wire.
#include "agent/question.h"
#include "agent_scene.h"
#include "control/message.h"

namespace pnfs_ha {
namespace {

// Through both ends.
template <typename Kind>
Kind across(const Kind& question) {
  return std::get<Kind>(question_from_json(*parse_message(to_line(to_json(Question(question))))));
}

TEST(QuestionTest, arrives_as_it_was_asked) {
  const ServerConfig beta{
      .name = "beta", .id = 0, .address = "10.0.0.12", .replication_address = "10.1.0.12"};
  const JoinQuestion join = across(JoinQuestion{.token = "c5", .server = beta});
  EXPECT_EQ(join.token, "c5");
  EXPECT_EQ(join.server, beta);
  EXPECT_EQ(across(JoinQuestion{.token = "c5", .server = {}}).server, std::nullopt);
  for (const bool yes : {true, false}) {
    EXPECT_EQ(across(SwitchoverQuestion{.only_ask = yes}).only_ask, yes);
    EXPECT_EQ(across(MaintenanceQuestion{.on = yes, .force = !yes}).on, yes);
    EXPECT_EQ(across(MaintenanceQuestion{.on = yes, .force = !yes}).force, !yes);
  }
  for (const auto& [kind, id] : intervention_ids)
    EXPECT_EQ(across(RecoverQuestion{kind}).decision, kind) << id;
  EXPECT_EQ(across(RecoverQuestion{}).decision, std::nullopt);
}

TEST(QuestionTest, that_is_none_is_an_error) {
  EXPECT_EQ(error_of([] { question_from_json({{"verb", "reboot"}}); }), "unknown question 'reboot'");
  const json unknown = {{"verb", "recover"}, {"decision", "pray"}};
  EXPECT_EQ(error_of([&] { question_from_json(unknown); }), "there is no decision 'pray'");
  const json incomplete = {{"verb", "join"}, {"server", {{"name", "beta"}}}};
  EXPECT_EQ(error_of([&] { question_from_json(incomplete); }), "the new server did not tell its address");
}

TEST(AnswerTest, arrives_as_it_was_given) {
  const Intervention intervention{
      .kind = InterventionKind::preempt_stranger, .finding = "Found.", .action = "Do it.", .loss = "A lot."};
  const auto found =
      recover_answer_from_json(to_json(RecoverAnswer{.interventions = {intervention}})).interventions;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, intervention.kind);
  EXPECT_EQ(found[0].finding, intervention.finding);
  EXPECT_EQ(found[0].action, intervention.action);
  EXPECT_EQ(found[0].loss, intervention.loss);
  EXPECT_EQ(role_answer_from_json(to_json(RoleAnswer{Role::standby})).role, Role::standby);
  EXPECT_EQ(join_answer_from_json(to_json(JoinAnswer{"x", "c0ffee"})).config, "x");
  EXPECT_EQ(join_answer_from_json(to_json(JoinAnswer{"x", "c0ffee"})).mirror_secret, "c0ffee");
  const HealthAnswer health = health_answer_from_json(
      to_json(HealthAnswer{Role::standby, {Health::degraded, "the LUN does not answer"}, "x"}));
  EXPECT_EQ(health.role, Role::standby);
  EXPECT_EQ(health.verdict.health, Health::degraded);
  EXPECT_EQ(health.verdict.why, "the LUN does not answer");
  EXPECT_EQ(health.config, "x");
  const std::vector<PathSize> paths = {{"sda", 8ULL << 40, ""}, {"sdb", 0, "it is offline"}};
  EXPECT_EQ(rescan_answer_from_json(to_json(RescanAnswer{paths})).paths, paths);
}

// As an agent gave it that was not restarted after the upgrade.
TEST(AnswerTest, of_another_version_is_an_error_that_says_what_to_do) {
  const std::string why = "the agent is of another version of pnfs-ha";
  const json strange = {{"ailments", json::array()}};
  EXPECT_NE(error_of([&] { recover_answer_from_json(strange); }).find(why), std::string::npos);
  EXPECT_NE(error_of([] { role_answer_from_json({{"role", "king"}}); }).find(why), std::string::npos);
  EXPECT_NE(error_of([] { join_answer_from_json({{"config", 3}}); }).find(why), std::string::npos);
  EXPECT_NE(error_of([&] { rescan_answer_from_json(strange); }).find(why), std::string::npos);
}

TEST(MessageTest, carries_its_format) {
  EXPECT_EQ(to_json(Question(JoinQuestion{}))["format"], 1);
  EXPECT_EQ(to_json(RoleAnswer{})["format"], 1);
}

TEST(MessageTest, of_a_newer_agent_is_an_error_that_says_what_to_do) {
  EXPECT_EQ(error_of([] { parse_answer(R"({"format": 2, "role": 7})", "the agent"); }),
            "the message was made by a newer pnfs-ha (format 2; this one knows formats up to 1)");
  EXPECT_EQ(error_of([] { parse_answer(R"({"format": 2, "error": "no"})", "the agent"); }), "the agent: no");
}

TEST_F(AgentTest, refuses_a_question_of_a_newer_version_and_says_where_to_update) {
  start(one_server());
  const json refused = agent->answer({{"verb", "join"}, {"format", 2}}, Origin::network);
  EXPECT_EQ(refused["error"],
            "the message was made by a newer pnfs-ha (format 2; this one knows formats up to 1)");
  EXPECT_EQ(refused["remedy"], "update pnfs-ha on alpha");
}

}  // namespace
}  // namespace pnfs_ha
