#include "agent/witness.h"

#include <arpa/inet.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <iterator>
#include <sstream>

#include "base/number.h"

namespace pnfs_ha {
namespace {

using Lines = std::vector<std::vector<std::string>>;

Lines words_of_lines(const std::string& text) {
  Lines found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    found.emplace_back(std::istream_iterator<std::string>(words), std::istream_iterator<std::string>());
  }
  return found;
}

// A line of /proc/net/route: "eth1 00000000 0100000A 0003 …": interface, destination, gateway, the numbers in
// hexadecimal, in network order as the machine stores them. Destination 0 is the default route.
std::string gateway_v4(const std::string& routes, const std::string& interface) {
  for (const auto& words : words_of_lines(routes)) {
    if (words.size() < 3 || words[0] != interface || words[1] != "00000000" || words[2] == "00000000")
      continue;
    const auto gateway = whole_number<in_addr_t>(words[2], 16);
    if (!gateway) continue;
    const in_addr address{.s_addr = *gateway};
    char text[INET_ADDRSTRLEN] = {};
    return inet_ntop(AF_INET, &address, text, sizeof text);
  }
  return {};
}

// A line of /proc/net/ipv6_route: destination, its prefix's length, source, its prefix's length, gateway,
// metric, two counters, flags, interface; addresses as 32 hexadecimal digits.
std::string gateway_v6(const std::string& routes, const std::string& interface) {
  const std::string nowhere(32, '0');
  for (const auto& words : words_of_lines(routes)) {
    if (words.size() < 10 || words[9] != interface || words[1] != "00" || words[4] == nowhere ||
        words[4].size() != nowhere.size())
      continue;
    std::string colons;
    for (std::size_t i = 0; i < nowhere.size(); i += 4) {
      if (i > 0) colons += ':';
      colons.append(words[4], i, 4);
    }
    in6_addr address{};
    if (inet_pton(AF_INET6, colons.c_str(), &address) != 1) continue;
    char text[INET6_ADDRSTRLEN] = {};
    std::string found = inet_ntop(AF_INET6, &address, text, sizeof text);
    if (IN6_IS_ADDR_LINKLOCAL(&address)) found.append("%").append(interface);
    return found;
  }
  return {};
}

}  // namespace

std::vector<std::string> witnesses_of(const Host& host, const ClusterConfig& config) {
  if (!config.witnesses.empty()) return config.witnesses;
  const auto table = [&](const char* path) { return host.read_file(path).value_or(""); };
  std::vector<std::string> gateways = {gateway_v4(table("/proc/net/route"), config.interface),
                                       gateway_v6(table("/proc/net/ipv6_route"), config.interface)};
  std::erase(gateways, "");
  return gateways;
}

bool any_answers(Host& host, const std::vector<std::string>& witnesses) {
  if (witnesses.empty()) return true;
  constexpr int rounds = 2;
  const std::string timeout = fmt::format("{:.2f}", 1.0 / static_cast<double>(rounds * witnesses.size()));
  const auto answers = [&](const std::string& address) {
    return host.run({"ping", "-n", "-q", "-c", "1", "-W", timeout, address}).exit_code == 0;
  };
  for (int round = 0; round < rounds; ++round)
    if (std::ranges::any_of(witnesses, answers)) return true;
  return false;
}

}  // namespace pnfs_ha
