// The gate in front of TCP port 2049: shut unless somebody goes on saying that it may stay open. An agent
// that hangs or dies takes the service with it; clients see silence, never an error or a reset, and try again.
// `nft flush ruleset`, with which most firewalls begin a reload, takes it away: whoever moves it puts it back.
// Beside it: VRRP of this cluster comes in from its servers only.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "config/cluster_config.h"
#include "host/host.h"

namespace pnfs_ha {

class Gate {
 public:
  // Clients may use the VIP only: a client of a server's own address would hang when that server dies.
  Gate(Host& host, const ClusterConfig& config, const ServerConfig& self);

  void install();           // shut; an installed gate is left as it is
  void put_back_if_gone();  // with its table; rules that somebody took out of it are not missed
  // Other servers than it was made for.
  void hear(const ClusterConfig& config, const ServerConfig& self);

  // Until this long (validity.h) after the moment (Host::uptime()) at which this server's right to serve was
  // verified. A moment longer ago than that opens nothing; the answer is no. The journal says if it was shut meanwhile.
  bool open(Host::Duration verified_at, Host::Duration validity);

  // No request comes in any more, but the replies to those that came in still leave: a client that misses the
  // reply to a REMOVE repeats it at the next server, and its application is told ENOENT. Where that one may serve already,
  // they leave for no longer than the last proof is valid.
  enum class Others { wait, may_serve };
  void refuse_requests(Others others = Others::wait);

  void close();  // silence at once, in both directions

 private:
  using Ruleset = std::function<std::string()>;
  void apply(const Ruleset& ruleset);  // to a gate that may have to be installed first
  void shut();

  Host& host_;
  std::string installation_;
  Host::Duration valid_until_{0};  // the last proof (Host::uptime())
  std::optional<Host::Duration>
      open_until_;  // unless somebody opens it again; none: nobody meant it to be open
};

}  // namespace pnfs_ha
