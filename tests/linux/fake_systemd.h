#pragma once

#include <systemd/sd-bus.h>

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "temporary.h"

namespace pnfs_ha {

// A message bus of the test's own, in place of the system's, and on it what the product uses of
// org.freedesktop.systemd1: jobs for units, and what state these are in.
class FakeSystemd {
 public:
  FakeSystemd();
  FakeSystemd(const FakeSystemd&) = delete;
  FakeSystemd& operator=(const FakeSystemd&) = delete;
  ~FakeSystemd();

  void set_state(const std::string& unit, const std::string& state);
  std::vector<std::string> jobs();  // "StartUnit x.service", in order

  // What becomes of the next jobs: "done", "failed"; empty: they go on.
  void let_jobs_end_with(const std::string& result);
  // It reads questions, and answers none.
  void fall_silent(bool silent) { silent_ = silent; }
  // The bus and systemd are gone, and come again.
  void restart();

 private:
  void start();
  void stop();
  void answer(const std::stop_token& stop);
  static int on_job(sd_bus_message*, void*, sd_bus_error*);
  static int on_state(sd_bus_message*, void*, sd_bus_error*);

  TemporaryDirectory directory_;
  int daemon_ = 0;
  std::atomic<bool> silent_ = false;
  std::mutex mutex_;
  std::map<std::string, std::string> states_;
  std::vector<std::string> jobs_;
  std::string result_ = "done";
  std::jthread thread_;
};

}  // namespace pnfs_ha
