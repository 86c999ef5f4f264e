#include "help.h"

#include <regex>

#include "fold.h"

namespace pnfs_ha {
namespace {

constexpr std::size_t help_width = 80;

// In lines that fit; all but the first begin with `indent` spaces.
std::string folded(const std::string& text, std::size_t indent) {
  std::string result;
  for (const std::string& line : fold(text, help_width - indent))
    result += (result.empty() ? "" : "\n" + std::string(indent, ' ')) + line;
  return result;
}

}  // namespace

std::string Help::entry(const std::string& name, const std::string& text) const {
  const std::size_t indent = get_column_width();
  std::string left = "  " + name;
  if (left.size() > help_width) left = "  " + folded(std::regex_replace(name, std::regex(","), ", "), 4);
  left += left.size() < indent ? std::string(indent - left.size(), ' ') : '\n' + std::string(indent, ' ');
  return left + folded(text, indent) + '\n';
}

std::string Help::make_option(const CLI::Option* option, bool is_positional) const {
  return entry(make_option_name(option, is_positional) + make_option_opts(option), make_option_desc(option));
}

std::string Help::make_subcommand(const CLI::App* verb) const {
  return entry(verb->get_name(), verb->get_description());
}

std::string Help::make_footer(const CLI::App* app) const {
  return app->get_footer().empty() ? "" : '\n' + folded(app->get_footer(), 0) + '\n';
}

}  // namespace pnfs_ha
