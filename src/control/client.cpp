#include "control/client.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "config/units.h"
#include "control/sockets.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;
using SteadyClock = std::chrono::steady_clock;

void send_all(const UniqueFd& fd, std::string text, SteadyClock::time_point end) {
  while (!text.empty()) {
    wait_for(fd.get(), POLLOUT, end);
    const ssize_t sent = send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) throw Error(std::strerror(errno));
    if (sent > 0) text.erase(0, static_cast<std::size_t>(sent));
  }
}

std::string receive_line(const UniqueFd& fd, SteadyClock::time_point end) {
  Incoming answer;
  for (Incoming::State state{}; state != Incoming::State::complete;) {
    wait_for(fd.get(), POLLIN, end);
    char buffer[4096];
    const ssize_t got = recv(fd.get(), buffer, sizeof buffer, 0);
    if (got == 0) throw Error("it closed the connection");
    if (got < 0 && errno != EAGAIN && errno != EINTR) throw Error(std::strerror(errno));
    if (got > 0) state = answer.add({buffer, static_cast<std::size_t>(got)});
    if (state == Incoming::State::too_long) throw Error("its answer is too long");
  }
  return answer.line();
}

json converse(const UniqueFd& fd, const json& question, const std::string& whom,
              SteadyClock::time_point end) {
  std::string line;
  try {
    send_all(fd, to_line(question), end);
    line = receive_line(fd, end);
  } catch (const Error& error) {
    throw Error(whom + " did not answer: " + error.what());
  }
  return parse_answer(line, whom);
}

}  // namespace

json ask_local_agent(const json& question, std::chrono::seconds limit, const std::string& path) {
  const SteadyClock::time_point end = SteadyClock::now() + limit;
  UniqueFd fd;
  try {
    fd = connect_locally(path, end);
  } catch (const Error& error) {
    throw Error(std::string("cannot reach this server's agent: ") + error.what(),
                std::string("start it: systemctl start ") + units::agent);
  }
  return converse(fd, question, "the agent", end);
}

json ask_agent(const std::string& address, int port, const json& question, std::chrono::seconds limit) {
  const SteadyClock::time_point end = SteadyClock::now() + limit;
  const std::string whom = address + " port " + std::to_string(port);
  UniqueFd fd;
  try {
    fd = connect_to(address, port, end);
  } catch (const Error& error) {
    throw Error(
        "cannot reach " + whom + ": " + error.what(),
        "check the address, and that the agent runs there: systemctl status " + std::string(units::agent));
  }
  return converse(fd, question, whom, end);
}

}  // namespace pnfs_ha
