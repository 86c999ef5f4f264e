#include "host/commands.h"

#include <sstream>

#include "base/error.h"

namespace pnfs_ha {
namespace {

// Some programs explain themselves at length; the journal has room for the head of it.
std::string first_lines(const std::string& text, int count) {
  std::istringstream lines(text);
  std::string all;
  for (std::string line; count > 0 && std::getline(lines, line); --count)
    all += (all.empty() ? "" : "; ") + line;
  return all;
}

}  // namespace

std::string to_string(const Command& command) {
  std::string text;
  for (const std::string& word : command) {
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

std::string Commands::must_run(const Command& command, const std::string& remedy) {
  const CommandResult result = run(command);
  if (result.exit_code == 0) return result.output;
  const std::string said = first_lines(result.message.empty() ? result.output : result.message, 3);
  throw Error("'" + to_string(command) + "' failed (" + std::to_string(result.exit_code) + "): " + said,
              remedy);
}

}  // namespace pnfs_ha
