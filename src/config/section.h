// A section of the configuration file, read strictly: types, bounds, and nothing that the table of keys does
// not have.
#pragma once

#include <spdlog/fmt/fmt.h>
#include <toml++/toml.h>

#include <algorithm>

#include "base/error.h"
#include "config/key.h"

namespace pnfs_ha {

// Every error is a UsageError with file and line, and says what to write instead.
class Section {
 public:
  Section(const toml::table& table, std::string file, std::string name)
      : table_(table), file_(std::move(file)), name_(std::move(name)) {}

  // Sets in `owner` every key of this section. A key of the section that `keys` does not have is an error.
  template <typename Owner>
  void read(const std::vector<Key<Owner>>& keys, Owner& owner) const {
    std::vector<std::string> known;
    for (const Key<Owner>& key : keys) {
      if (key.section != name_) continue;
      known.emplace_back(key.name);
      if (key.presence == Presence::required && !table_.contains(key.name))
        fail_at(table_, fmt::format("'{}' is missing", key.name), "add it");
      const toml::node* node = table_.get(key.name);
      const Value value = node == nullptr ? key.default_value(owner) : value_of(*node, key.name, key.type);
      try {
        key.type.check(value);
      } catch (const UsageError& error) {
        fail(key.name, error.what(), error.remedy());
      }
      key.field.set(owner, value);
    }
    for (const auto& [key, node] : table_)
      if (std::ranges::find(known, key.str()) == known.end())
        refuse_unknown(std::string(key.str()), node, known, section_of(keys, key.str()));
  }

  [[noreturn]] void fail(const std::string& key, const std::string& what, const std::string& remedy) const;

 private:
  template <typename Owner>
  static std::string section_of(const std::vector<Key<Owner>>& keys, std::string_view name) {
    const auto found = std::ranges::find(keys, name, &Key<Owner>::name);
    return found == keys.end() ? "" : found->section;
  }

  Value value_of(const toml::node& node, const std::string& key, const KeyType& type) const;
  // `elsewhere`: the section that has a key of that name, if there is one
  [[noreturn]] void refuse_unknown(const std::string& key, const toml::node& node,
                                   const std::vector<std::string>& known, const std::string& elsewhere) const;
  [[noreturn]] void fail_at(const toml::node& node, const std::string& what, const std::string& remedy) const;

  const toml::table& table_;
  std::string file_;
  std::string name_;
};

// "did you mean 'threads'? known are: allow, threads": the end of every refusal of an unknown name.
std::string suggestion(const std::string& name, std::vector<std::string> known);

}  // namespace pnfs_ha
