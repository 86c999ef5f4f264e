// The agent's side of the wire: takes questions, gives answers. Anybody who reaches the TCP port may talk,
// and nobody can keep others from it: conversations are few and short, and the administrator on the server
// itself and each other server of the cluster have some of their own.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <nlohmann/json.hpp>
#include <string>

#include "base/event_loop.h"
#include "base/unique_fd.h"
#include "control/message.h"
#include "control/origin.h"

namespace pnfs_ha {

struct ListenerLimits {
  // Conversations at the same time. One too many: the oldest of the same kind ends, of strangers the oldest
  // of the address that has most.
  std::size_t strangers = 16;
  std::size_t local = 16;
  std::size_t each_peer = 4;
  // For the whole question, from the connection on; and once more to take the whole answer.
  std::chrono::milliseconds time{5'000};
  // Without a free descriptor, until it looks for one again.
  std::chrono::milliseconds breath{1'000};
};

class Listener {
 public:
  using Answer = std::function<nlohmann::json(const nlohmann::json& question, Origin origin)>;
  using IsPeer = std::function<bool(const std::string& address)>;

  // answer: what it throws, the asker is told. is_peer: whether that is the address of a server of the
  // cluster. The loop must outlive the listener.
  Listener(EventLoop& loop, Answer answer, IsPeer is_peer, ListenerLimits limits = {});

  void listen(UniqueFd socket, Origin origin);

  std::size_t conversations() const { return conversations_.size(); }

 private:
  enum class Kind { local, peer, stranger };
  struct Caller {
    Origin origin = Origin::network;
    Kind kind = Kind::stranger;
    std::string address;  // numeric; empty if local
  };
  struct Conversation {
    Caller caller;
    UniqueFd fd;
    Incoming question;
    std::string answer;  // what is left of it
    EventSource ready;
    EventSource deadline;
  };
  using Conversations = std::list<Conversation>;  // oldest first
  struct Door {
    UniqueFd fd;
    Origin origin;
    EventSource caller;
    EventSource breath;
  };

  void open(Door& door);
  bool give_up_a_stranger();
  void rest(Door& door);
  void begin(Caller caller, UniqueFd fd);
  void make_room_for(const Caller& caller);
  void go_on(Conversations::iterator talk);
  bool hear(Conversation& talk);
  bool say(Conversation& talk);
  std::string answer_to(const Conversation& talk) const;

  EventLoop& loop_;
  Answer answer_;
  IsPeer is_peer_;
  ListenerLimits limits_;
  std::list<Door> doors_;
  Conversations conversations_;
};

}  // namespace pnfs_ha
