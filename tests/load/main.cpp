// pnfs-load: what an application on the client sees while the servers fail over.
//
// Exit codes: 0 all is well, 1 it is not, 2 it could not be found out, 64 the command line makes no sense.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "error.h"
#include "exercise_command.h"
#include "held_lock.h"
#include "journal.h"
#include "judge_command.h"
#include "mountstats_command.h"
#include "prepared_files.h"
#include "run.h"
#include "slots.h"
#include "verify.h"
#include "writer.h"

namespace {

using namespace pnfs_load;

constexpr int well = 0;
constexpr int not_well = 1;
constexpr int unknown = 2;
constexpr int usage = 64;
constexpr std::uint64_t blocks_in_mib = 256;
constexpr double most_seconds = 1e6;  // eleven days

void add_prepare(CLI::App& app, int& result) {
  struct Arguments {
    Path directory;
    unsigned files = 2;
    std::uint64_t size_mib = 16;
  };
  auto* command = app.add_subcommand("prepare", "write the files that run and verify work on, in full");
  auto given = std::make_shared<Arguments>();
  command->add_option("DIR", given->directory, "directory on the mount; created if absent")->required();
  command->add_option("--files", given->files, "how many")->check(CLI::Range(1, 1000))->capture_default_str();
  command->add_option("--size-mib", given->size_mib, "size of each in MiB")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  command->callback([given, &result] {
    const auto files = prepare(given->directory, {given->files, given->size_mib * blocks_in_mib});
    for (const PreparedFile& file : files) {
      std::printf("%s: %llu blocks\n", name_of(file).c_str(), static_cast<unsigned long long>(file.blocks));
    }
    result = well;
  });
}

void add_run(CLI::App& app, int& result) {
  struct Arguments {
    RunOptions options;
    Path journal;
    double duration = 0;
    double interval_ms = 20;
    double timeout = 10;
    std::uint64_t seed = 0;
    bool progress = false;
  };
  auto* command =
      app.add_subcommand("run", "read, overwrite, create and unlink until told to stop; then report");
  auto given = std::make_shared<Arguments>();
  RunOptions& options = given->options;
  command->add_option("DIR", options.directory, "a prepared directory")->required();
  command->add_option("--report", options.report, "where to write the JSON report; not on the mount")
      ->required();
  auto* journal =
      command->add_option("--journal", given->journal, "where to write what verify needs; not on the mount");
  auto* duration =
      command->add_option("--duration", given->duration, "seconds; without it until SIGTERM or SIGINT")
          ->check(CLI::Range(0.001, most_seconds));
  command->add_option("--interval-ms", given->interval_ms, "one operation of each class in this time")
      ->check(CLI::Range(0.0, most_seconds))
      ->capture_default_str();
  command->add_option("--meta-bytes", options.metadata_bytes, "written to each small file; 0: metadata only")
      ->check(CLI::Range(0, 1 << 20))
      ->capture_default_str();
  command->add_option("--timeout", given->timeout, "seconds to wait for operations that hang at the end")
      ->check(CLI::Range(0.0, most_seconds))
      ->capture_default_str();
  auto* seed =
      command->add_option("--seed", given->seed, "of the random blocks; without it another one each time");
  command->add_flag("--progress", given->progress, "one line a second on stderr");
  command->callback([given, journal, duration, seed, &result] {
    RunOptions& chosen = given->options;
    if (journal->count() > 0) chosen.journal = given->journal;
    if (duration->count() > 0) chosen.duration = from_seconds(given->duration);
    if (seed->count() > 0) chosen.seed = given->seed;
    chosen.interval = from_seconds(given->interval_ms / 1000);
    chosen.timeout = from_seconds(given->timeout);
    chosen.show = given->progress ? Show::progress : Show::nothing;
    result = run(chosen) ? well : not_well;
  });
}

void add_verify(CLI::App& app, int& result) {
  struct Arguments {
    Path directory, journal;
  };
  auto* command = app.add_subcommand("verify", "read every block and look for lost writes");
  auto given = std::make_shared<Arguments>();
  command->add_option("DIR", given->directory, "a prepared directory")->required();
  auto* journal =
      command->add_option("--journal", given->journal, "a run's journal; without it only stamps are checked");
  command->callback([given, journal, &result] {
    std::optional<Journal> expected;
    if (journal->count() > 0) expected = parse_journal(read_text(given->journal));
    const Verification found = verify(given->directory, expected);
    for (const Loss& loss : found.losses) std::printf("%s\n", to_string(loss).c_str());
    if (found.lost > found.losses.size()) {
      std::printf("and %llu more\n", static_cast<unsigned long long>(found.lost - found.losses.size()));
    }
    std::printf("verified %llu blocks in %zu files: %llu good, %llu undecided, %llu lost\n",
                static_cast<unsigned long long>(found.blocks), found.files,
                static_cast<unsigned long long>(found.good), static_cast<unsigned long long>(found.undecided),
                static_cast<unsigned long long>(found.lost));
    result = found.lost == 0 ? well : not_well;
  });
}

void add_slots(CLI::App& app, int& result) {
  struct Arguments {
    SlotsOptions options;
    double seconds = 0;
    bool verify = false;
  };
  auto* command = app.add_subcommand(
      "slots", "files that several threads read, write, punch and cut at the same time, directly");
  auto given = std::make_shared<Arguments>();
  SlotsOptions& options = given->options;
  command->add_option("DIR", options.directory, "directory on the mount; created if absent")->required();
  command->add_option("--report", options.report, "what is in each slot at the end; not on the mount")
      ->required();
  command->add_flag("--verify", given->verify, "only compare the files with that report");
  command->add_option("--files", options.files)->check(CLI::Range(1, 64))->capture_default_str();
  command->add_option("--threads", options.threads, "of each file")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->add_option("--slots", options.slots, "of each file, 64 KiB")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command->add_option("--seed", options.seed)->capture_default_str();
  auto* seconds =
      command->add_option("--seconds", given->seconds, "how long; without it until SIGTERM or SIGINT")
          ->check(CLI::Range(0.001, most_seconds));
  command->callback([given, seconds, &result] {
    SlotsOptions& chosen = given->options;
    if (seconds->count() > 0) chosen.duration = from_seconds(given->seconds);
    const bool right = given->verify ? verify_slots(chosen.directory, chosen.report) : use_slots(chosen);
    result = right ? well : not_well;
  });
}

void add_writer(CLI::App& app, int& result) {
  struct Arguments {
    Path file, shadow, script;
  };
  auto* command =
      app.add_subcommand("writer", "write a file as a script says, and a copy that no server can lose");
  auto given = std::make_shared<Arguments>();
  command->add_option("FILE", given->file)->required();
  command->add_option("--shadow", given->shadow, "the copy; not on the mount")->required();
  command->add_option("--script", given->script, "a command a line, see writer.h")->required();
  command->callback([given, &result] {
    std::ifstream script(given->script);
    if (!script) throw Error("cannot read " + given->script.string());
    Writer writer(given->file, given->shadow);
    obey_script(writer, script, std::cout);
    result = well;
  });
}

void add_lock(CLI::App& app, int& result) {
  struct Arguments {
    Path file;
    double wait = 0;
  };
  auto* command = app.add_subcommand("lock", "try to lock a file another client may hold");
  auto given = std::make_shared<Arguments>();
  command->add_option("FILE", given->file)->required();
  command->add_option("--wait", given->wait, "go on trying for this many seconds")
      ->check(CLI::Range(0.0, most_seconds));
  command->callback([given, &result] {
    const LockAttempt attempt = try_lock(given->file, from_seconds(given->wait));
    std::printf("%s\n", attempt == LockAttempt::locked ? "locked" : "held by another");
    result = attempt == LockAttempt::locked ? well : not_well;
  });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("What an application on a pNFS client sees while the metadata servers fail over", "pnfs-load");
  app.require_subcommand(1);
  int result = unknown;
  add_prepare(app, result);
  add_run(app, result);
  add_verify(app, result);
  add_exercise(app, result);
  add_slots(app, result);
  add_writer(app, result);
  add_lock(app, result);
  add_mountstats(app, result);
  add_diff(app, result);
  add_judge(app, result);
  try {
    app.parse(argc, argv);
    return result;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? well : usage;
  } catch (const UsageError& error) {
    std::fprintf(stderr, "pnfs-load: %s\n", error.what());
    return usage;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pnfs-load: %s\n", error.what());
    return unknown;
  }
}
