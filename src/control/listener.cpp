#include "control/listener.h"

#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <utility>

#include "base/error.h"
#include "control/sockets.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

// Taken at once; the event loop has more to do than to listen.
constexpr int callers_at_once = 64;

bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

bool would_wait(int error) {
  return error == EAGAIN || error == EWOULDBLOCK;
}

}  // namespace

Listener::Listener(EventLoop& loop, Answer answer, IsPeer is_peer, ListenerLimits limits)
    : loop_(loop), answer_(std::move(answer)), is_peer_(std::move(is_peer)), limits_(limits) {}

void Listener::listen(UniqueFd socket, Origin origin) {
  const auto urgency = origin == Origin::local ? EventLoop::Urgency::normal : EventLoop::Urgency::low;
  Door& door = doors_.emplace_back(Door{std::move(socket), origin, {}, {}});
  // Now: without a descriptor to spare there is no new timer either.
  door.breath = loop_.in(limits_.breath, EventLoop::Urgency::normal, [&door] { door.caller.resume(); });
  door.caller = loop_.when_ready(door.fd.get(), EPOLLIN, urgency, [this, &door] { open(door); });
}

void Listener::open(Door& door) {
  for (int i = 0; i < callers_at_once; ++i) {
    sockaddr_storage from{};
    socklen_t length = sizeof from;
    UniqueFd fd(
        accept4(door.fd.get(), reinterpret_cast<sockaddr*>(&from), &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd) {
      const std::string address = numeric_address(from);
      const Kind kind = door.origin == Origin::local ? Kind::local
                        : is_peer_(address)          ? Kind::peer
                                                     : Kind::stranger;
      begin({kind == Kind::peer ? Origin::peer : door.origin, kind, address}, std::move(fd));
    } else if (would_wait(errno)) {
      return;
    } else if (is_shortage(errno) && !give_up_a_stranger()) {
      return rest(door);
    }  // anything else: that caller went away again (accept(2))
  }
}

// Strangers are the first to give their descriptors back.
bool Listener::give_up_a_stranger() {
  const auto stranger = std::ranges::find_if(
      conversations_, [](const Conversation& talk) { return talk.caller.kind == Kind::stranger; });
  if (stranger == conversations_.end()) return false;
  conversations_.erase(stranger);
  return true;
}

// Whoever waits at the door keeps the descriptor readable: to look again at once would be to spin.
void Listener::rest(Door& door) {
  spdlog::warn("cannot take a call: {}", std::strerror(errno));
  door.caller.pause();
  door.breath.again_in(limits_.breath);
}

void Listener::begin(Caller caller, UniqueFd fd) {
  make_room_for(caller);
  const auto urgency = caller.kind == Kind::stranger ? EventLoop::Urgency::low : EventLoop::Urgency::normal;
  conversations_.push_back({std::move(caller), std::move(fd), {}, {}, {}, {}});
  const auto talk = std::prev(conversations_.end());
  try {
    talk->ready = loop_.when_ready(talk->fd.get(), EPOLLIN, urgency, [this, talk] { go_on(talk); });
    talk->deadline = loop_.in(limits_.time, urgency, [this, talk] { conversations_.erase(talk); });
  } catch (...) {
    conversations_.erase(talk);
    throw;
  }
}

void Listener::make_room_for(const Caller& caller) {
  const auto same_kind = [&](const Conversation& talk) {
    return talk.caller.kind == caller.kind &&
           (caller.kind != Kind::peer || talk.caller.address == caller.address);
  };
  const std::size_t most = caller.kind == Kind::stranger ? limits_.strangers
                           : caller.kind == Kind::peer   ? limits_.each_peer
                                                         : limits_.local;
  std::map<std::string, std::size_t> of_address;
  for (const Conversation& talk : conversations_)
    if (same_kind(talk)) ++of_address[talk.caller.address];
  std::size_t all = 0, busiest = 0;
  for (const auto& [address, count] : of_address) {
    all += count;
    busiest = std::max(busiest, count);
  }
  if (all < most) return;
  const auto oldest = std::ranges::find_if(conversations_, [&](const Conversation& talk) {
    return same_kind(talk) && of_address[talk.caller.address] == busiest;
  });
  conversations_.erase(oldest);
}

void Listener::go_on(Conversations::iterator talk) {
  bool goes_on = false;
  try {
    goes_on = talk->answer.empty() ? hear(*talk) : say(*talk);
  } catch (const std::exception& error) {
    spdlog::warn("a conversation with {}: {}", talk->caller.address, error.what());
  }
  if (!goes_on) conversations_.erase(talk);
}

// Whether the conversation goes on.
bool Listener::hear(Conversation& talk) {
  for (;;) {
    char buffer[4096];
    const ssize_t got = recv(talk.fd.get(), buffer, sizeof buffer, 0);
    if (got < 0 && (would_wait(errno) || errno == EINTR)) return true;
    if (got <= 0) return false;
    if (talk.question.add({buffer, static_cast<std::size_t>(got)}) != Incoming::State::incomplete) break;
  }
  talk.answer = answer_to(talk);
  talk.deadline.again_in(limits_.time);
  talk.ready.wait_for(EPOLLOUT);
  return say(talk);
}

bool Listener::say(Conversation& talk) {
  while (!talk.answer.empty()) {
    const ssize_t sent = send(talk.fd.get(), talk.answer.data(), talk.answer.size(), MSG_NOSIGNAL);
    if (sent < 0 && (would_wait(errno) || errno == EINTR)) return true;
    if (sent < 0) {
      spdlog::warn("cannot answer {}: {}", talk.caller.address, std::strerror(errno));
      return false;
    }
    talk.answer.erase(0, static_cast<std::size_t>(sent));
  }
  return false;
}

std::string Listener::answer_to(const Conversation& talk) const {
  try {
    if (talk.question.state() == Incoming::State::too_long)
      throw Error("the question is longer than " + std::to_string(longest_message) + " bytes");
    const auto question = parse_message(talk.question.line());
    if (!question) throw Error("the question is no JSON object");
    return to_line(answer_(*question, talk.caller.origin));
  } catch (const Error& error) {
    return to_line(refusal(error));
  } catch (const std::exception& error) {
    return to_line(refusal(Error(error.what())));
  }
}

}  // namespace pnfs_ha
