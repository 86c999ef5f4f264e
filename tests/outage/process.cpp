#include "process.h"

#include <utility>

#include "base/error.h"
#include "fake/fake_host.h"

namespace pnfs_ha::outage {
namespace {

Process* running = nullptr;

}  // namespace

Process* Process::current() {
  return running;
}

void Process::start(std::function<void()> body) {
  reap();
  killed_ = waits_ = stopped = in_kernel = false;
  due_ = clock_;
  fiber_ = std::make_unique<Fiber>([this, run = std::move(body)] { main(run); });
}

void Process::main(const std::function<void()>& body) {
  try {
    fate.clear();
    if (!killed_) body();
    end_ = killed_ ? End::killed : End::exit;
  } catch (const Killed&) {
    end_ = End::killed;
  } catch (const FakeHost::Rebooted&) {
    end_ = End::reboot;
  } catch (const UsageError& error) {
    end_ = End::usage;
    fate = error.what();
  } catch (const std::exception& error) {
    end_ = End::failure;
    fate = error.what();
  }
}

void Process::kill() {
  killed_ = true;
}

void Process::reap() {
  if (!fiber_) return;
  killed_ = true;
  stopped = in_kernel = false;
  while (fiber_) run();
}

bool Process::there() const {
  return fiber_ != nullptr && (!killed_ || in_kernel);
}

std::optional<Duration> Process::due() const {
  if (!fiber_ || in_kernel) return std::nullopt;
  if (killed_) return clock_;
  if (stopped) return std::nullopt;
  return due_;
}

bool Process::is_due() const {
  const auto when = due();
  return when && *when <= clock_;
}

std::optional<Process::End> Process::run() {
  Process* before = std::exchange(running, this);
  fiber_->resume();
  running = before;
  if (!fiber_->ended()) return std::nullopt;
  fiber_.reset();
  return end_;
}

void Process::sleep(Duration time) {
  due_ = clock_ + time;
  Fiber::pause();
  if (killed_) throw Killed();
}

void Process::wait_until(Duration moment) {
  waits_ = true;
  due_ = moment;
  Fiber::pause();
  waits_ = false;
  if (killed_) throw Killed();
}

void Process::wake() {
  if (waits_) due_ = clock_;
}

}  // namespace pnfs_ha::outage
