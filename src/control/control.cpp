#include "control/control.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "base/error.h"
#include "base/unique_fd.h"
#include "config/units.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

void limit_waiting(const UniqueFd& fd, std::chrono::seconds limit) {
  const timeval time{.tv_sec = limit.count(), .tv_usec = 0};
  for (int option : {SO_RCVTIMEO, SO_SNDTIMEO}) setsockopt(fd.get(), SOL_SOCKET, option, &time, sizeof time);
}

// Sends the question and reads until the answer's end of line.
json converse(const UniqueFd& fd, const json& question, const std::string& whom) {
  const std::string line = question.dump() + "\n";
  if (send(fd.get(), line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size()))
    throw Error("cannot send to " + whom + ": " + std::strerror(errno));
  std::string text;
  while (text.find('\n') == std::string::npos && text.size() < longest_message) {
    char buffer[4096];
    const ssize_t got = recv(fd.get(), buffer, sizeof buffer, 0);
    if (got <= 0)
      throw Error(whom +
                  " did not answer: " + (got == 0 ? "it closed the connection" : std::strerror(errno)));
    text.append(buffer, static_cast<std::size_t>(got));
  }
  json answer = json::parse(text, nullptr, false);
  if (!answer.is_object()) throw Error(whom + " gave an answer that is no JSON object");
  if (answer.contains("error"))
    throw Error(whom + ": " + answer.value("error", ""), answer.value("remedy", ""));
  return answer;
}

}  // namespace

json ask_local_agent(const json& question, std::chrono::seconds limit) {
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  limit_waiting(fd, limit);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, control_socket, sizeof address.sun_path - 1);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw Error(std::string("cannot reach this server's agent: ") + std::strerror(errno),
                std::string("start it: systemctl start ") + units::agent);
  return converse(fd, question, "the agent");
}

json ask_agent(const std::string& address, int port, const json& question, std::chrono::seconds limit) {
  const std::string whom = address + " port " + std::to_string(port);
  const addrinfo hints{.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                       .ai_family = AF_UNSPEC,
                       .ai_socktype = SOCK_STREAM,
                       .ai_protocol = 0,
                       .ai_addrlen = 0,
                       .ai_addr = nullptr,
                       .ai_canonname = nullptr,
                       .ai_next = nullptr};
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found);
      error != 0)
    throw Error(whom + ": " + gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(found, freeaddrinfo);
  UniqueFd fd(socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  limit_waiting(fd, limit);
  if (connect(fd.get(), found->ai_addr, found->ai_addrlen) != 0)
    throw Error(
        "cannot reach " + whom + ": " + std::strerror(errno),
        "check the address, and that the agent runs there: systemctl status " + std::string(units::agent));
  return converse(fd, question, whom);
}

}  // namespace pnfs_ha
