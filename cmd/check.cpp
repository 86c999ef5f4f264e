// pnfs-ha check: will this server be able to do its part?
#include <sys/utsname.h>

#include <algorithm>
#include <iostream>

#include "base/error.h"
#include "base/json.h"
#include "base/names.h"
#include "linux/linux_host.h"
#include "server.h"
#include "server/nfsd_module.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

enum class Result { ok, warning, failed };

constexpr auto result_names =
    names<Result>({{Result::ok, "ok"}, {Result::warning, "warning"}, {Result::failed, "failed"}});

struct Finding {
  std::string check;
  Result result = Result::ok;
  std::string found;
  std::string remedy;  // empty if there is none
};

Colour colour_of(Result result) {
  switch (result) {
    case Result::ok:
      return Colour::good;
    case Result::warning:
      return Colour::doubtful;
    case Result::failed:
      break;
  }
  return Colour::bad;
}

json to_json(const Finding& finding) {
  return {{"check", finding.check},
          {"result", result_names.of(finding.result)},
          {"found", finding.found},
          {"remedy", finding.remedy}};
}

class Checklist {
 public:
  // `check` returns what it found; it throws Error if that is not good.
  void check(const std::string& name, const std::function<std::string()>& check) {
    try {
      findings_.push_back({name, Result::ok, check(), {}});
    } catch (const Error& error) {
      findings_.push_back({name, Result::failed, error.what(), error.remedy()});
    }
  }

  // `check` returns what is good, or throws what is worth knowing.
  void advise(const std::string& name, const std::function<std::string()>& check) {
    try {
      findings_.push_back({name, Result::ok, check(), {}});
    } catch (const Error& error) {
      findings_.push_back({name, Result::warning, error.what(), error.remedy()});
    }
  }

  bool failed() const {
    return std::ranges::find(findings_, Result::failed, &Finding::result) != findings_.end();
  }

  void print_json() const {
    json list = json::array();
    for (const Finding& finding : findings_) list.push_back(to_json(finding));
    std::cout << to_text(list, 2) << '\n';
  }

  void print() const {
    Table table({0, 0, 0});
    for (const Finding& f : findings_) {
      table.add({result_names.of(f.result), f.check, f.found}, colour_of(f.result));
      if (!f.remedy.empty()) table.add({"", "", "  " + f.remedy});
    }
    table.print();
  }

 private:
  std::vector<Finding> findings_;
};

std::string trimmed(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

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
  return trimmed(*identity);
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
  list.advise("watchdog", [&] { return check_watchdog(host); });
  list.check("DRBD", [&] { return "version " + drbd_version(host); });
  for (const Program& program : programs)
    list.check("program " + program.name, [&] { return check_program(host, program); });
}

void check_cluster(Checklist& list, Host& host) {
  std::optional<ClusterConfig> config;
  list.check("configuration", [&] {
    config = load_cluster_config(host);
    return "cluster " + config->name + ", " + std::to_string(config->servers.size()) + " servers";
  });
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
