// A simulated process: runs when it is due, may be killed, stopped (SIGSTOP) or caught in the kernel.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "fiber.h"

namespace pnfs_ha::outage {

using Duration = std::chrono::milliseconds;

class Process {
 public:
  // Thrown out of whatever a killed process waits in. No std::exception: nobody handles a SIGKILL.
  struct Killed {};

  enum class End { exit, failure, usage, killed, reboot };

  // clock: the world's
  Process(std::string called, const Duration& clock) : name(std::move(called)), clock_(clock) {}
  ~Process() { reap(); }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void start(std::function<void()> main);
  void kill();          // at once, unless it is in the kernel
  void reap();          // not from a process: it is gone when this returns, in the kernel or not
  bool there() const;   // also in the kernel for good
  bool is_due() const;  // at the clock's time
  std::optional<Duration> due() const;
  std::optional<End> run();  // until it waits again: how it ended, if it did

  // For the process itself.
  void sleep(Duration time);
  void wait_until(Duration moment);  // or until wake()
  void wake();

  static Process* current();  // nullptr: the world itself

  const std::string name;
  bool stopped = false;
  bool in_kernel = false;
  std::string fate;  // why it ended

 private:
  void main(const std::function<void()>& body);

  const Duration& clock_;
  std::unique_ptr<Fiber> fiber_;
  Duration due_{0};
  bool killed_ = false;
  bool waits_ = false;
  End end_ = End::exit;
};

}  // namespace pnfs_ha::outage
