// A function with a stack of its own, which pauses and goes on: how the simulated processes wait for time to
// pass inside a call. One thread runs them all, one at a time, so that a seed gives the same history again.
#pragma once

#include <ucontext.h>

#include <array>
#include <cstddef>
#include <functional>
#include <memory>

namespace pnfs_ha::outage {

class Fiber {
 public:
  explicit Fiber(std::function<void()> body);  // which throws nothing
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  void resume();        // until it pauses or ends
  static void pause();  // the one that runs
  bool ended() const { return ended_; }

 private:
  static void begin(unsigned high, unsigned low);
  void switch_to_caller();

  // What the C++ runtime knows of the exceptions that a stack handles (Itanium C++ ABI, 2.2.2): it counts on
  // one stack a thread.
  struct Exceptions {
    void* caught = nullptr;
    unsigned int uncaught = 0;
  };
  static Exceptions exchange(const Exceptions& other);

  static constexpr std::size_t stack_size = std::size_t{1} << 20;

  std::function<void()> body_;
  std::unique_ptr<std::byte[]> stack_;
  ucontext_t context_{}, caller_{};
  Fiber* before_ = nullptr;
  Exceptions exceptions_;
  bool ended_ = false;
  const void* caller_stack_ = nullptr;  // for AddressSanitizer
  std::size_t caller_stack_size_ = 0;
};

}  // namespace pnfs_ha::outage
