// Options of a verb that are keys of the configuration.
#pragma once

#include <CLI/CLI.hpp>
#include <list>

#include "base/error.h"
#include "config/key.h"

namespace pnfs_ha {

// What a key's option says of itself.
template <typename Owner>
std::string help_of(const Key<Owner>& key) {
  const Value usual = key.field.get(Owner());
  const bool is_number = std::holds_alternative<std::int64_t>(usual);
  return key.sentence + (is_number ? " (default " + to_toml(usual) + ")" : std::string());
}

template <typename Owner>
class KeyOptions {
 public:
  // One option for each key that has one. This object must outlive the verb.
  void add_to(CLI::App& verb, const std::vector<Key<Owner>>& keys) {
    for (const Key<Owner>& key : keys)
      if (key.option != nullptr) add(verb, key);
  }

  // Sets what was given. Only what the field cannot take is refused here; see parse_cluster_config() for the rest.
  void apply(Owner& owner) const {
    for (const Given& given : given_) {
      if (given.option->empty()) continue;
      try {
        given.key->field.set(owner, given.value);
      } catch (const UsageError& error) {
        throw UsageError(given.option->get_name() + ": " + error.what(), error.remedy());
      }
    }
  }

 private:
  struct Given {
    const Key<Owner>* key;
    Value value;
    CLI::Option* option = nullptr;
  };

  void add(CLI::App& verb, const Key<Owner>& key) {
    Given& given = given_.emplace_back(Given{&key, key.field.get(Owner())});
    const std::string name = std::string("--") + key.option;
    const auto bind = [&](auto& value) -> CLI::Option* {
      if constexpr (std::is_same_v<std::decay_t<decltype(value)>, bool>)
        return verb.add_flag(name, value, help_of(key));
      else
        return verb.add_option(name, value, help_of(key))->type_name(key.type.form);
    };
    given.option = std::visit(bind, given.value);
    given.option->required(key.presence == Presence::required);
    if (!key.type.words.empty()) given.option->check(CLI::IsMember(key.type.words));
    if (std::holds_alternative<std::int64_t>(given.value))
      given.option->check(CLI::Validator(
          [&key](std::string& text) {
            try {
              key.type.check(Value(std::int64_t{std::stoll(text)}));
            } catch (const UsageError& error) {
              return std::string(error.what());
            } catch (const std::logic_error&) {
              return std::string("is no number");
            }
            return std::string();
          },
          ""));
  }

  std::list<Given> given_;  // options point into it
};

}  // namespace pnfs_ha
