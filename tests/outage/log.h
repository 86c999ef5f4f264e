// What happened, for people: the last events before a violation.
#pragma once

#include <spdlog/fmt/fmt.h>

#include <chrono>
#include <deque>
#include <string>

namespace pnfs_ha::outage {

class Log {
 public:
  void add(std::chrono::milliseconds at, const std::string& who, const std::string& what) {
    const std::string text = who + ": " + what;
    if (!events_.empty() && events_.back().text == text) {
      ++events_.back().times;
      return;
    }
    events_.push_back({at, text, 1});
    if (events_.size() > kept) events_.pop_front();
  }

  std::string last(std::size_t count) const {
    std::string text;
    for (std::size_t i = events_.size() > count ? events_.size() - count : 0; i < events_.size(); ++i) {
      const Event& e = events_[i];
      text += fmt::format("{:10.2f}  {}{}\n", std::chrono::duration<double>(e.at).count(), e.text,
                          e.times > 1 ? fmt::format(" ({} times)", e.times) : "");
    }
    return text;
  }

 private:
  static constexpr std::size_t kept = 400;
  struct Event {
    std::chrono::milliseconds at;
    std::string text;
    int times;
  };
  std::deque<Event> events_;
};

}  // namespace pnfs_ha::outage
