#include "agent/service.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>
#include <memory>
#include <string>

#include "agent/agent.h"
#include "base/error.h"
#include "base/unique_fd.h"
#include "control/control.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

constexpr std::uint64_t second = 1'000'000;     // microseconds
constexpr std::uint64_t patience = 5 * second;  // with a peer that says nothing

int checked(int result, const char* what) {
  if (result < 0) throw Error(std::string("cannot ") + what + ": " + std::strerror(-result));
  return result;
}

UniqueFd checked_fd(int fd, const std::string& what) {
  if (fd < 0) throw Error("cannot " + what + ": " + std::strerror(errno));
  return UniqueFd(fd);
}

UniqueFd open_fifo() {
  if (mkfifo(Election::fifo, 0600) != 0 && errno != EEXIST)
    throw Error(std::string("cannot create ") + Election::fifo + ": " + std::strerror(errno));
  // Read-write: the FIFO never sees an end of file when keepalived restarts.
  return checked_fd(open(Election::fifo, O_RDWR | O_NONBLOCK | O_CLOEXEC),
                    std::string("open ") + Election::fifo);
}

UniqueFd listen_locally() {
  UniqueFd fd = checked_fd(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "create a socket");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, control_socket, sizeof address.sun_path - 1);
  unlink(control_socket);
  const mode_t mask = umask(0177);
  const int bound = bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  umask(mask);
  if (bound != 0 || listen(fd.get(), 8) != 0)
    throw Error(std::string("cannot listen on ") + control_socket + ": " + std::strerror(errno));
  return fd;
}

UniqueFd listen_on_network(int port) {
  UniqueFd fd =
      checked_fd(socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "create a socket");
  const int on = 1, off = 0;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);  // IPv4 as well
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(static_cast<std::uint16_t>(port));
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(fd.get(), 8) != 0)
    throw Error("cannot listen on TCP port " + std::to_string(port) + ": " + std::strerror(errno),
                "another program uses it: change cluster.port in " + std::string(ClusterConfig::path));
  return fd;
}

class Service;

// Somebody who asks: one line in, one line out.
struct Conversation {
  Service* service;
  Origin origin;
  UniqueFd fd;
  std::string text;
  sd_event_source* readable = nullptr;
  sd_event_source* deadline = nullptr;
};

class Service {
 public:
  Service(Host& host, const ClusterConfig& config)
      : agent_(host, config, tell_systemd),
        fifo_(open_fifo()),
        local_(listen_locally()),
        network_(listen_on_network(config.port)) {
    checked(sd_event_default(&loop_), "create the event loop");
    checked(sd_event_add_io(loop_, nullptr, fifo_.get(), EPOLLIN, on_fifo, this), "watch the FIFO");
    checked(sd_event_add_io(loop_, nullptr, local_.get(), EPOLLIN, on_local, this),
            "watch the control socket");
    checked(sd_event_add_io(loop_, nullptr, network_.get(), EPOLLIN, on_network, this), "watch the TCP port");
    checked(sd_event_add_time_relative(loop_, &timer_, CLOCK_MONOTONIC, 0, 0, on_timer, this), "set a timer");
    for (int signal : {SIGTERM, SIGINT})
      checked(sd_event_add_signal(loop_, nullptr, signal | SD_EVENT_SIGNAL_PROCMASK, on_signal, this),
              "catch signals");
  }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service() {
    sd_event_source_unref(timer_);
    sd_event_unref(loop_);
  }

  int run() {
    sd_notify(0, "READY=1");
    return checked(sd_event_loop(loop_), "run the event loop");
  }

 private:
  // No exception may cross sd-event's C. An agent that cannot act renews no gate, and the gate shuts itself.
  static void guarded(const std::function<void()>& act) {
    try {
      act();
    } catch (const std::exception& error) {
      spdlog::error("{}", error.what());
    }
  }

  // Alive, and for how long that holds.
  static void tell_systemd(std::chrono::seconds silence) {
    sd_notifyf(0, "WATCHDOG=1\nWATCHDOG_USEC=%llu",
               static_cast<unsigned long long>(std::chrono::microseconds(silence).count()));
  }

  static Service& self(void* data) { return *static_cast<Service*>(data); }

  static int on_timer(sd_event_source* timer, std::uint64_t, void* data) {
    guarded([&] { self(data).agent_.tick(); });
    sd_event_source_set_time_relative(
        timer, static_cast<std::uint64_t>(std::chrono::microseconds(self(data).agent_.interval()).count()));
    return sd_event_source_set_enabled(timer, SD_EVENT_ONESHOT);
  }

  static int on_fifo(sd_event_source*, int fd, std::uint32_t, void* data) {
    Service& service = self(data);
    char buffer[4096];
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got > 0) service.notifications_.append(buffer, static_cast<std::size_t>(got));
    // Only the last state counts: the ones before it are history already.
    std::optional<Vrrp> last;
    for (std::size_t end; (end = service.notifications_.find('\n')) != std::string::npos;) {
      if (const auto state = parse_notification(service.notifications_.substr(0, end))) last = state;
      service.notifications_.erase(0, end + 1);
    }
    if (last) guarded([&] { service.agent_.notified(*last); });
    return 0;
  }

  static int on_signal(sd_event_source* source, const signalfd_siginfo*, void* data) {
    sd_notify(0, "STOPPING=1");
    guarded([&] { self(data).agent_.stop(); });
    return sd_event_exit(sd_event_source_get_event(source), 0);
  }

  static int on_local(sd_event_source*, int fd, std::uint32_t, void* data) {
    return self(data).accept_from(fd, Origin::local);
  }
  static int on_network(sd_event_source*, int fd, std::uint32_t, void* data) {
    return self(data).accept_from(fd, Origin::network);
  }

  int accept_from(int listener, Origin origin) {
    UniqueFd fd(accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd) return 0;  // it went away again
    auto talk = std::make_unique<Conversation>();
    talk->service = this;
    talk->origin = origin;
    talk->fd = std::move(fd);
    checked(sd_event_add_io(loop_, &talk->readable, talk->fd.get(), EPOLLIN, on_text, talk.get()),
            "watch a connection");
    checked(sd_event_add_time_relative(loop_, &talk->deadline, CLOCK_MONOTONIC, patience, 0, on_silence,
                                       talk.get()),
            "set a timer");
    talk.release();  // NOLINT(bugprone-unused-return-value): owned by its event sources, see end()
    return 0;
  }

  static int on_text(sd_event_source*, int fd, std::uint32_t, void* data) {
    auto* talk = static_cast<Conversation*>(data);
    char buffer[4096];
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got > 0) talk->text.append(buffer, static_cast<std::size_t>(got));
    const bool complete = talk->text.find('\n') != std::string::npos;
    if (got > 0 && !complete && talk->text.size() < longest_message) return 0;
    if (complete) talk->service->reply(*talk);
    return end(talk);
  }

  static int on_silence(sd_event_source*, std::uint64_t, void* data) {
    return end(static_cast<Conversation*>(data));
  }

  void reply(const Conversation& talk) {
    const json question = json::parse(talk.text, nullptr, false);
    const json answer =
        question.is_object() ? agent_.answer(question, talk.origin) : json{{"error", "no JSON object"}};
    const std::string line = answer.dump() + "\n";
    if (send(talk.fd.get(), line.data(), line.size(), MSG_NOSIGNAL) < 0)
      spdlog::warn("cannot answer: {}", std::strerror(errno));
  }

  static int end(Conversation* talk) {
    sd_event_source_disable_unref(talk->readable);
    sd_event_source_disable_unref(talk->deadline);
    const std::unique_ptr<Conversation> owner(talk);
    return 0;
  }

  Agent agent_;
  UniqueFd fifo_;
  UniqueFd local_;
  UniqueFd network_;
  std::string notifications_;
  sd_event* loop_ = nullptr;
  sd_event_source* timer_ = nullptr;
};

}  // namespace

int run_agent_service(Host& host, const ClusterConfig& config) {
  // Before any thread or handler: sd-event wants the signals blocked.
  sigset_t signals;
  sigemptyset(&signals);
  for (int signal : {SIGTERM, SIGINT}) sigaddset(&signals, signal);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return Service(host, config).run();
}

}  // namespace pnfs_ha
