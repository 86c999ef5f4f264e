// A client that holds a layout of a file and answers its recalls as it is told.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include "backchannel.h"

using Seconds = std::chrono::duration<double>;

struct Orders {
  std::string server, path;
  nfs41::Identity identity;
  nfs41::Range range;
  nfs41::IoMode mode = nfs41::IoMode::read_write;
  nfs41::Answer answer;
  unsigned times = 0;                   // that it gives this answer; then it answers 0. 0: always
  std::optional<Seconds> return_after;  // the first recall; never, if nothing
  bool return_unasked = false;          // as soon as it has the layout
  Seconds read_late{0};                 // the reply to LAYOUTGET
  std::optional<Seconds> renew_every;   // never, if nothing
  bool fetch_device = false;            // it renews by GETDEVICEINFO
};

// Writes what happens to stdout, a line of JSON each, with the time in seconds since 1970.
class Holder {
 public:
  explicit Holder(const Orders& orders);
  // Gets the layout, then holds it until the server hangs up, which throws std::runtime_error; it goes on
  // after it has returned the layout. Throws nfs41::Failed for a refusal.
  void hold();

 private:
  nfs41::Answer answer(const nfs41::Recall& recall);
  nfs41::Answer choose(const nfs41::Recall& recall);
  void get_layout();
  void return_layout();

  Orders orders_;
  nfs41::Layout layout_;
  std::mutex mutex_;
  std::condition_variable recalled_;
  std::optional<nfs41::CallId> asked_;  // a LAYOUTGET whose reply it has not looked at
  std::optional<std::chrono::steady_clock::time_point> first_recall_;
  unsigned recalls_ = 0;
  bool returned_ = false;
  nfs41::Client client_;
};
