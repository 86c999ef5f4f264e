#include "exercise_command.h"

#include <memory>
#include <random>
#include <string>

#include "exercise.h"
#include "pattern.h"

namespace pnfs_load {
namespace {

constexpr const char* flaws =
    "Left out unless asked for by name, because stock clients are known to fail at it with nobody's crash "
    "(docs/safety.md, \"What is not promised\"):\n"
    "  direct and buffered I/O in one file    after a direct write into a hole and a buffered write of a "
    "part of a\n"
    "                                         block there the client reads zeros: --mix-direct-and-buffered\n"
    "  more than 255 written ranges a commit  the first 255 are lost; there is an fsync before so "
    "many can\n"
    "                                         have come together: --unbounded-commits\n"
    "Where servers die: what is written directly while the client's own write-back commits the same file is "
    "lost;\n"
    "only --commit-each-write avoids that.\n"
    "Where nfsd is stock: a hole's edges are not stable (--no-punch), clients that punch or truncate beside "
    "direct\n"
    "writes are fenced (--no-punch, --no-truncate), after switchovers truncated bytes come back "
    "(--no-truncate).";

struct Arguments {
  ExerciseOptions options;
  Path report, journal, partner_journal;
  double seconds = 0;
  double timeout = 120;
  double reduce_for = 60;
  std::uint64_t operations = 0;
  std::uint64_t size_kib = 1024;
  bool direct_only = false, buffered_only = false, mix_both = false;
  bool unbounded = false, each_write = false;
  bool no_punch = false, no_truncate = false, no_allocate = false, no_mmap = false, no_rename = false;
  std::string sharing;
};

void add_extent(CLI::App& command, Arguments& given) {
  ExerciseOptions& options = given.options;
  command.add_option("DIR", options.directory, "directory on the mount; created if absent")->required();
  command.add_option("--report", given.report, "where to write the JSON report; not on the mount");
  auto* seconds =
      command.add_option("--seconds", given.seconds, "how long; without it until SIGTERM or SIGINT")
          ->check(CLI::Range(0.001, 1e6));
  command.add_option("--operations", given.operations, "how many, of all threads; of shared files: turns")
      ->excludes(seconds);
  command.add_option("--seed", options.seed,
                     "the same seed does the same to each file; without it a random one");
  command.add_option("--files", options.files, "how many")
      ->check(CLI::Range(1U, most_files))
      ->capture_default_str();
  command.add_option("--threads", options.threads, "each has its files")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command.add_option("--size-kib", given.size_kib, "the most a file grows to")
      ->check(CLI::Range(std::uint64_t{64}, most_file_bytes >> 10))
      ->capture_default_str();
  command
      .add_option("--life", options.life,
                  "actions until a file is begun anew; short ones have short histories")
      ->check(CLI::Range(20U, most_actions - 1))
      ->capture_default_str();
  command.add_option("--timeout", given.timeout, "seconds to wait for operations that hang at the end")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  command
      .add_option("--reduce-for", given.reduce_for, "seconds to look for a short history of what went wrong")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
}

void add_mix(CLI::App& command, Arguments& given) {
  auto* direct =
      command.add_flag("--direct-only", given.direct_only, "O_DIRECT only, no file by the page cache");
  auto* buffered =
      command.add_flag("--buffered-only", given.buffered_only, "no file by O_DIRECT")->excludes(direct);
  command.add_flag("--mix-direct-and-buffered", given.mix_both, "both in the same file, see below")
      ->excludes(direct)
      ->excludes(buffered);
  auto* unbounded =
      command.add_flag("--unbounded-commits", given.unbounded, "fsync at random only, see below");
  command.add_flag("--commit-each-write", given.each_write, "fsync after each write, see below")
      ->excludes(unbounded);
  command.add_flag("--no-punch", given.no_punch, "no holes are punched");
  command.add_flag("--no-truncate", given.no_truncate, "no truncation, up or down");
  command.add_flag("--no-allocate", given.no_allocate, "no fallocate(2)");
  command.add_flag("--no-mmap", given.no_mmap, "no mmap(2)");
  command.add_flag("--no-rename", given.no_rename, "no rename(2)");
  command.footer(flaws);
}

void add_sharing(CLI::App& command, Arguments& given) {
  auto* shared =
      command
          .add_option("--shared", given.sharing,
                      "share the files with other processes under POSIX locks of whole files or of ranges; "
                      "all have the same seed, size and number of files")
          ->check(CLI::IsMember({"files", "ranges"}))
          ->needs("--seed");
  command.add_option("--client", given.options.client, "of those the number of this one, from 1")
      ->needs(shared)
      ->check(CLI::Range(1, 1000));
  command
      .add_option("--journal", given.journal,
                  "shared: what this one knows, outside the mount; goes on with it")
      ->needs(shared);
  command
      .add_option("--partner-journal", given.partner_journal,
                  "shared: another one's, to be checked at the end")
      ->needs(shared)
      ->check(CLI::ExistingFile);
  command.add_flag("--unlock-commits", given.options.unlock_commits, "shared: no fsync before unlocking")
      ->needs(shared);
}

Mix mix_of(const Arguments& given) {
  Mix mix;
  mix.end = given.size_kib << 10;
  if (given.no_punch) mix.leave_out(Kind::punch);
  if (given.no_truncate) mix.leave_out(Kind::truncate);
  if (given.no_allocate) mix.leave_out(Kind::allocate);
  if (given.no_rename) mix.leave_out(Kind::rename);
  if (given.no_mmap) {
    for (const Kind kind : {Kind::write_mapped, Kind::write_msync, Kind::read_mapped}) mix.leave_out(kind);
  }
  if (given.unbounded) mix.commits = Commits::unbounded;
  if (given.each_write) mix.commits = Commits::each_write;
  return mix;
}

ExerciseOptions chosen(const CLI::App& command, const Arguments& given) {
  ExerciseOptions options = given.options;
  if (command.count("--report") > 0) options.report = given.report;
  if (command.count("--journal") > 0) options.journal = given.journal;
  if (command.count("--partner-journal") > 0) options.partner_journal = given.partner_journal;
  if (command.count("--seconds") > 0) options.duration = from_seconds(given.seconds);
  if (command.count("--operations") > 0) options.operations = given.operations;
  if (command.count("--seed") == 0) options.seed = std::random_device{}();
  if (given.direct_only) options.access = Access::direct;
  if (given.buffered_only) options.access = Access::page_cache;
  if (given.mix_both) options.access = Access::both;
  if (given.sharing == "files") options.sharing = Sharing::whole_files;
  if (given.sharing == "ranges") options.sharing = Sharing::ranges;
  options.timeout = from_seconds(given.timeout);
  options.reduce_for = from_seconds(given.reduce_for);
  options.mix = mix_of(given);
  return options;
}

}  // namespace

void add_exercise(CLI::App& app, int& result) {
  auto* command = app.add_subcommand(
      "exercise",
      "do random things to files and compare every byte with what it must be; tell what led to a wrong one");
  auto given = std::make_shared<Arguments>();
  add_extent(*command, *given);
  add_mix(*command, *given);
  add_sharing(*command, *given);
  command->callback([command, given, &result] { result = exercise(chosen(*command, *given)) ? 0 : 1; });
}

}  // namespace pnfs_load
