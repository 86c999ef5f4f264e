// What nfsd tells of its clients on a simulated server, alpha, that has taken over.
#pragma once

#include <spdlog/fmt/fmt.h>

#include "agent/fencing.h"
#include "scene.h"

namespace pnfs_ha {

constexpr std::uint32_t previous_start = nfsd_start_of(client_key), present_start_second = 0x6a5f4000;

constexpr pr::Key previous_key(std::uint32_t number) {
  return pr::Key{previous_start} << 32 | number;
}
constexpr pr::Key present_key(std::uint32_t number) {
  return pr::Key{present_start_second} << 32 | number;
}

constexpr pr::Key own_key = nfsd_key;  // of a server that serves

inline FakeLun::Port port_of(std::uint32_t number) {
  return "iqn.2026-01.org.example:client" + std::to_string(number) + ",i,0x00023d000001";
}

// nfsd, which started two minutes ago by the wall clock of the keys, and the LUN, which this server holds.
class NfsdScene : public testing::Test {
 protected:
  NfsdScene() {
    host.mounts["/proc/fs/nfsd"] = {};
    host.mounts["/var/lib/nfs"] = {};
    host.nfsd_threads = 64;
    host.files[keep_blocks] = "Y\n";
    nfsd_started(50'000);
    in_grace(true);
    host.lun.registered = {{alpha_port, own_key}};
    host.lun.held = FakeLun::Held{alpha_port};
  }

  void nfsd_started(int uptime) {
    host.files["/run/pnfs-ha/nfsd-started"] = fmt::format("{} {}\n", uptime, present_start_second);
  }
  void in_grace(bool so) { host.files["/proc/fs/nfsd/v4_end_grace"] = so ? "N\n" : "Y\n"; }
  bool blocks_are_kept() const { return host.text(keep_blocks) == "Y\n"; }

  // Client number N ("client N") is on nfsd's list.
  void known(std::uint32_t number, const std::string& status = "confirmed", int seconds_since_renewal = 0) {
    const std::string name = std::to_string(number);
    if (std::ranges::find(host.nfs_clients, name) == host.nfs_clients.end()) host.nfs_clients.push_back(name);
    host.files[info_of(number)] = fmt::format(
        "clientid: {:#x}\naddress: \"10.0.1.{}:779\"\nstatus: {}\nseconds from last renew: {}\n"
        "name: \"client {}\"\n",
        std::uint64_t{number} << 32 | present_start_second, number, status, seconds_since_renewal, number);
  }
  void gone(std::uint32_t number) {
    std::erase(host.nfs_clients, std::to_string(number));
    host.files.erase(info_of(number));
  }
  static std::string info_of(std::uint32_t number) {
    return "/proc/fs/nfsd/clients/" + std::to_string(number) + "/info";
  }

  void registers(std::uint32_t number, pr::Key key) {
    std::erase_if(host.lun.registered, [&](const auto& r) { return r.port == port_of(number); });
    host.lun.registered.push_back({port_of(number), key});
  }
  bool is_registered(std::uint32_t number) const {
    return std::ranges::any_of(host.lun.registered, [&](const auto& r) { return r.port == port_of(number); });
  }

  // The previous active's journal knows clients 1 to N.
  void previous_clients(std::uint32_t count) {
    std::string text;
    for (std::uint32_t number = 1; number <= count; ++number)
      text += fmt::format(R"({}"{:016x}": {{"client": "client {}", "address": "10.0.1.{}:779"}})",
                          text.empty() ? "" : ", ", previous_key(number), number, number);
    host.files[previous_journal] = "{" + text + "}\n";
  }

  FakeHost host;
  const std::string keep_blocks = "/sys/module/nfsd/parameters/keep_blocks";
  const std::string previous_journal = "/var/lib/nfs/nfsdcld/pnfs-ha-keys-6a5f3c11.json";
  const std::string present_journal = "/var/lib/nfs/nfsdcld/pnfs-ha-keys-6a5f4000.json";
};

}  // namespace pnfs_ha
