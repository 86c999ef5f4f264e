// pnfs-ha: a highly available metadata server for pNFS SCSI layouts.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "base/error.h"
#include "help.h"
#include "verbs.h"

namespace {

// A disk that is full, or a reader that went away: what was written is not all of it.
int unless_cut_off(int exit_code) {
  const bool written = !std::cout.flush().fail() && std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (written || exit_code != 0) return exit_code;
  std::cerr << "pnfs-ha: cannot write all of the output\n  is the disk full that it goes to?\n";
  return pnfs_ha::exit_failure;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace pnfs_ha;
  auto logger = spdlog::stderr_logger_st("pnfs-ha");
  // The journal stamps its lines itself.
  logger->set_pattern(std::getenv("JOURNAL_STREAM") != nullptr ? "%v" : "%H:%M:%S.%e %l %v");
  spdlog::set_default_logger(logger);

  // For tables: names on the LUN are UTF-8, whatever the locale of the terminal is.
  std::setlocale(LC_CTYPE, "C.UTF-8");

  CLI::App app("A highly available metadata server for pNFS SCSI layouts.", "pnfs-ha");
  app.set_version_flag("--version", PNFS_HA_VERSION);
  app.formatter(std::make_shared<Help>());  // the verbs inherit it
  app.require_subcommand(1);
  int exit_code = 0;
  add_verbs(app, exit_code);
  try {
    app.parse(argc, argv);
    return unless_cut_off(exit_code);
  } catch (const CLI::ParseError& error) {
    return unless_cut_off(app.exit(error) == 0 ? 0 : exit_usage);
  } catch (const Error& error) {
    std::cerr << "pnfs-ha: " << error.what() << '\n';
    if (!error.remedy().empty()) std::cerr << "  " << error.remedy() << '\n';
    return dynamic_cast<const UsageError*>(&error) != nullptr ? exit_usage : exit_failure;
  } catch (const std::exception& error) {
    std::cerr << "pnfs-ha: " << error.what() << '\n';
    return exit_failure;
  }
}
