// How --help looks: no line longer than a terminal is wide.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace pnfs_ha {

class Help : public CLI::Formatter {
 public:
  Help() { column_width(26); }

  std::string make_option(const CLI::Option* option, bool is_positional) const override;
  std::string make_subcommand(const CLI::App* verb) const override;
  std::string make_footer(const CLI::App* app) const override;

 private:
  std::string entry(const std::string& name, const std::string& text) const;
};

}  // namespace pnfs_ha
