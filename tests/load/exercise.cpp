#include "exercise.h"

#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "crew.h"
#include "error.h"
#include "exercise_report.h"
#include "exercise_scene.h"
#include "off_mount.h"
#include "stop_signals.h"

namespace pnfs_load {
namespace {

constexpr auto tick = std::chrono::milliseconds(50);
constexpr int unknown = 2;                 // the exit code of what could not be found out
constexpr std::size_t most_told = 20;      // errors; the report has more
constexpr std::size_t most_explained = 3;  // findings: what one cause spoils is found by many threads at once

void check_usage(const ExerciseOptions& options) {
  if (options.sharing == Sharing::none && (options.client != 0 || options.journal || options.partner_journal))
    throw UsageError("a client's number and journals are for shared files");
  if (options.sharing != Sharing::none && options.client == 0)
    throw UsageError("processes that share files have a number each, from 1");
  if (options.files > most_files) throw UsageError("at most " + std::to_string(most_files) + " files");
}

// Its own leftovers of an earlier run. Files that are shared may be in use.
void clear(const Path& directory) {
  std::vector<Path> leftovers;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(own_prefix)) leftovers.push_back(entry.path());
  }
  for (const Path& leftover : leftovers) std::filesystem::remove(leftover);
}

std::optional<std::string> signal_within(Clock::duration time) {
  const sigset_t signals = stop_signals();
  const timespec pause{0, std::chrono::duration_cast<std::chrono::nanoseconds>(time).count()};
  const int signal = ::sigtimedwait(&signals, nullptr, &pause);
  if (signal <= 0) return std::nullopt;
  return std::string("SIG") + sigabbrev_np(signal);
}

std::string wait_for_end(const ExerciseScene& scene, Crew& crew, Instant begin) {
  while (true) {
    if (const auto signal = signal_within(tick)) return *signal;
    if (scene.findings.any_wrong()) return "wrong bytes";
    if (crew.wait_until(Clock::now())) return "operations";
    if (scene.options.duration && Clock::now() >= begin + *scene.options.duration) return "seconds";
  }
}

void explain_all(const ExerciseScene& scene, Crew& crew, ExerciseOutcome& outcome) {
  const Instant limit = Clock::now() + scene.options.reduce_for;
  // In a list of its own: an action that hangs must not keep the findings from being told.
  auto explained = std::make_shared<ExerciseOutcome>(outcome);
  crew.start([&scene, explained, limit] {
    for (auto* findings : {&explained->findings, &explained->failures}) {
      for (std::size_t i = 0; i < std::min(findings->size(), most_explained); ++i)
        explain((*findings)[i], scene.pattern, scene.options.directory / "replay", limit);
    }
  });
  outcome.stuck = !crew.wait_until(limit + scene.options.timeout);
  if (outcome.stuck) return;
  outcome.findings = explained->findings;
  outcome.failures = explained->failures;
}

void work(ExerciseScene& scene, ExerciseOutcome& outcome) {
  outcome.started = std::chrono::system_clock::now();
  outcome.begin = Clock::now();
  Crew crew;
  const auto loop = scene.options.sharing == Sharing::none ? own_files_loop : shared_files_loop;
  for (unsigned thread = 0; thread < scene.options.threads; ++thread) {
    crew.start([loop, thread, &scene] {
      // What cannot be done outside the mount: to write the journal.
      try {
        loop(scene, thread);
      } catch (const std::exception& error) {
        std::fprintf(stderr, "pnfs-load: %s\n", error.what());
        ::_exit(unknown);
      }
    });
  }
  std::printf("running, seed %llu\n", static_cast<unsigned long long>(scene.options.seed));
  std::fflush(stdout);

  outcome.stopped_by = wait_for_end(scene, crew, outcome.begin);
  scene.stop.request();
  outcome.stuck = !crew.wait_until(Clock::now() + scene.options.timeout);
  outcome.findings = scene.findings.list();
  outcome.failures = scene.findings.failures();
  if (!outcome.findings.empty()) outcome.stopped_by = "wrong bytes";
  if (!outcome.stuck) explain_all(scene, crew, outcome);

  outcome.ended = std::chrono::system_clock::now();
  outcome.end = Clock::now();
  for (const Worker& worker : scene.workers)
    outcome.threads.push_back(worker.experience.summary(outcome.end));
}

void tell(const ExerciseScene& scene, const ExerciseOutcome& outcome, const nlohmann::ordered_json& report) {
  for (const Finding& finding : outcome.failures)
    std::printf("%s", to_text(finding, scene.options.seed).c_str());
  for (const Finding& finding : outcome.findings)
    std::printf("%s", to_text(finding, scene.options.seed).c_str());
  std::size_t told = 0;
  for (const auto& error : report["errors"]["list"]) {
    if (++told > most_told) break;
    std::printf("error: %s: %s\n", error["where"].get<std::string>().c_str(),
                error["error"].get<std::string>().c_str());
  }
  std::printf(
      "%llu operations in %.1f s, seed %llu: %zu files with wrong bytes, %llu errors, stopped by %s%s\n",
      report["operations"].get<unsigned long long>(), in_seconds(outcome.end - outcome.begin),
      static_cast<unsigned long long>(scene.options.seed), outcome.findings.size(),
      report["errors"]["count"].get<unsigned long long>(), outcome.stopped_by.c_str(),
      outcome.stuck ? "; some still hang" : "");
  std::fflush(stdout);
}

}  // namespace

bool exercise(const ExerciseOptions& options) {
  check_usage(options);
  std::filesystem::create_directories(options.directory);
  ExerciseOptions chosen = options;
  chosen.directory = std::filesystem::canonical(options.directory);
  if (chosen.journal) require_off_mount(*chosen.journal, chosen.directory);
  if (chosen.report) make_room(*chosen.report, chosen.directory);
  if (chosen.sharing == Sharing::none) clear(chosen.directory);
  auto scene = std::make_unique<ExerciseScene>(chosen);

  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ExerciseOutcome outcome;
  outcome.mount_before = current_mountstats(chosen.directory);
  work(*scene, outcome);
  outcome.mount_after = current_mountstats(chosen.directory);

  const auto report = to_json(*scene, outcome);
  if (chosen.report) write_text(*chosen.report, report.dump(2) + "\n");
  tell(*scene, outcome, report);
  // What threads hang in cannot be cleaned up.
  if (outcome.stuck) ::_exit(1);
  return clean(outcome);
}

}  // namespace pnfs_load
