// The verbs. Each is a file of its own, and add_VERB() says all that people read about it: its sentence, its
// options, and a longer text (CLI11's footer). --help, the manual's COMMANDS and the shell's completion are
// made of that.
#pragma once

#include <CLI/CLI.hpp>

namespace pnfs_ha {

// Exit codes besides those of `status`.
constexpr int exit_failure = 1;
constexpr int exit_usage = 64;  // sysexits.h EX_USAGE

// Every verb of the table in verbs.cpp, in groups. A verb's result is left in `exit_code` when it was parsed
// and run.
void add_verbs(CLI::App& app, int& exit_code);

void add_agent(CLI::App& app, int& exit_code);
void add_check(CLI::App& app, int& exit_code);
void add_client_check(CLI::App& app, int& exit_code);
void add_fence(CLI::App& app, int& exit_code);
void add_grow(CLI::App& app, int& exit_code);
void add_guard(CLI::App& app, int& exit_code);
void add_history(CLI::App& app, int& exit_code);
void add_init(CLI::App& app, int& exit_code);
void add_join(CLI::App& app, int& exit_code);
void add_keep(CLI::App& app, int& exit_code);
void add_maintenance(CLI::App& app, int& exit_code);
void add_manual(CLI::App& app, int& exit_code);
void add_metrics(CLI::App& app, int& exit_code);
void add_notify(CLI::App& app, int& exit_code);
void add_plan(CLI::App& app, int& exit_code);
void add_recover(CLI::App& app, int& exit_code);
void add_reservation(CLI::App& app, int& exit_code);
void add_status(CLI::App& app, int& exit_code);
void add_switchover(CLI::App& app, int& exit_code);
void add_token(CLI::App& app, int& exit_code);

// What several verbs have an option for.
enum class Output { text, json };
enum class Effect { real, only_said };  // --dry-run

// A flag that makes `value` be `given`.
template <typename Enum>
CLI::Option* add_choice(CLI::App& verb, const char* flag, Enum& value, Enum given, const char* sentence) {
  const auto choose = [&value, given] { value = given; };
  return verb.add_flag_callback(flag, choose, sentence);
}

inline CLI::Option* add_json(CLI::App& verb, Output& output) {
  return add_choice(verb, "--json", output, Output::json, "as a JSON document");
}

inline CLI::Option* add_dry_run(CLI::App& verb, Effect& effect) {
  return add_choice(verb, "--dry-run", effect, Effect::only_said, "only print what would be done");
}

}  // namespace pnfs_ha
