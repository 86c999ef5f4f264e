// pnfs-ha manual: pnfs-ha(8), made at build time from pnfs-ha.8.in (the prose that belongs to no verb), the
// verbs as --help tells of them, and the table of configuration keys.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <regex>
#include <sstream>

#include "base/error.h"
#include "config/cluster_keys.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

// Text as roff has it.
std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text)
    if (c == '\\')
      result += "\\e";
    else if (c == '-')
      result += "\\-";
    else if (c == '|')
      result += "|\\:";  // a line may break there
    else
      result += c;
  result = std::regex_replace(result, std::regex("…"), "...");
  return result.starts_with('.') || result.starts_with('\'') ? "\\&" + result : result;
}

// The same, with options and manual pages in bold, and file names in italics.
std::string marked_up(const std::string& text) {
  static const std::regex marks(
      R"((--[a-z][a-z-]*|`[^`]+`|[a-z][a-z_.-]+(?=\([1-8]\)))|(/(?:etc|usr|dev|var|run)/[^ ,;()]*[^ ,;().]))");
  std::string result;
  auto rest = text.cbegin();
  for (std::sregex_iterator m(text.begin(), text.end(), marks), end; m != end; ++m) {
    result += escaped({rest, (*m)[0].first});
    const std::string word = std::regex_replace(m->str(), std::regex("`"), "");
    result += ((*m)[1].matched ? "\\fB" : "\\fI") + escaped(word) + "\\fR";
    rest = (*m)[0].second;
  }
  return result + escaped({rest, text.cend()});
}

// "the name: letters" as a sentence of its own.
std::string sentence(std::string text) {
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return marked_up(text) + (text.ends_with('?') ? "" : ".");
}

void paragraphs(std::ostream& out, const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) out << ".IP\n" << marked_up(line) << '\n';
}

// What stands for an option's value: PID, on|off; empty for a flag.
std::string placeholder(const CLI::Option& option) {
  if (option.get_type_size() == 0) return {};
  std::string type = option.get_type_name();
  std::smatch words;
  if (std::regex_search(type, words, std::regex(R"(\{(.*)\})")))
    return std::regex_replace(words[1].str(), std::regex(","), "|");
  return type.substr(0, type.find(':'));
}

std::vector<const CLI::Option*> options_of(const CLI::App& verb) {
  return verb.get_options(
      [](const CLI::Option* o) { return o->get_name() != "--help" && !o->get_group().empty(); });
}

std::string in_synopsis(const CLI::Option& option) {
  std::string value = placeholder(option);
  if (option.get_positional()) {
    if (value.find('|') == std::string::npos) {
      value = option.get_name(true);
      std::ranges::transform(value, value.begin(), [](unsigned char c) { return std::toupper(c); });
    }
    return "\\fI" + escaped(value) + "\\fR";
  }
  return "\\fB" + escaped(option.get_name()) + "\\fR" +
         (value.empty() ? "" : " \\fI" + escaped(value) + "\\fR");
}

void synopsis(std::ostream& out, const CLI::App& verb, const std::string& name) {
  if (const auto below = verb.get_subcommands({}); !below.empty()) {
    for (const CLI::App* sub : below) synopsis(out, *sub, name + " " + sub->get_name());
    return;
  }
  out << "\\fB" << escaped(name) << "\\fR";
  for (const CLI::Option* option : options_of(verb))
    out << ' ' << (option->get_required() ? in_synopsis(*option) : "[" + in_synopsis(*option) + "]");
  out << "\n.br\n";
}

void command(std::ostream& out, const CLI::App& verb, const std::string& name) {
  out << ".TP\n.B " << escaped(name) << '\n' << sentence(verb.get_description()) << '\n';
  paragraphs(out, verb.get_footer());
  const auto options = options_of(verb);
  if (!options.empty()) out << ".RS\n";
  for (const CLI::Option* option : options)
    out << ".TP\n" << in_synopsis(*option) << '\n' << sentence(option->get_description()) << '\n';
  if (!options.empty()) out << ".RE\n";
  for (const CLI::App* sub : verb.get_subcommands({})) command(out, *sub, name + " " + sub->get_name());
}

template <typename Owner>
void key(std::ostream& out, const Key<Owner>& key) {
  const Value usual = key.field.get(Owner());
  out << ".TP\n\\fB" << escaped(key.name) << "\\fR = \\fI" << escaped(key.type.form) << "\\fR\n"
      << sentence(key.sentence);
  const bool has_default = !key.otherwise && key.presence != Presence::required;
  const bool is_list = std::holds_alternative<std::vector<std::string>>(usual);
  if (key.presence == Presence::required) out << " Required.";
  if (is_list) out << " A list: [\"...\", ...].";
  if (has_default && !is_list) out << " Default: " << escaped(to_toml(usual)) << '.';
  out << '\n';
}

void configuration(std::ostream& out) {
  std::string last;
  for (const Key<ClusterConfig>& k : cluster_keys()) {
    if (k.section != last) out << ".SS [" << k.section << "]\n";
    last = k.section;
    key(out, k);
  }
  out << ".SS [[server]], one for each\n";
  for (const Key<ServerConfig>& k : server_keys()) key(out, k);
}

std::string made_of(const CLI::App& program, const std::string& part) {
  std::ostringstream out;
  for (const CLI::App* verb : program.get_subcommands({})) {
    if (verb->get_group().empty()) continue;
    if (part == "SYNOPSIS") synopsis(out, *verb, "pnfs-ha " + verb->get_name());
    if (part == "COMMANDS") command(out, *verb, verb->get_name());
  }
  if (part == "CONFIGURATION") configuration(out);
  if (part == "VERSION") out << PNFS_HA_VERSION;
  if (out.str().empty()) throw Error("the manual's template asks for @" + part + "@, which is nothing");
  return out.str();
}

// Every @PART@ of the template, replaced.
void write_manual(const CLI::App& program, const std::string& name) {
  std::ifstream file(name);
  if (!file) throw UsageError("cannot read " + name, "it is cmd/pnfs-ha.8.in in the sources");
  static const std::regex part("@([A-Z]+)@");
  for (std::string line; std::getline(file, line);) {
    std::smatch found;
    while (std::regex_search(line, found, part))
      line = found.prefix().str() + made_of(program, found[1]) + found.suffix().str();
    std::cout << line << '\n';
  }
}

}  // namespace

void add_manual(CLI::App& app, int&) {
  auto file = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("manual", "print the manual page made of a template");
  verb->add_option("template", *file, "pnfs-ha.8.in")->required();
  verb->callback([file, &app] { write_manual(app, *file); });
}

}  // namespace pnfs_ha
