#include "config/section.h"

#include <algorithm>

#include "base/nearest.h"

namespace pnfs_ha {
namespace {

const char* kind_of(const std::string&) {
  return "a string in quotes";
}
const char* kind_of(std::int64_t) {
  return "a whole number";
}
const char* kind_of(bool) {
  return "true or false";
}

}  // namespace

std::string suggestion(const std::string& name, std::vector<std::string> known) {
  std::ranges::sort(known);
  const std::string meant = nearest(name, known);
  return fmt::format("{}known are: {}", meant.empty() ? "" : "did you mean '" + meant + "'? ",
                     fmt::join(known, ", "));
}

Value Section::value_of(const toml::node& node, const std::string& key, const KeyType& type) const {
  if (std::holds_alternative<std::vector<std::string>>(type.example)) {
    const toml::array* array = node.as_array();
    if (array == nullptr)
      fail(key, "must be a list of strings",
           fmt::format("write it like [\"{}\"]", std::get<std::vector<std::string>>(type.example).front()));
    std::vector<std::string> values;
    for (const toml::node& element : *array) values.push_back(element.value_or(std::string()));
    return values;
  }
  const auto read = [&](const auto& like) -> Value {
    using T = std::decay_t<decltype(like)>;
    if constexpr (std::is_same_v<T, std::vector<std::string>>) {
      return {};  // above
    } else {
      const auto value = node.value_exact<T>();
      if (!value) fail(key, std::string("must be ") + kind_of(like), "change it");
      return *value;
    }
  };
  return std::visit(read, type.example);
}

void Section::fail(const std::string& key, const std::string& what, const std::string& remedy) const {
  const toml::node* node = table_.get(key);
  fail_at(node != nullptr ? *node : table_, name_ + "." + key + ": " + what, remedy);
}

void Section::refuse_unknown(const std::string& key, const toml::node& node,
                             const std::vector<std::string>& known, const std::string& elsewhere) const {
  fail_at(node, fmt::format("unknown key '{}' in [{}]", key, name_),
          elsewhere.empty() ? suggestion(key, known) : fmt::format("it belongs in [{}]", elsewhere));
}

void Section::fail_at(const toml::node& node, const std::string& what, const std::string& remedy) const {
  throw UsageError(fmt::format("{}:{}: {}", file_, node.source().begin.line, what), remedy);
}

}  // namespace pnfs_ha
