// The names of an enumeration's values: one table, read in both directions. What programs compare goes by
// such a name; it never changes, whatever sentence people read for it.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace pnfs_ha {

template <typename Value>
struct Named {
  Value value{};
  const char* name = "";
};

template <typename Value, std::size_t count>
class Names {
 public:
  constexpr explicit Names(const std::array<Named<Value>, count>& table) : table_(table) {}

  // "?" for a value without a name.
  constexpr const char* of(Value value) const {
    for (const Named<Value>& named : table_)
      if (named.value == value) return named.name;
    return "?";
  }

  constexpr std::optional<Value> find(std::string_view name) const {
    for (const Named<Value>& named : table_)
      if (named.name == name) return named.value;
    return std::nullopt;
  }

  constexpr auto begin() const { return table_.begin(); }
  constexpr auto end() const { return table_.end(); }

 private:
  std::array<Named<Value>, count> table_;
};

// names<Role>({{Role::joining, "joining"}, …}). Does not compile if a value or a name stands there twice.
template <typename Value, std::size_t count>
consteval Names<Value, count> names(const Named<Value> (&table)[count]) {
  const auto all = std::to_array(table);
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (all[i].value == all[j].value || std::string_view(all[i].name) == all[j].name)
        throw "a value or a name stands there twice";
  return Names<Value, count>(all);
}

}  // namespace pnfs_ha
