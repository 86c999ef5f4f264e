#pragma once

#include <string>
#include <vector>

#include "host/part.h"

namespace pnfs_ha {

// A program and its arguments; never a shell string.
using Command = std::vector<std::string>;

std::string to_string(const Command& command);

struct CommandResult {
  int exit_code = 0;    // 128 + signal if a signal ended it
  std::string output;   // stdout
  std::string message;  // stderr, or why the program could not be started
};

class Commands : public Part {
 public:
  virtual CommandResult run(const Command& command) = 0;

  // For commands that must succeed: the error carries the command and what it said.
  std::string must_run(const Command& command, const std::string& remedy = {});
};

}  // namespace pnfs_ha
