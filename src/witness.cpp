#include "witness.h"

#include <arpa/inet.h>

#include <sstream>

namespace pnfs_ha {
namespace {

// A line of /proc/net/route: "eth1 00000000 0100000A 0003 …", the numbers in hexadecimal, in network order as
// the machine stores them. Destination 0 is the default route.
std::string gateway_of(const std::string& routes, const std::string& interface) {
  std::istringstream lines(routes);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name, destination, gateway;
    words >> name >> destination >> gateway;
    if (name != interface || destination != "00000000" || gateway == "00000000") continue;
    const in_addr address{.s_addr = static_cast<in_addr_t>(std::stoul(gateway, nullptr, 16))};
    char text[INET_ADDRSTRLEN] = {};
    return inet_ntop(AF_INET, &address, text, sizeof text);
  }
  return {};
}

}  // namespace

std::vector<std::string> witnesses_of(const Host& host, const ClusterConfig& config) {
  if (!config.witnesses.empty()) return config.witnesses;
  const std::string gateway = gateway_of(host.read_file("/proc/net/route").value_or(""), config.interface);
  if (gateway.empty()) return {};
  return {gateway};
}

bool answers(Host& host, const std::string& address) {
  return host.run({"ping", "-n", "-q", "-c", "1", "-W", "1", address}).exit_code == 0;
}

}  // namespace pnfs_ha
