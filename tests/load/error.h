// What could not be done and why.
#pragma once

#include <stdexcept>
#include <string>

namespace pnfs_load {

class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;

  // "cannot open /mnt/x: EIO (Input/output error)"; error_number is an errno.
  static Error system(const std::string& what, int error_number);
};

// The command line asks for something that cannot be meant; nothing was done.
class UsageError : public Error {
 public:
  using Error::Error;
};

// "EIO (Input/output error)"
std::string describe_errno(int error_number);

}  // namespace pnfs_load
