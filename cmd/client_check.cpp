// pnfs-ha client-check: the script of that name, which clients run without the product.
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "command.h"

namespace pnfs_ha {
namespace {

// Beside the program, wherever that is installed: sbin/pnfs-ha, lib/pnfs-ha/client-check.
Path script() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() /
         "lib/pnfs-ha/client-check";
}

[[noreturn]] void become(const Path& program, std::vector<std::string> arguments) {
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  execv(program.c_str(), argv.data());
  throw Error("cannot run " + program.string() + ": " + std::generic_category().message(errno),
              "install pnfs-ha again");
}

}  // namespace

void add_client_check(CLI::App& app, int& /*exit_code*/) {
  struct Options {
    bool as_json = false;
    std::string lun, mount;
    int pid = 0;
  };
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand(
      "client-check",
      "on a client: does it read and write the LUN directly? exit code 1 if something is at risk, 2 if not");
  verb->add_flag("--json", options->as_json, "as a JSON document");
  verb->add_option("--lun", options->lun, "the LUN's name, as wwn-0x6001405...");
  verb->add_option("--mount", options->mount, "this mount only");
  verb->add_option("--pid", options->pid, "for this process too, such as a virtual machine's QEMU")
      ->check(CLI::PositiveNumber);
  verb->callback([options] {
    std::vector<std::string> arguments;
    if (options->as_json) arguments.emplace_back("--json");
    if (!options->lun.empty()) arguments.insert(arguments.end(), {"--lun", options->lun});
    if (!options->mount.empty()) arguments.insert(arguments.end(), {"--mount", options->mount});
    if (options->pid != 0) arguments.insert(arguments.end(), {"--pid", std::to_string(options->pid)});
    become(script(), std::move(arguments));
  });
}

}  // namespace pnfs_ha
