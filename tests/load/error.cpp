#include "error.h"

#include <cstring>
#include <system_error>

namespace pnfs_load {

Error Error::system(const std::string& what, int error_number) {
  return Error(what + ": " + describe_errno(error_number));
}

std::string describe_errno(int error_number) {
  const char* name = strerrorname_np(error_number);
  return std::string(name != nullptr ? name : "errno " + std::to_string(error_number)) + " (" +
         std::generic_category().message(error_number) + ")";
}

}  // namespace pnfs_load
