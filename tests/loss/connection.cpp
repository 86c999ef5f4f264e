#include "connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace nfs41 {
namespace {

constexpr std::uint32_t last_fragment = 0x80000000;  // RFC 5531 11
constexpr std::uint32_t a_call = 0, a_reply = 1;     // msg_type

int connect_to(const std::string& server, std::chrono::milliseconds acknowledgement) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(2049);
  if (inet_pton(AF_INET, server.c_str(), &address.sin_addr) != 1)
    throw std::runtime_error(server + " is no IPv4 address");
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw std::runtime_error("there is no socket to be had");
  const auto limit = static_cast<unsigned>(acknowledgement.count());
  setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof limit);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close(fd);
    throw std::runtime_error("cannot connect to the server");
  }
  return fd;
}

// AUTH_SYS, RFC 5531 appendix A.
std::string auth_sys(unsigned uid) {
  return encode([uid](XDR* xdr) {
    return put32(xdr, 0) && put_bytes(xdr, "nfs41-probe") && put32(xdr, uid) && put32(xdr, uid) &&
           put32(xdr, 0);
  });
}

bool read_fully(int fd, char* data, std::size_t size) {
  while (size > 0) {
    const auto got = recv(fd, data, size, 0);
    if (got <= 0) return false;
    data += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool skip_credential(XDR* xdr) {
  std::string body;
  return skip(xdr, 1) && get_bytes(xdr, body);
}

std::string rest_of(const std::string& bytes, XDR* xdr) {
  return bytes.substr(xdr_getpos(xdr));
}

}  // namespace

Connection::Connection(const std::string& server, unsigned uid, Callback callback, Patience patience)
    : socket_(connect_to(server, patience.acknowledgement)),
      credential_(auth_sys(uid)),
      callback_(std::move(callback)),
      patience_(patience) {
  reader_ = std::thread([this] { read_all(); });
}

Connection::~Connection() {
  shutdown(socket_, SHUT_RDWR);
  reader_.join();
  close(socket_);
}

void Connection::send(std::string record) {
  const auto mark = htonl(static_cast<std::uint32_t>(record.size()) | last_fragment);
  record.insert(0, reinterpret_cast<const char*>(&mark), sizeof mark);
  const std::scoped_lock lock(sending_);
  for (std::size_t sent = 0; sent < record.size();) {
    const auto count = ::send(socket_, record.data() + sent, record.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) throw std::runtime_error("the connection is broken");
    sent += static_cast<std::size_t>(count);
  }
}

std::optional<std::string> Connection::receive() const {
  std::string record;
  for (std::uint32_t mark = 0; (mark & last_fragment) == 0;) {
    if (!read_fully(socket_, reinterpret_cast<char*>(&mark), sizeof mark)) return std::nullopt;
    mark = ntohl(mark);
    std::string fragment(mark & ~last_fragment, '\0');
    if (!read_fully(socket_, fragment.data(), fragment.size())) return std::nullopt;
    record += fragment;
  }
  return record;
}

void Connection::read_all() try {
  while (const auto record = receive()) {
    std::uint32_t id = 0, type = 0;
    if (!decode(*record, [&](XDR* xdr) { return get32(xdr, id) && get32(xdr, type); })) break;
    const std::string rest = record->substr(2 * sizeof(std::uint32_t));
    if (type == a_call) answer(id, rest);
    if (type != a_reply) continue;
    const std::scoped_lock lock(receiving_);
    replies_[id] = rest;
    received_.notify_all();
  }
  throw std::runtime_error("the server hung up");
} catch (const std::exception&) {
  const std::scoped_lock lock(receiving_);
  over_ = true;
  received_.notify_all();
}

void Connection::answer(std::uint32_t id, const std::string& call) {
  std::uint32_t procedure = 0;
  std::string arguments;
  const bool good = decode(call, [&](XDR* xdr) {
    // Version of RPC, program, its version.
    const bool header = skip(xdr, 3) && get32(xdr, procedure) && skip_credential(xdr) && skip_credential(xdr);
    if (header) arguments = rest_of(call, xdr);
    return header;
  });
  if (!good) throw std::runtime_error("the server's call makes no sense");
  const std::optional<std::string> results = procedure == 0 ? std::string() : callback_(arguments);
  if (!results) return;
  // MSG_ACCEPTED, no verifier, SUCCESS.
  send(encode([id](XDR* xdr) {
         bool done = put32(xdr, id) && put32(xdr, a_reply);
         for (int i = 0; i < 4; ++i) done = done && put32(xdr, 0);
         return done;
       }) +
       *results);
}

std::string Connection::call(const std::string& arguments, std::chrono::milliseconds read_late) {
  constexpr std::uint32_t rpc = 2, program = 100003, version = 4, compound = 1, auth_sys_flavor = 1;
  const std::uint32_t id = ++last_id_;
  send(encode([&](XDR* xdr) {
         return put32(xdr, id) && put32(xdr, a_call) && put32(xdr, rpc) && put32(xdr, program) &&
                put32(xdr, version) && put32(xdr, compound) && put32(xdr, auth_sys_flavor) &&
                put_bytes(xdr, credential_) && put32(xdr, 0) && put32(xdr, 0);
       }) +
       arguments);
  std::unique_lock lock(receiving_);
  const bool in_time =
      received_.wait_for(lock, patience_.reply, [&] { return over_ || replies_.contains(id); }) && !over_;
  if (!in_time) throw std::runtime_error(over_ ? "the connection is broken" : "the server does not answer");
  const std::string reply = replies_.extract(id).mapped();
  lock.unlock();
  std::this_thread::sleep_for(read_late);
  std::string results;
  const bool accepted = decode(reply, [&](XDR* xdr) {
    std::uint32_t denied = 0, failed = 0;
    const bool good =
        get32(xdr, denied) && denied == 0 && skip_credential(xdr) && get32(xdr, failed) && failed == 0;
    if (good) results = rest_of(reply, xdr);
    return good;
  });
  if (!accepted) throw std::runtime_error("the server refuses the call");
  return results;
}

}  // namespace nfs41
