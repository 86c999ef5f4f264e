// For the scenarios of the exerciser: its command line, and a kernel that gets something wrong.
#pragma once

#include <cstdlib>
#include <thread>

#include "test_program.h"

namespace pnfs_load {

using Arguments = std::vector<std::string>;

class Exercise : public WithDirectory {
 protected:
  Path work() const { return home / "work"; }
  Arguments arguments(const Arguments& more) const {
    Arguments all{"exercise", work(), "--report", home / "report", "--size-kib", "256", "--reduce-for", "20"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  Result exercise(const Arguments& more) const { return pnfs_load(arguments(more)); }
  Arguments shared(int client, const Arguments& more) const {
    const std::string number = std::to_string(client);
    Arguments all{"exercise", work(), "--seed",    "9",           "--files",  "3",
                  "--client", number, "--journal", home / number, "--report", home / ("report" + number)};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  static bool grows_to(const Path& file, std::uintmax_t size) {
    const Instant limit = Clock::now() + std::chrono::seconds(20);
    while (Clock::now() < limit) {
      if (std::filesystem::exists(file) && std::filesystem::file_size(file) >= size) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  std::vector<Path> files(const std::string& prefix) const {
    std::vector<Path> found;
    for (const auto& entry : std::filesystem::directory_iterator(work())) {
      if (entry.path().filename().string().starts_with(prefix)) found.push_back(entry.path());
    }
    return found;
  }
};

// A kernel that gets one thing wrong, see faulty_calls.cpp.
class Fault {
 public:
  explicit Fault(const char* name) {
    ::setenv("PNFS_LOAD_FAULT", name, 1);
    ::setenv("LD_PRELOAD", FAULTY_CALLS, 1);
    ::setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 0);  // it wants to be loaded first itself
  }
  Fault(const Fault&) = delete;
  Fault& operator=(const Fault&) = delete;
  ~Fault() {
    ::unsetenv("LD_PRELOAD");
    ::unsetenv("PNFS_LOAD_FAULT");
  }
};

}  // namespace pnfs_load
