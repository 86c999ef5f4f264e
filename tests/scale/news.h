// What happens to many clients, as it happens: a line of JSON each on stdout, with the time in seconds since 1970.
#pragma once

#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

namespace scale {

class News {
 public:
  // From any thread. more: what else belongs to it.
  void tell(const std::string& what, const std::string& client,
            nlohmann::json more = nlohmann::json::object());

 private:
  std::mutex mutex_;
};

}  // namespace scale
