// As much of an NFSv4.1 client as it takes to send requests that no kernel's client would send (RFC 8881).
#pragma once

#include <rpc/rpc.h>

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace nfs41 {

// nfsstat4, RFC 8881 15.1. 0 is NFS4_OK.
using Status = std::uint32_t;

struct Failed {
  std::string operation;
  Status status = 0;
};

enum class Claim : std::uint32_t { previous = 1, fresh = 4 };  // CLAIM_PREVIOUS, CLAIM_FH: RFC 8881 18.16

// Of a LAYOUTCOMMIT, RFC 8881 18.42.
struct Commit {
  std::uint64_t offset = 0, length = 0;
  bool reclaim = false;                    // loca_reclaim
  std::array<std::uint32_t, 3> stateid{};  // the 12 bytes of `other`; nfsd: start time, client, number
};

class Client {
 public:
  // Connects, and makes a client ID for this owner and a session. Throws std::runtime_error if there is no
  // answer, Failed for a refusal.
  Client(const std::string& server, const std::string& owner, unsigned uid);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  // All throw Failed. Paths are relative to the export's root.
  void reclaim_complete();
  // For reading and writing, and without claiming a delegation. Returns which one came
  // (open_delegation_type4, RFC 8881 18.16): 0 is none.
  std::uint32_t open_for_writing(const std::string& path, Claim claim);
  // For writing the first block of the file that was opened last.
  void layoutget(const std::string& path);
  void layoutcommit(const std::string& path, const Commit& commit);

 private:
  struct Operation {
    std::uint32_t number = 0;
    const char* name = "";
    std::function<bool(XDR*)> arguments = [](XDR*) { return true; };
    std::function<bool(XDR*)> results = [](XDR*) { return true; };  // if it succeeded
  };
  using Compound = std::vector<Operation>;

  void call(const Compound& operations);
  Compound in_session() const;
  Compound at(const std::string& path) const;
  void exchange_id(const std::string& owner);
  void create_session();

  CLIENT* rpc_ = nullptr;
  std::uint64_t client_id_ = 0;
  std::uint32_t session_number_ = 0;
  std::array<char, 16> session_{};
  std::uint32_t slot_number_ = 0;
  std::array<std::uint32_t, 4> open_stateid_{};  // of the last OPEN
};

}  // namespace nfs41
