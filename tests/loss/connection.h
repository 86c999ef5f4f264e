// ONC RPC over one TCP connection, in both directions (RFC 5531; RFC 8881 2.10.3.1). libtirpc's client takes
// whatever comes for a reply.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "xdr.h"

namespace nfs41 {

// How long the server may take: for a reply; and until its TCP acknowledges something, after which the connection is broken
// (TCP_USER_TIMEOUT). A server that is slow acknowledges, one that is dead does not. 0: as long as the kernel waits.
struct Patience {
  std::chrono::milliseconds reply{30'000}, acknowledgement{0};
};

class Connection {
 public:
  // What the server calls: the arguments of CB_COMPOUND in, its results out; nothing is no reply at all. Runs
  // in a thread of its own, in which nothing may be called; while it takes its time, no reply is seen either.
  using Callback = std::function<std::optional<std::string>(const std::string& arguments)>;

  // From any port: the export is `insecure`. Throws std::runtime_error.
  Connection(const std::string& server, unsigned uid, Callback callback, Patience patience = {});
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // COMPOUND. Returns its results, `read_late` after they came. Throws std::runtime_error if there are none
  // in time, or if the server refuses the call itself.
  std::string call(const std::string& arguments, std::chrono::milliseconds read_late = {});

 private:
  void send(std::string record);
  std::optional<std::string> receive() const;
  void read_all();
  void answer(std::uint32_t id, const std::string& call);

  int socket_ = -1;
  std::string credential_;
  Callback callback_;
  Patience patience_;
  std::uint32_t last_id_ = 0;
  std::mutex sending_, receiving_;
  std::condition_variable received_;
  std::map<std::uint32_t, std::string> replies_;  // what follows the number of the call
  bool over_ = false;
  std::thread reader_;
};

}  // namespace nfs41
