#include "server/gate.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "base/address.h"
#include "base/error.h"

namespace pnfs_ha {
namespace {

// Longer than nfsd takes to finish what it is working on.
constexpr std::chrono::milliseconds last_replies{30'000};

constexpr std::chrono::milliseconds longest_call{100};  // of nftables, where nothing keeps it

// Priority -200: before any firewall of the administrator, which can only close more. Replies have a gate as
// well: an nfsd that hangs must not answer later what it took in before. While no request comes in, no connection ends
// either: a client would connect anew, to nobody, and wait longer from attempt to attempt; the next active tells it
// (connections.h). The keeper asks nfsd over the loopback interface. A server's own address is no closed gate but none of
// the service's, and says so by a reset.
constexpr const char* installation =
    "add table inet pnfs_ha\n"
    "add set inet pnfs_ha requests {{ type inet_service; flags timeout; }}\n"
    "add set inet pnfs_ha replies {{ type inet_service; flags timeout; }}\n"
    "add chain inet pnfs_ha input {{ type filter hook input priority -200; }}\n"
    "add chain inet pnfs_ha output {{ type filter hook output priority -200; }}\n"
    "flush chain inet pnfs_ha input\n"
    "flush chain inet pnfs_ha output\n"
    "add rule inet pnfs_ha input iif != lo tcp dport 2049 {0} daddr != {1} reject with tcp reset\n"
    "add rule inet pnfs_ha input iif != lo tcp dport 2049 meta nfproto != {2} reject with tcp reset\n"
    "add rule inet pnfs_ha input iif != lo tcp dport 2049 tcp dport != @requests drop\n"
    "add rule inet pnfs_ha output tcp sport 2049 {0} saddr != {1} tcp flags & rst == rst accept\n"
    "add rule inet pnfs_ha output tcp sport 2049 meta nfproto != {2} tcp flags & rst == rst accept\n"
    "add rule inet pnfs_ha output oif != lo tcp sport 2049 tcp sport != @replies drop\n"
    "add rule inet pnfs_ha output oif != lo tcp sport 2049 tcp sport != @requests tcp flags & (fin | rst) != "
    "0 drop\n";

// keepalived drops what comes from nobody's address as well (vrrp_check_unicast_src), but waits anew for the active's
// after each: a host that speaks often enough would have the standby elected. Only this cluster's virtual router:
// another keepalived of this machine's has its own.
std::string vrrp_of_servers_only(const ClusterConfig& config, const ServerConfig& self) {
  if (config.advertise != Advertise::unicast) return {};
  const std::string rule =
      fmt::format("add rule inet pnfs_ha input iifname \"{}\" meta l4proto 112 @th,8,8 {} ", config.interface,
                  config.router_id);
  std::string rules;
  for (const ServerConfig& server : config.servers)
    if (server.id != self.id)
      rules +=
          fmt::format("{}{} saddr {} accept\n", rule, is_ipv6(server.address) ? "ip6" : "ip", server.address);
  return rules + rule + "counter drop\n";
}

std::string rules(const ClusterConfig& config, const ServerConfig& self) {
  const bool v6 = is_ipv6(config.vip.address);
  return fmt::format(installation, v6 ? "ip6" : "ip", config.vip.address, v6 ? "ipv6" : "ipv4") +
         vrrp_of_servers_only(config, self);
}

// Lets packets of one direction through for this long. One transaction: the kernel renews no timeout of an
// element that is already there.
std::string let(const char* what, std::chrono::milliseconds time) {
  return fmt::format(
      "add element inet pnfs_ha {0} {{ 2049 }}\n"
      "delete element inet pnfs_ha {0} {{ 2049 }}\n"
      "add element inet pnfs_ha {0} {{ 2049 timeout {1}ms }}\n",
      what, time.count());
}

}  // namespace

Gate::Gate(Host& host, const ClusterConfig& config, const ServerConfig& self)
    : host_(host), installation_(rules(config, self)) {}

void Gate::hear(const ClusterConfig& config, const ServerConfig& self) {
  std::string now = rules(config, self);
  if (now == installation_) return;
  installation_ = std::move(now);
  install();
}

void Gate::install() {
  host_.nft(installation_);
}

void Gate::put_back_if_gone() {
  apply([] { return std::string("list chain inet pnfs_ha input\n"); });
}

void Gate::apply(const Ruleset& ruleset) {
  try {
    host_.nft(ruleset());
  } catch (const Error& error) {
    host_.nft(installation_ + ruleset());
    spdlog::warn(
        "the gate to the NFS port was gone and is there again: whoever reloads a firewall should flush only "
        "tables of its own ({})",
        error.what());
  }
}

bool Gate::open(Host::Duration verified_at, Host::Duration validity) {
  const Host::Duration began = host_.uptime();
  valid_until_ = verified_at + validity;
  const auto left = [&] { return valid_until_ - host_.uptime(); };
  const auto let_through = [&] {
    apply([&] {
      const Host::Duration time = std::max(left(), Host::Duration(1));
      return let("requests", time) + let("replies", time);
    });
  };
  if (began >= valid_until_) return false;
  let_through();
  // The kernel counts from when it was done with that: what took long is said again, of what is left then. Once: where each
  // call takes long, nobody would be served.
  if (host_.uptime() - began >= longest_call && left() > Host::Duration(0)) let_through();
  if (left() <= Host::Duration(0)) {
    shut();
    return false;
  }
  if (open_until_ && began > *open_until_)
    spdlog::warn(
        "the gate to the NFS port was shut for {:.1f} s: what proves that this server may serve came late",
        std::chrono::duration<double>(began - *open_until_).count());
  open_until_ = valid_until_;
  return true;
}

void Gate::refuse_requests(Others others) {
  open_until_.reset();
  apply([&] {
    const Host::Duration valid = std::max(valid_until_ - host_.uptime(), Host::Duration(1));
    return "flush set inet pnfs_ha requests\n" +
           let("replies", others == Others::wait ? last_replies : valid);
  });
}

void Gate::close() {
  open_until_.reset();
  shut();
}

void Gate::shut() {
  apply([] { return std::string("flush set inet pnfs_ha requests\nflush set inet pnfs_ha replies\n"); });
}

}  // namespace pnfs_ha
