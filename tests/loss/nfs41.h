// As much of an NFSv4.1 client as it takes to do what no kernel's client would do (RFC 8881).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "connection.h"
#include "nfsstat.h"
#include "xdr.h"

namespace nfs41 {

struct Failed {
  std::string operation;
  Status status = 0;
};

using SessionId = std::array<char, 16>;

// Which call of a session: the server names those that a callback refers to (RFC 8881 2.10.6.3).
struct CallId {
  SessionId session{};
  std::uint32_t sequence = 0, slot = 0;
  bool operator==(const CallId&) const = default;
};

struct Stateid {
  std::uint32_t seqid = 0;
  std::array<std::uint32_t, 3> other{};  // nfsd: start time, client, number
};

enum class Claim : std::uint32_t { previous = 1, fresh = 4 };    // CLAIM_PREVIOUS, CLAIM_FH: RFC 8881 18.16
enum class IoMode : std::uint32_t { read = 1, read_write = 2 };  // layoutiomode4

struct Range {
  std::uint64_t offset = 0, length = 4096;
};

// Of a LAYOUTCOMMIT, RFC 8881 18.42.
struct Commit {
  std::uint64_t offset = 0, length = 0;
  bool reclaim = false;                    // loca_reclaim
  std::array<std::uint32_t, 3> stateid{};  // Stateid::other
};

struct Layout {
  Stateid stateid;
  Range range;
  std::array<char, 16> device{};
};

// Who this client says it is.
struct Identity {
  std::string owner;
  unsigned uid = 0;
  // The same one for the same owner is no new instance of it, which would lose the previous's state (RFC
  // 8881 18.35).
  std::uint64_t instance = 0;
};

class Client {
 public:
  // Connects, and makes a client ID for this owner and a session; the connection is its backchannel if there
  // is a callback. Throws std::runtime_error if there is no answer, Failed for a refusal.
  Client(const std::string& server, const Identity& identity, Connection::Callback callback = {},
         Patience patience = {});

  // A new connection in place of one that may be broken. Throws std::runtime_error; then the present one stays.
  void reconnect();
  // Makes a client ID and a session anew. A server that knows the client gives the same client ID, and it loses nothing.
  void introduce();
  std::uint64_t id() const { return client_id_; }  // other than before: a server that has started since

  // All throw Failed. Paths are relative to the export's root.
  void reclaim_complete();
  void renew();  // a SEQUENCE alone
  // For reading and writing, and without claiming a delegation; asks for none if there is a backchannel.
  // Returns which one came (open_delegation_type4, RFC 8881 18.16): 0 is none.
  std::uint32_t open_for_writing(const std::string& path, Claim claim);
  // Of the file that was opened last. The reply is looked at `read_late` after it came.
  Layout layoutget(const std::string& path, const Range& range = {}, IoMode mode = IoMode::read_write,
                   std::chrono::milliseconds read_late = {});
  // The key with which the client has to register (RFC 8154 2.4.10).
  std::uint64_t reservation_key(const Layout& layout);
  void layoutreturn(const std::string& path, const Layout& layout);  // all of the file's
  void layoutcommit(const std::string& path, const Commit& commit);

  CallId last_call() const { return {session_, sequence_, 0}; }
  CallId next_call() const { return {session_, sequence_ + 1, 0}; }

 private:
  struct Operation {
    std::uint32_t number = 0;
    const char* name = "";
    Coder arguments = [](XDR*) { return true; };
    Coder results = [](XDR*) { return true; };  // if it succeeded
  };
  using Compound = std::vector<Operation>;

  void call(const Compound& operations, std::chrono::milliseconds read_late = {});
  Compound in_session();
  Compound at(const std::string& path);
  void exchange_id();
  void create_session();

  std::string server_;
  Identity identity_;
  Connection::Callback callback_;
  Patience patience_;
  std::unique_ptr<Connection> connection_;
  std::uint64_t client_id_ = 0;
  std::uint32_t session_number_ = 0;
  SessionId session_{};
  std::uint32_t sequence_ = 0;  // of the session's only slot
  Stateid open_stateid_;        // of the last OPEN
};

}  // namespace nfs41
