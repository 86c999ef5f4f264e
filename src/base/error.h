// An operation that failed: what could not be done and why, and what the administrator can do about it.
#pragma once

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

namespace pnfs_ha {

class Error : public std::runtime_error {
 public:
  // what: "cannot mount /dev/sda at /srv/pnfs: Device or resource busy"
  // remedy: an imperative sentence; empty if the reason already says it
  explicit Error(const std::string& what, std::string remedy = {})
      : std::runtime_error(what), remedy_(std::move(remedy)) {}

  const std::string& remedy() const { return remedy_; }

 private:
  std::string remedy_;
};

// A system call that failed just now, "open /dev/sda": the reason is errno's.
inline Error errno_error(const std::string& what, std::string remedy = {}) {
  return Error("cannot " + what + ": " + std::strerror(errno), std::move(remedy));
}

// A call that the kernel has not given back in time, and may carry out at any later moment. No Error, so that
// nobody who handles what failed takes it for that: it must be neither repeated nor undone, and what comes
// after it must not be done either. Only the agent catches it.
class Stuck : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;  // what does not end, and for how long: "umount /srv does not end:
                                            // 120 s"
};

// The command line or a configuration file is wrong; nothing was changed.
class UsageError : public Error {
 public:
  using Error::Error;
};

}  // namespace pnfs_ha
