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

class Connection {
 public:
  // What the server calls: the arguments of CB_COMPOUND in, its results out; nothing is no reply at all. Runs
  // in a thread of its own, in which nothing may be called; while it takes its time, no reply is seen either.
  using Callback = std::function<std::optional<std::string>(const std::string& arguments)>;

  // From a privileged port, as a server asks for (exports(5), `secure`). Throws std::runtime_error.
  Connection(const std::string& server, unsigned uid, Callback callback);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // COMPOUND. Returns its results, `read_late` after they came. Throws std::runtime_error if there are none
  // within 30 s, or if the server refuses the call itself.
  std::string call(const std::string& arguments, std::chrono::milliseconds read_late = {});

 private:
  void send(std::string record);
  std::optional<std::string> receive() const;
  void read_all();
  void answer(std::uint32_t id, const std::string& call);

  int socket_ = -1;
  std::string credential_;
  Callback callback_;
  std::uint32_t last_id_ = 0;
  std::mutex sending_, receiving_;
  std::condition_variable received_;
  std::map<std::uint32_t, std::string> replies_;  // what follows the number of the call
  bool over_ = false;
  std::thread reader_;
};

}  // namespace nfs41
