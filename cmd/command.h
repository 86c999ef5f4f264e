// What the verbs share. Each verb is a file of its own; add_VERB() tells CLI11 about it.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"
#include "host/host.h"

namespace pnfs_ha {

// Exit codes besides those of `status`.
constexpr int exit_failure = 1;
constexpr int exit_usage = 64;  // sysexits.h EX_USAGE

void add_init(CLI::App& app, int& exit_code);
void add_join(CLI::App& app, int& exit_code);
void add_token(CLI::App& app, int& exit_code);
void add_status(CLI::App& app, int& exit_code);
void add_plan(CLI::App& app, int& exit_code);
void add_check(CLI::App& app, int& exit_code);
void add_client_check(CLI::App& app, int& exit_code);
void add_switchover(CLI::App& app, int& exit_code);
void add_reservation(CLI::App& app, int& exit_code);
void add_maintenance(CLI::App& app, int& exit_code);
void add_recover(CLI::App& app, int& exit_code);
void add_history(CLI::App& app, int& exit_code);
void add_metrics(CLI::App& app, int& exit_code);
void add_keep(CLI::App& app, int& exit_code);
void add_fence(CLI::App& app, int& exit_code);
void add_agent(CLI::App& app, int& exit_code);
void add_notify(CLI::App& app, int& exit_code);

void require_root();

// Asks "… [y/N]" on the terminal. Throws if the answer is no, or if nobody can answer and --yes was not
// given.
void confirm(const std::string& question, bool yes);

// The status that this server's agent published. Throws if there is none or it is older than a few seconds.
nlohmann::json read_status();

// The number of the last step that this server's agent made; 0 if there is no agent.
int last_step();

// Prints every step that the agent makes after step number `after`, until `done` says yes of its status.
// Throws with the agent's reason when it goes out of service, and after `limit`.
void follow_agent(int after, const std::function<bool(const nlohmann::json&)>& done,
                  std::chrono::seconds limit);

// Makes the other server active; throws if it does not take over.
void switch_over();

// Enables and starts this server's agent and follows it likewise.
void start_agent(Host& host, const std::function<bool(const nlohmann::json&)>& done,
                 std::chrono::seconds limit);

}  // namespace pnfs_ha
