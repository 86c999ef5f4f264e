#include "news.h"

#include <chrono>
#include <cstdio>

namespace scale {

void News::tell(const std::string& what, const std::string& client, nlohmann::json more) {
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  more["time"] = now.count();
  more["what"] = what;
  more["client"] = client;
  const std::string line = more.dump() + "\n";
  const std::scoped_lock lock(mutex_);
  std::fputs(line.c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace scale
