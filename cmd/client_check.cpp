// pnfs-ha client-check: the script of that name, which clients run without the product.
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/error.h"
#include "host/host.h"
#include "verbs.h"

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

// clang-format off
constexpr const char* clients_text =
    "As root. Does this client do direct I/O, and will it after the next failover? Looks at the block layout driver, at the "
    "trace events that tell which faults the kernel has no more, at the link of the LUN that the kernel opens, at multipath, "
    "at each NFSv4 mount's options and counters, and at write-back. It is a script that needs nothing else: copy "
    "/usr/lib/pnfs-ha/client-check to the client.\n"
    "The LUN's name is written like wwn-0x6001405.... The kernel opens the LUN's link in the mount namespace, and by the "
    "device cgroup, of the process that asks first. One that has neither makes the whole client do without direct I/O for two "
    "minutes: --pid finds that.\n"
    "With --json: an object with format (pnfs-ha client-check 1), verdict (direct, at-risk, not-direct) and findings, each "
    "with check, result (ok, warning, failed), found and remedy.\n"
    "Exit status: 0 direct, 1 direct but something is at risk, 2 not direct.";
// clang-format on

}  // namespace

void add_client_check(CLI::App& app, int& /*exit_code*/) {
  struct Options {
    Output output = Output::text;
    std::string lun, mount;
    int pid = 0;
  };
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("client-check", "does this client read and write the LUN directly?");
  verb->footer(clients_text);
  add_json(*verb, options->output);
  verb->add_option("--lun", options->lun, "the LUN (default: every disk that is neither SATA nor on PCIe)")
      ->type_name("NAME");
  verb->add_option("--mount", options->mount, "this mount only (default: every NFSv4 mount)")
      ->type_name("DIRECTORY");
  verb->add_option("--pid", options->pid,
                   "look with the eyes of this process too, a virtual machine's QEMU or a container's")
      ->type_name("PID")
      ->check(CLI::PositiveNumber);
  verb->callback([options] {
    std::vector<std::string> arguments;
    if (options->output == Output::json) arguments.emplace_back("--json");
    if (!options->lun.empty()) arguments.insert(arguments.end(), {"--lun", options->lun});
    if (!options->mount.empty()) arguments.insert(arguments.end(), {"--mount", options->mount});
    if (options->pid != 0) arguments.insert(arguments.end(), {"--pid", std::to_string(options->pid)});
    become(script(), std::move(arguments));
  });
}

}  // namespace pnfs_ha
