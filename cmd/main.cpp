// pnfs-ha: a highly available metadata server for pNFS SCSI layouts.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <iostream>

#include "command.h"

int main(int argc, char** argv) {
  using namespace pnfs_ha;
  auto logger = spdlog::stderr_logger_st("pnfs-ha");
  // The journal stamps its lines itself.
  logger->set_pattern(std::getenv("JOURNAL_STREAM") != nullptr ? "%v" : "%H:%M:%S.%e %l %v");
  spdlog::set_default_logger(logger);

  CLI::App app("A highly available metadata server for pNFS SCSI layouts.", "pnfs-ha");
  app.set_version_flag("--version", PNFS_HA_VERSION);
  app.require_subcommand(1);
  int exit_code = 0;
  for (auto* add : {add_init, add_join, add_token, add_status, add_plan, add_check, add_client_check,
                    add_switchover, add_maintenance, add_recover, add_history, add_metrics, add_reservation,
                    add_agent, add_keep, add_fence, add_notify})
    add(app, exit_code);
  try {
    app.parse(argc, argv);
    return exit_code;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : exit_usage;
  } catch (const Error& error) {
    std::cerr << "pnfs-ha: " << error.what() << '\n';
    if (!error.remedy().empty()) std::cerr << "  " << error.remedy() << '\n';
    return dynamic_cast<const UsageError*>(&error) != nullptr ? exit_usage : exit_failure;
  } catch (const std::exception& error) {
    std::cerr << "pnfs-ha: " << error.what() << '\n';
    return exit_failure;
  }
}
