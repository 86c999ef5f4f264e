// The simulated machine's nftables: the gate.
#include <sstream>

#include "base/error.h"
#include "fake/fake_host.h"

namespace pnfs_ha {

bool FakeHost::lets(const std::string& set) const {
  const auto found = gate_open_until_.find(set);
  return gate_installed_ && found != gate_open_until_.end() && uptime() < found->second;
}

void FakeHost::flush_ruleset() {
  gate_installed_ = false;
  gate_open_until_.clear();
}

void FakeHost::tickle(const std::string& address, std::uint16_t from, const std::vector<TcpPeer>& peers) {
  std::string all;
  for (const TcpPeer& peer : peers) all += " " + peer.address + ":" + std::to_string(peer.port);
  change("tickle from " + address + ":" + std::to_string(from) + all, [] {});
}

// Understands what the gate says: "add|delete element inet pnfs_ha SET { 2049 [timeout Ns] }", "flush set …".
void FakeHost::nft(const std::string& ruleset) {
  if (ruleset.starts_with("list")) {
    if (!gate_installed_) throw Error("nftables refuses: No such file or directory");
    return;
  }
  if (ruleset.starts_with("add table")) {
    change("install the gate", [&] { gate_installed_ = true; });
    if (ruleset.find("element") == std::string::npos && ruleset.find("flush set") == std::string::npos)
      return;
  }
  const bool opens = ruleset.find("element inet pnfs_ha requests") != std::string::npos;
  const bool keeps_replies = ruleset.find("element inet pnfs_ha replies") != std::string::npos;
  change(opens           ? "open the gate"
         : keeps_replies ? "shut the gate to requests"
                         : "shut the gate",
         [&] {
           if (!gate_installed_) throw Error("nftables refuses: No such file or directory");
           std::istringstream lines(ruleset);
           for (std::string line; std::getline(lines, line);) {
             std::istringstream words(line);
             std::string verb, what, family, table, set;
             words >> verb >> what >> family >> table >> set;
             const std::size_t timeout = line.find("timeout ");
             if (what != "element" && what != "set") continue;
             if (verb == "add" && what == "set") continue;
             if (verb != "add")
               gate_open_until_.erase(set);
             else if (!lets(set))  // an element that is there keeps the timeout it has
               gate_open_until_[set] =
                   timeout == std::string::npos
                       ? Duration::max()
                       : uptime() + std::chrono::milliseconds(std::stoi(line.substr(timeout + 8)));
           }
         });
}

}  // namespace pnfs_ha
