#include "host.h"

#include "error.h"

namespace pnfs_ha {

std::string to_string(const Command& command) {
  std::string text;
  for (const std::string& word : command) {
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

std::string Host::must_run(const Command& command, const std::string& remedy) {
  const CommandResult result = run(command);
  if (result.exit_code == 0) return result.output;
  std::string said = result.message.empty() ? result.output : result.message;
  while (!said.empty() && said.back() == '\n') said.pop_back();
  throw Error("'" + to_string(command) + "' failed (" + std::to_string(result.exit_code) + "): " + said,
              remedy);
}

}  // namespace pnfs_ha
