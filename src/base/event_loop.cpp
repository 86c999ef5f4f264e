#include "base/event_loop.h"

#include <spdlog/spdlog.h>
#include <systemd/sd-event.h>

#include <cstring>
#include <string>

#include "base/error.h"

namespace pnfs_ha {
namespace {

int checked(int result, const char* what) {
  if (result < 0) throw Error(std::string("cannot ") + what + ": " + std::strerror(-result));
  return result;
}

std::uint64_t microseconds(std::chrono::milliseconds time) {
  return static_cast<std::uint64_t>(std::max(std::chrono::microseconds(time).count(), std::int64_t{0}));
}

// Always 0: sd-event takes a source whose handler answers otherwise out of the loop.
int call(void* data) {
  try {
    (*static_cast<EventLoop::Handler*>(data))();
  } catch (const std::exception& error) {
    spdlog::error("{}", error.what());
  } catch (...) {
    spdlog::error("an exception of an unknown kind");
  }
  return 0;
}

int on_io(sd_event_source*, int, std::uint32_t, void* data) {
  return call(data);
}
int on_time(sd_event_source*, std::uint64_t, void* data) {
  return call(data);
}
int on_signal_info(sd_event_source*, const signalfd_siginfo*, void* data) {
  return call(data);
}

// Only when sd-event has let go of the source: a handler may end its own.
void destroy(void* data) {
  const std::unique_ptr<EventLoop::Handler> owner(static_cast<EventLoop::Handler*>(data));
}

std::int64_t priority_of(EventLoop::Urgency urgency) {
  switch (urgency) {
    case EventLoop::Urgency::high:
      return SD_EVENT_PRIORITY_IMPORTANT;
    case EventLoop::Urgency::normal:
      break;
    case EventLoop::Urgency::low:
      return SD_EVENT_PRIORITY_IDLE;
  }
  return SD_EVENT_PRIORITY_NORMAL;
}

}  // namespace

void EventSource::Forget::operator()(sd_event_source* source) const {
  sd_event_source_disable_unref(source);
}

void EventSource::pause() {
  checked(sd_event_source_set_enabled(source_.get(), SD_EVENT_OFF), "pause an event");
}
void EventSource::resume() {
  checked(sd_event_source_set_enabled(source_.get(), SD_EVENT_ON), "resume an event");
}
void EventSource::wait_for(std::uint32_t events) {
  checked(sd_event_source_set_io_events(source_.get(), events), "wait for a descriptor");
}
void EventSource::again_in(std::chrono::milliseconds moment) {
  checked(sd_event_source_set_time_relative(source_.get(), microseconds(moment)), "set a timer");
  checked(sd_event_source_set_enabled(source_.get(), SD_EVENT_ONESHOT), "set a timer");
}

EventLoop::EventLoop() {
  checked(sd_event_new(&loop_), "create the event loop");
}
EventLoop::~EventLoop() {
  sd_event_unref(loop_);
}

EventSource EventLoop::adopt(int result, sd_event_source* source, std::unique_ptr<Handler> handler,
                             Urgency urgency) {
  checked(result, "wait for an event");
  EventSource owned(source);
  checked(sd_event_source_set_destroy_callback(source, destroy), "wait for an event");
  std::ignore = handler.release();  // destroy() has it now
  checked(sd_event_source_set_priority(source, priority_of(urgency)), "wait for an event");
  return owned;
}

EventSource EventLoop::when_ready(int fd, std::uint32_t events, Urgency urgency, Handler handler) {
  auto kept = std::make_unique<Handler>(std::move(handler));
  sd_event_source* source = nullptr;
  const int result = sd_event_add_io(loop_, &source, fd, events, on_io, kept.get());
  return adopt(result, source, std::move(kept), urgency);
}

EventSource EventLoop::in(std::chrono::milliseconds moment, Urgency urgency, Handler handler) {
  auto kept = std::make_unique<Handler>(std::move(handler));
  sd_event_source* source = nullptr;
  const int result = sd_event_add_time_relative(loop_, &source, CLOCK_MONOTONIC, microseconds(moment), 0,
                                                on_time, kept.get());
  return adopt(result, source, std::move(kept), urgency);
}

EventSource EventLoop::on_signal(int signal, Handler handler) {
  auto kept = std::make_unique<Handler>(std::move(handler));
  sd_event_source* source = nullptr;
  const int result =
      sd_event_add_signal(loop_, &source, signal | SD_EVENT_SIGNAL_PROCMASK, on_signal_info, kept.get());
  return adopt(result, source, std::move(kept), Urgency::high);
}

void EventLoop::run() {
  checked(sd_event_loop(loop_), "run the event loop");
}
void EventLoop::finish() {
  checked(sd_event_exit(loop_, 0), "end the event loop");
}

std::uint64_t EventLoop::rounds() const {
  std::uint64_t rounds = 0;
  sd_event_get_iteration(loop_, &rounds);
  return rounds;
}

}  // namespace pnfs_ha
