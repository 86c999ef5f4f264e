// pnfs-ha check: will this server be able to do its part?
#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>
#include <sys/utsname.h>

#include <algorithm>
#include <iostream>
#include <sstream>

#include "base/address.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "checklist.h"
#include "linux/linux_host.h"
#include "server.h"
#include "server/nfsd_module.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

constexpr const char* kernel_that_has_it = "install a kernel that has it: linux-image-amd64";

std::string check_module(Host& host, const std::string& module) {
  if (host.resolve("/sys/module/" + module)) return "loaded";
  host.must_run({"modprobe", "--dry-run", module}, kernel_that_has_it);
  require_accepted(host, module);
  return "can be loaded";
}

// PID 1 feeds the first one.
std::string check_watchdog(Host& host) {
  const Path watchdog = "/sys/class/watchdog/watchdog0";
  const std::string remedy =
      "enable the machine's hardware watchdog (of its chipset or BMC; i6300esb for a virtual machine)";
  const auto identity = host.read_file(watchdog / "identity");
  if (!identity) throw Error("none: a server that hangs stays so", remedy);
  if (identity->starts_with("Software Watchdog"))
    throw Error("only the kernel's own: a server whose kernel has stopped stays so", remedy);
  if (!host.read_file(watchdog / "state").value_or("").starts_with("active"))
    throw Error("nobody feeds it", "set RuntimeWatchdogSec, see systemd-system.conf(5)");
  return without_line_end(*identity);
}

std::string check_kernels(Host& host) {
  const std::vector<std::string> stock = kernels_without_patched_nfsd(host);
  if (stock.empty()) return "each has the patched nfsd";
  throw Error(fmt::format("stock nfsd with {}: restarted into it, this server stays out of service",
                          fmt::join(stock, ", ")),
              "`dkms autoinstall -k " + stock.front() +
                  "` builds it, and says what is missing; or remove that kernel");
}

struct Program {
  std::string name, package;
};

std::string check_program(Host& host, const Program& program) {
  for (const char* directory : {"/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"})
    if (host.resolve(directory + program.name)) return "installed";
  throw Error("not installed", "apt-get install " + program.package);
}

const std::vector<Program> programs = {
    {"drbdadm", "drbd-utils"},         {"drbdsetup", "drbd-utils"},       {"keepalived", "keepalived"},
    {"exportfs", "nfs-kernel-server"}, {"rpc.nfsd", "nfs-kernel-server"}, {"rpc.mountd", "nfs-kernel-server"},
    {"nfsdcld", "nfs-kernel-server"},  {"mkfs.xfs", "xfsprogs"},          {"ping", "iputils-ping"}};

void check_machine(Checklist& list, Host& host) {
  utsname kernel{};
  uname(&kernel);
  list.check("kernel", [&] { return std::string(kernel.release); });
  for (const char* module : {"nfsd", "xfs", "zram", "drbd", "nf_tables"})
    list.check(std::string("module ") + module, [&] { return check_module(host, module); });
  list.check("nfsd", [&] {
    require_patched_nfsd(host);
    return "accepts late commits and takes this server's key";
  });
  list.advise("installed kernels", [&] { return check_kernels(host); });
  list.advise("watchdog", [&] { return check_watchdog(host); });
  list.check("DRBD", [&] { return "version " + drbd_version(host); });
  for (const Program& program : programs)
    list.check("program " + program.name, [&] { return check_program(host, program); });
}

// plocate's updatedb walks every file system that nothing excludes, the LUN as well, each night.
std::string check_updatedb(Host& host, const Path& mount_point) {
  const auto settings = host.read_file("/etc/updatedb.conf");
  if (!settings) return "not installed";
  std::istringstream lines(*settings);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("PRUNEPATHS")) continue;
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '"' || c == '='; }, ' ');
    std::istringstream words(line);
    for (std::string word; words >> word;)
      if (word == mount_point.string() || mount_point.string().starts_with(word + "/"))
        return "leaves the LUN alone";
  }
  throw Error("reads every directory of the LUN",
              "add " + mount_point.string() + " to PRUNEPATHS in /etc/updatedb.conf");
}

// A packet as large as the interface sends arrives whole: a mirror connects with small ones, and never resynchronises
// where a switch between has a smaller MTU.
std::string check_mirror_link(Host& host, const ClusterConfig& config) {
  const ServerConfig& self = config.self(host);
  std::string interface;
  for (const InterfaceAddress& a : host.addresses())
    if (same_address(a.address, self.replication_address)) interface = a.interface;
  const int mtu = leading_number<int>(host.read_file(Path("/sys/class/net") / interface / "mtu").value_or(""))
                      .value_or(0);
  for (const ServerConfig& server : config.servers) {
    if (server.name == self.name || mtu == 0) continue;
    const bool v6 = is_ipv6(server.replication_address);
    const int headers = v6 ? 48 : 28;  // of IP and ICMP
    const Command ping = {"ping", "-c", "3", "-i", "0.2", "-W", "1", "-M", "do"};
    const auto arrives = [&](int bytes) {
      Command command = ping;
      command.insert(command.end(), {"-s", std::to_string(bytes), server.replication_address});
      return host.run(command).exit_code == 0;
    };
    if (!arrives(56)) throw Error(server.replication_address + " answers no ping", "is that server up?");
    if (!arrives(mtu - headers))
      throw Error(fmt::format("packets of {} bytes do not reach {}: the mirror would never resynchronise",
                              mtu, server.replication_address),
                  "set one MTU on both servers' interfaces and on the switch between");
  }
  return mtu == 0 ? "the MTU is unknown" : fmt::format("packets of {} bytes pass", mtu);
}

void check_cluster(Checklist& list, Host& host) {
  std::optional<ClusterConfig> config;
  const auto read = [&] {
    config = load_cluster_config(host);
    return "cluster " + config->name + ", " + std::to_string(config->servers.size()) + " servers";
  };
  // Before `init` and `join` there is none, and nothing wrong with that.
  if (host.read_file(ClusterConfig::path))
    list.check("configuration", read);
  else
    list.advise("configuration", read);
  if (!config) return;
  list.check("addresses", [&] {
    require_fits_machine(*config, host);
    return "the VIP " + config->vip.text() + " fits " + config->interface;
  });
  list.check("LUN", [&] {
    SharedLun::stable_name(host, config->lun);
    return SharedLun(host, config->lun, config->mount_point).wwn();
  });
  list.check("reservations", [&]() -> std::string {
    const pr::Capabilities can = Reservation(host, config->lun, config->self(host).id).capabilities();
    if (!can.persist_through_power_loss || !can.exclusive_access_registrants_only)
      throw Error("the LUN lacks APTPL or Exclusive Access - Registrants Only",
                  "see the storage system's settings");
    return "Exclusive Access - Registrants Only, persistent";
  });
  list.advise("updatedb", [&] { return check_updatedb(host, config->mount_point); });
  list.advise("mirror", [&] { return check_mirror_link(host, *config); });
  list.check("initiator", [&]() -> std::string {
    const auto names = own_initiators(host, config->lun);
    if (names.empty())
      throw Error("this server's initiator port is unknown",
                  "only iSCSI, Fibre Channel and SAS are supported");
    return *names.begin();
  });
}

}  // namespace

void add_check(CLI::App& app, int& exit_code) {
  auto output = std::make_shared<Output>(Output::text);
  CLI::App* verb = app.add_subcommand("check", "will this server be able to do its part?");
  verb->footer(
      "Checks kernel modules, programs, the LUN and its reservation capabilities, and the addresses of this "
      "server. Stock nfsd fails, and so does a module that the kernel would refuse: under lockdown (Secure "
      "Boot) one that is not signed by a key it trusts. Warns of a server that has no hardware watchdog. "
      "Exit status: 1 if something fails.");
  add_json(*verb, *output);
  verb->callback([output, &exit_code] {
    require_root();
    LinuxHost host;
    Checklist list;
    check_machine(list, host);
    check_cluster(list, host);
    *output == Output::json ? list.print_json() : list.print();
    exit_code = list.failed() ? exit_failure : 0;
  });
}

}  // namespace pnfs_ha
