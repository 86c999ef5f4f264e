#include "nfs41.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdarg>
#include <sstream>
#include <stdexcept>

namespace nfs41 {
namespace {

constexpr timeval patience{.tv_sec = 30, .tv_usec = 0};
constexpr std::uint32_t scsi = 5;  // LAYOUT4_SCSI, RFC 8154

bool put32(XDR* xdr, std::uint32_t value) {
  return xdr_uint32_t(xdr, &value) != 0;
}
bool put64(XDR* xdr, std::uint64_t value) {
  return xdr_uint64_t(xdr, &value) != 0;
}
bool put_bytes(XDR* xdr, std::string bytes) {
  char* data = bytes.data();
  auto length = static_cast<u_int>(bytes.size());
  return xdr_bytes(xdr, &data, &length, length) != 0;
}
bool get32(XDR* xdr, std::uint32_t& value) {
  return xdr_uint32_t(xdr, &value) != 0;
}
bool skip(XDR* xdr, std::uint32_t words) {
  std::uint32_t ignored = 0;
  for (; words > 0; --words)
    if (!get32(xdr, ignored)) return false;
  return true;
}
template <typename Array>
bool raw(XDR* xdr, Array array) {
  return xdr_opaque(xdr, reinterpret_cast<char*>(array.data()), sizeof array) != 0;
}
bool get_session(XDR* xdr, std::array<char, 16>& session) {
  return xdr_opaque(xdr, session.data(), sizeof session) != 0;
}

using Coder = std::function<bool(XDR*)>;

// An xdrproc_t.
bool_t code(XDR* xdr, ...) {
  va_list rest;
  va_start(rest, xdr);
  const auto* coder = va_arg(rest, const Coder*);
  va_end(rest);
  return (*coder)(xdr) ? TRUE : FALSE;
}

sockaddr_in address_of(const std::string& server) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(2049);
  if (inet_pton(AF_INET, server.c_str(), &address.sin_addr) != 1)
    throw std::runtime_error(server + " is no IPv4 address");
  return address;
}

// A server asks for a privileged port (exports(5), `secure`).
int connect_to(const sockaddr_in& address) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bindresvport(fd, nullptr) != 0) throw std::runtime_error("no privileged port to be had: be root");
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot connect to the server");
  return fd;
}

}  // namespace

Client::Client(const std::string& server, const std::string& owner, unsigned uid) {
  constexpr u_long program = 100003, version = 4;
  sockaddr_in address = address_of(server);
  int fd = connect_to(address);
  rpc_ = clnttcp_create(&address, program, version, &fd, 0, 0);
  if (rpc_ == nullptr) throw std::runtime_error(clnt_spcreateerror("no RPC"));
  std::string machine = "intruder";
  gid_t group = uid;
  rpc_->cl_auth = authunix_create(machine.data(), uid, group, 1, &group);
  exchange_id(owner);
  create_session();
}

Client::~Client() {
  if (rpc_ != nullptr) clnt_destroy(rpc_);
}

void Client::call(const Compound& operations) {
  constexpr u_long compound = 1;
  Failed failed;
  const Coder request = [&](XDR* xdr) {
    bool good =
        put_bytes(xdr, "") && put32(xdr, 1) && put32(xdr, static_cast<std::uint32_t>(operations.size()));
    for (const Operation& o : operations) good = good && put32(xdr, o.number) && o.arguments(xdr);
    return good;
  };
  // What is left of the reply after the last result is of no interest.
  const Coder reply = [&](XDR* xdr) {
    std::uint32_t status = 0, tag = 0, count = 0;
    if (!get32(xdr, status) || !get32(xdr, tag) || tag != 0 || !get32(xdr, count)) return false;
    for (std::uint32_t i = 0; i < count && i < operations.size(); ++i) {
      std::uint32_t number = 0;
      if (!get32(xdr, number) || !get32(xdr, status)) return false;
      if (status != 0) failed = {operations[i].name, status};
      if (status != 0) return true;
      if (!operations[i].results(xdr)) return false;
    }
    return true;
  };
  const auto result = clnt_call(rpc_, compound, code, const_cast<Coder*>(&request), code,
                                const_cast<Coder*>(&reply), patience);
  if (result != RPC_SUCCESS) throw std::runtime_error(clnt_sperror(rpc_, "the server"));
  if (failed.status != 0) throw Failed(failed);
}

void Client::exchange_id(const std::string& owner) {
  const auto arguments = [owner](XDR* xdr) {
    // The same verifier for the same owner: no new instance of it, which would lose the former's state. nfsd
    // finds an owner again by its first 8 bytes (clientstr_hashval()), also where there are fewer.
    return raw(xdr, std::array<char, 8>{'i', 'n', 't', 'r', 'u', 'd', 'e', 'r'}) &&
           put_bytes(xdr, "intruder " + owner) && put32(xdr, 0) && put32(xdr, 0) &&
           put32(xdr, 0);  // flags, SP4_NONE, no implementation ID
  };
  const auto results = [this](XDR* xdr) {
    return xdr_uint64_t(xdr, &client_id_) != 0 && get32(xdr, session_number_);
  };
  call({{42, "EXCHANGE_ID", arguments, results}});
}

void Client::create_session() {
  const auto channel = [](XDR* xdr) {
    // Header padding, longest request, reply and cached reply, operations, slots, no RDMA.
    bool good = true;
    for (const std::uint32_t attribute : {0U, 8192U, 8192U, 4096U, 16U, 1U, 0U})
      good = good && put32(xdr, attribute);
    return good;
  };
  const auto arguments = [this, channel](XDR* xdr) {
    // Flags; program of the callbacks, whose only flavour is AUTH_NONE.
    return put64(xdr, client_id_) && put32(xdr, session_number_) && put32(xdr, 0) && channel(xdr) &&
           channel(xdr) && put32(xdr, 0x40000000) && put32(xdr, 1) && put32(xdr, 0);
  };
  const auto results = [this](XDR* xdr) { return get_session(xdr, session_); };
  call({{43, "CREATE_SESSION", arguments, results}});
}

Client::Compound Client::in_session() const {
  const auto arguments = [this](XDR* xdr) {
    return raw(xdr, session_) && put32(xdr, slot_number_) && put32(xdr, 0) && put32(xdr, 0) && put32(xdr, 0);
  };
  const auto results = [](XDR* xdr) {
    std::array<char, 16> session{};
    std::uint32_t rest = 0;
    bool good = get_session(xdr, session);
    for (int i = 0; i < 5; ++i) good = good && get32(xdr, rest);
    return good;
  };
  return {{53, "SEQUENCE", arguments, results}};
}

Client::Compound Client::at(const std::string& path) const {
  Compound operations = in_session();
  operations.push_back({24, "PUTROOTFH"});
  std::istringstream parts(path);
  for (std::string part; std::getline(parts, part, '/');)
    operations.push_back({15, "LOOKUP", [part](XDR* xdr) { return put_bytes(xdr, part); }});
  return operations;
}

void Client::reclaim_complete() {
  ++slot_number_;
  Compound operations = in_session();
  operations.push_back({58, "RECLAIM_COMPLETE", [](XDR* xdr) { return put32(xdr, 0); }});
  call(operations);
}

std::uint32_t Client::open_for_writing(const std::string& path, Claim claim) {
  constexpr std::uint32_t both = 3;
  ++slot_number_;
  const auto arguments = [this, claim](XDR* xdr) {
    // Sequence number, access, deny, owner; do not create; claim, with the delegation that is reclaimed:
    // none.
    const bool good = put32(xdr, 0) && put32(xdr, both) && put32(xdr, 0) && put64(xdr, client_id_) &&
                      put_bytes(xdr, "intruder") && put32(xdr, 0) &&
                      put32(xdr, static_cast<std::uint32_t>(claim));
    return good && (claim == Claim::fresh || put32(xdr, 0));
  };
  std::uint32_t delegation = 0;
  const auto results = [this, &delegation](XDR* xdr) {
    // Stateid; the directory's change, flags: 6 words; which attributes were set; the delegation's type.
    bool good = true;
    for (std::uint32_t& word : open_stateid_) good = good && get32(xdr, word);
    std::uint32_t attributes = 0;
    return good && skip(xdr, 6) && get32(xdr, attributes) && skip(xdr, attributes) && get32(xdr, delegation);
  };
  Compound operations = at(path);
  operations.push_back({18, "OPEN", arguments, results});
  call(operations);
  return delegation;
}

void Client::layoutget(const std::string& path) {
  constexpr std::uint32_t read_write = 2;
  constexpr std::uint64_t block = 4096;
  ++slot_number_;
  const auto arguments = [this](XDR* xdr) {
    // No signal when one is to be had; offset, length, least length; the longest reply.
    bool good = put32(xdr, 0) && put32(xdr, scsi) && put32(xdr, read_write) && put64(xdr, 0) &&
                put64(xdr, block) && put64(xdr, block);
    for (const std::uint32_t word : open_stateid_) good = good && put32(xdr, word);
    return good && put32(xdr, 4096);
  };
  Compound operations = at(path);
  operations.push_back({50, "LAYOUTGET", arguments});
  call(operations);
}

void Client::layoutcommit(const std::string& path, const Commit& commit) {
  ++slot_number_;
  const auto arguments = [commit](XDR* xdr) {
    // The last byte written; no time. The update is a list of ranges, RFC 8154 2.4.8: one.
    return put64(xdr, commit.offset) && put64(xdr, commit.length) && put32(xdr, commit.reclaim) &&
           put32(xdr, 1) && raw(xdr, commit.stateid) && put32(xdr, 1) &&
           put64(xdr, commit.offset + commit.length - 1) && put32(xdr, 0) && put32(xdr, scsi) &&
           put32(xdr, 20) && put32(xdr, 1) && put64(xdr, commit.offset) && put64(xdr, commit.length);
  };
  Compound operations = at(path);
  operations.push_back({49, "LAYOUTCOMMIT", arguments});
  call(operations);
}

}  // namespace nfs41
