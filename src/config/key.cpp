#include "config/key.h"

#include <spdlog/fmt/fmt.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cctype>
#include <sstream>

#include "base/error.h"

namespace pnfs_ha {

std::string to_toml(const Value& value) {
  const auto text = [](const auto& node) {
    std::ostringstream out;
    out << toml::toml_formatter(node, toml::format_flags::none);
    return out.str();
  };
  const auto written = [&](const auto& v) {
    using T = std::decay_t<decltype(v)>;
    if constexpr (std::is_same_v<T, std::vector<std::string>>) {
      toml::array list;
      for (const std::string& element : v) list.push_back(element);
      return text(list);
    } else {
      return text(toml::value<T>(v));
    }
  };
  return std::visit(written, value);
}

KeyType word(const std::string& form, const std::string& also, const std::string& example,
             KeyType::Check more) {
  const auto check = [also, more = std::move(more)](const Value& value) {
    const auto& text = std::get<std::string>(value);
    const auto plain = [&](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || also.find(c) != std::string::npos;
    };
    if (text.empty() || text.size() > 63 || !std::ranges::all_of(text, plain))
      throw UsageError(fmt::format("must be 1 to 63 letters, digits or one of {}", also), "choose another");
    if (more) more(value);
  };
  return {.form = form, .example = example, .check = check, .words = {}};
}

KeyType number(std::int64_t least, std::int64_t most) {
  const auto check = [=](const Value& value) {
    const auto n = std::get<std::int64_t>(value);
    if (n < least || n > most)
      throw UsageError(fmt::format("is {}, not one of {}..{}", n, least, most), "change it");
  };
  return {.form = fmt::format("{}..{}", least, most), .example = most, .check = check, .words = {}};
}

KeyType yes_or_no() {
  return {.form = "true|false", .example = true, .check = [](const Value&) {}, .words = {}};
}

KeyType one_of(std::vector<std::string> words) {
  const auto check = [words](const Value& value) {
    if (std::ranges::find(words, std::get<std::string>(value)) == words.end())
      throw UsageError(fmt::format("must be \"{}\"", fmt::join(words, "\" or \"")), "change it");
  };
  const std::string form = fmt::format("{}", fmt::join(words, "|")), last = words.back();
  return {.form = form, .example = last, .check = check, .words = std::move(words)};
}

KeyType an_address() {
  return {.form = "ADDRESS",
          .example = "192.0.2.10",
          .check = [](const Value& value) { require_address(std::get<std::string>(value)); },
          .words = {}};
}

KeyType a_network() {
  return {.form = "ADDRESS/PREFIX",
          .example = "192.0.2.0/24",
          .check = [](const Value& value) { parse_network(std::get<std::string>(value)); },
          .words = {}};
}

KeyType list_of(const KeyType& element, KeyType::Check more) {
  const auto check = [one = element.check, more = std::move(more)](const Value& value) {
    for (const std::string& text : std::get<std::vector<std::string>>(value)) one(text);
    if (more) more(value);
  };
  return {.form = element.form,
          .example = std::vector{std::get<std::string>(element.example)},
          .check = check,
          .words = {}};
}

}  // namespace pnfs_ha
