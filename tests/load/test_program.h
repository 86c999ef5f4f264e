// For the scenarios: a directory of their own, and the program itself as a child.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "clock.h"
#include "text_file.h"

namespace pnfs_load {

// Started at once; killed by the destructor if it still runs. Its output goes to a file.
class Program {
 public:
  Program(const std::vector<std::string>& arguments, Path output);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  void signal(int number) const;
  int wait();  // its exit code; 128 + signal if one ended it
  std::string output() const;
  // False if the text has not come within ten seconds.
  bool says(const std::string& text) const;

 private:
  Path output_;
  int process_ = -1;
};

class WithDirectory : public ::testing::Test {
 protected:
  void SetUp() override;  // skips where there is no O_DIRECT
  void TearDown() override;

  // Runs the program to its end.
  struct Result {
    int exit_code = -1;
    std::string output;
  };
  Result pnfs_load(const std::vector<std::string>& arguments) const;
  nlohmann::json report() const { return nlohmann::json::parse(read_text(home / "report")); }

  // Overwrites a part of the only prepared file behind the program's back.
  void overwrite(std::uint64_t first_block, const std::string& content) const;

  Path home;  // reports, journals, output
  Path data;  // what the program works on
};

}  // namespace pnfs_load
