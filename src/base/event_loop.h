// What wakes a program up: descriptors, time and signals. A thin coat over sd-event, with one promise of its
// own: no exception gets into sd-event's C. What a handler throws is logged, and the loop goes on.
#pragma once

#include <sys/epoll.h>

#include <chrono>
#include <functional>
#include <memory>

struct sd_event;
struct sd_event_source;

namespace pnfs_ha {

// Something to wait for. It ends with its object, also in the middle of its own handler, which may destroy it.
class EventSource {
 public:
  EventSource() = default;
  explicit EventSource(sd_event_source* source) : source_(source) {}

  void pause();
  void resume();
  void wait_for(std::uint32_t events);              // of a descriptor: EPOLLIN, EPOLLOUT
  void again_in(std::chrono::milliseconds moment);  // of a timer: once more, from now

 private:
  struct Forget {
    void operator()(sd_event_source* source) const;
  };
  std::unique_ptr<sd_event_source, Forget> source_;
};

class EventLoop {
 public:
  using Handler = std::function<void()>;

  // Of several that are due at the same time, the more urgent ones come first, however many others there are.
  enum class Urgency { high, normal, low };

  EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  // Throw Error. A descriptor must outlive its source.
  EventSource when_ready(int fd, std::uint32_t events, Urgency urgency, Handler handler);
  EventSource in(std::chrono::milliseconds moment, Urgency urgency, Handler handler);  // once
  EventSource on_signal(int signal, Handler handler);  // blocked from now on; other threads must block it too

  void run();  // until somebody says finish()
  void finish();

  std::uint64_t rounds() const;  // that the loop has made: one that spins makes many

 private:
  EventSource adopt(int result, sd_event_source* source, std::unique_ptr<Handler> handler, Urgency urgency);

  sd_event* loop_ = nullptr;
};

}  // namespace pnfs_ha
