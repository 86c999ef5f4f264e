// A table of the configuration file, read strictly: types, bounds, and nothing that nobody asked for.
#pragma once

#include <spdlog/fmt/fmt.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"

namespace pnfs_ha {

// One table of the file. Every error names file and line; a key that nobody asked for is one.
class ConfigTable {
 public:
  ConfigTable(const toml::table& table, std::string file, std::string name)
      : table_(table), file_(std::move(file)), name_(std::move(name)) {}

  template <typename T>
  T required(const std::string& key) {
    if (!table_.contains(key)) fail_at(table_, fmt::format("'{}' is missing", key), "add it");
    return optional<T>(key, T{});
  }

  template <typename T>
  T optional(const std::string& key, T otherwise) {
    known_.insert(key);
    const toml::node* node = table_.get(key);
    if (node == nullptr) return otherwise;
    auto value = node->value_exact<T>();
    if (!value) fail(key, std::string("must be ") + kind_of(T{}), "change it");
    return *value;
  }

  int number(const std::string& key, int otherwise, int least, int most) {
    const auto value = optional<std::int64_t>(key, otherwise);
    if (value < least || value > most)
      fail(key, fmt::format("is {}, not one of {}..{}", value, least, most), "change it");
    return static_cast<int>(value);
  }

  // Words of a kind that every file made from them can carry: DRBD's, keepalived's, exports(5).
  std::string word(const std::string& key, const std::string& otherwise, const std::string& also) {
    std::string value = otherwise.empty() ? required<std::string>(key) : optional(key, otherwise);
    const auto plain = [&](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || also.find(c) != std::string::npos;
    };
    if (value.empty() || value.size() > 63 || !std::ranges::all_of(value, plain))
      fail(key, fmt::format("must be 1 to 63 letters, digits or one of {}", also), "choose another");
    return value;
  }

  std::vector<std::string> strings(const std::string& key) {
    known_.insert(key);
    std::vector<std::string> values;
    if (const toml::array* array = table_[key].as_array())
      for (const toml::node& node : *array) values.push_back(node.value_or(std::string()));
    else if (table_.contains(key))
      fail(key, "must be a list of strings", "write it like [\"192.0.2.0/24\"]");
    return values;
  }

  // A check of the value of `key`; its UsageError gets file and line.
  template <typename Check>
  auto checked(const std::string& key, Check check) {
    try {
      return check();
    } catch (const UsageError& error) {
      fail(key, error.what(), error.remedy());
    }
  }

  [[noreturn]] void fail(const std::string& key, const std::string& what, const std::string& remedy) const {
    const toml::node* node = table_.get(key);
    fail_at(node != nullptr ? *node : table_, name_ + "." + key + ": " + what, remedy);
  }

  // To be called last.
  void refuse_unknown() const {
    for (const auto& [key, node] : table_)
      if (!known_.contains(std::string(key.str())))
        fail_at(node, fmt::format("unknown key '{}' in [{}]", key.str(), name_),
                fmt::format("known are: {}", fmt::join(known_, ", ")));
  }

 private:
  static const char* kind_of(const std::string&) { return "a string in quotes"; }
  static const char* kind_of(std::int64_t) { return "a whole number"; }
  static const char* kind_of(bool) { return "true or false"; }

  [[noreturn]] void fail_at(const toml::node& node, const std::string& what,
                            const std::string& remedy) const {
    throw UsageError(fmt::format("{}:{}: {}", file_, node.source().begin.line, what), remedy);
  }

  const toml::table& table_;
  std::string file_;
  std::string name_;
  std::set<std::string> known_;
};

}  // namespace pnfs_ha
