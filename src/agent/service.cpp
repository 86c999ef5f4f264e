#include "agent/service.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include "agent/agent.h"
#include "base/error.h"
#include "base/event_loop.h"
#include "base/unique_fd.h"
#include "control/client.h"
#include "control/listener.h"
#include "control/sockets.h"

namespace pnfs_ha {
namespace {

constexpr std::array stop_signals{SIGTERM, SIGINT};
constexpr std::chrono::seconds time_to_answer(2);

UniqueFd open_fifo() {
  if (mkfifo(Election::fifo, 0600) != 0 && errno != EEXIST)
    throw errno_error(std::string("create ") + Election::fifo);
  // Read-write: the FIFO never sees an end of file when keepalived restarts.
  UniqueFd fd(open(Election::fifo, O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!fd) throw errno_error(std::string("open ") + Election::fifo);
  return fd;
}

// Alive, and for how long that holds.
void tell_systemd(std::chrono::seconds silence) {
  sd_notifyf(0, "WATCHDOG=1\nWATCHDOG_USEC=%llu",
             static_cast<unsigned long long>(std::chrono::microseconds(silence).count()));
}

HealthAnswer ask_neighbour(const ServerConfig& server, int port) {
  return health_answer_from_json(
      ask_agent(server.address, port, to_json(Question(HealthQuestion())), time_to_answer));
}

// An agent that cannot act renews no gate, and the gate shuts itself: the loop logs what is thrown.
class Service {
 public:
  Service(Host& host, const ClusterConfig& config)
      : agent_(host, config, tell_systemd,
               [port = config.port](const ServerConfig& server) { return ask_neighbour(server, port); }),
        fifo_(open_fifo()),
        listener_(
            loop_,
            [this](const nlohmann::json& question, Origin origin) { return agent_.answer(question, origin); },
            [this](const std::string& address) { return agent_.is_server(address); }) {
    using enum EventLoop::Urgency;
    fifo_readable_ = loop_.when_ready(fifo_.get(), EPOLLIN, high, [this] { hear_keepalived(); });
    timer_ = loop_.in(std::chrono::milliseconds(0), high, [this] { tick(); });
    for (std::size_t i = 0; i < stop_signals.size(); ++i)
      signals_[i] = loop_.on_signal(stop_signals[i], [this] { stop(); });
    listener_.listen(listen_locally(control_socket), Origin::local);
    listener_.listen(listen_on_network(config.port), Origin::network);
  }

  void run() {
    sd_notify(0, "READY=1");
    loop_.run();
  }

 private:
  void tick() {
    try {
      agent_.tick();
    } catch (...) {
      timer_.again_in(agent_.interval());
      throw;
    }
    timer_.again_in(agent_.interval());
  }

  void hear_keepalived() {
    char buffer[4096];
    const ssize_t got = read(fifo_.get(), buffer, sizeof buffer);
    if (got > 0) notifications_.append(buffer, static_cast<std::size_t>(got));
    if (const auto last = take_notifications(notifications_)) agent_.notified(*last);
  }

  void stop() {
    sd_notify(0, "STOPPING=1");
    loop_.finish();
    agent_.stop();
  }

  EventLoop loop_;  // outlives what waits for it
  Agent agent_;
  UniqueFd fifo_;
  Listener listener_;
  std::string notifications_;
  EventSource fifo_readable_, timer_;
  std::array<EventSource, stop_signals.size()> signals_;
};

}  // namespace

void run_agent_service(Host& host, const ClusterConfig& config) {
  // Before any thread or handler: sd-event wants the signals blocked.
  sigset_t signals;
  sigemptyset(&signals);
  for (int signal : stop_signals) sigaddset(&signals, signal);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  // A server that is short of memory must not have to read its agent from a disk to renew the gate.
  if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0)
    spdlog::warn("the agent may be swapped out: mlockall: {}", std::strerror(errno));
  Service(host, config).run();
}

}  // namespace pnfs_ha
