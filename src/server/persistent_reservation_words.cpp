// Keys, types and names of persistent reservations, as text.
#include <spdlog/fmt/fmt.h>

#include "base/names.h"
#include "base/number.h"
#include "server/persistent_reservation.h"

namespace pnfs_ha::pr {
namespace {

constexpr auto type_names = names<Type>({
    {Type::write_exclusive, "Write Exclusive"},
    {Type::exclusive_access, "Exclusive Access"},
    {Type::write_exclusive_registrants_only, "Write Exclusive - Registrants Only"},
    {Type::exclusive_access_registrants_only, "Exclusive Access - Registrants Only"},
    {Type::write_exclusive_all_registrants, "Write Exclusive - All Registrants"},
    {Type::exclusive_access_all_registrants, "Exclusive Access - All Registrants"},
});
constexpr std::string_view other_type = "type ";

}  // namespace

std::string in_lower_case(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return name;
}

std::string to_string(Key key) {
  return fmt::format("0x{:016x}", key);
}

std::optional<Key> parse_key(std::string_view text) {
  if (text.starts_with("0x")) text.remove_prefix(2);
  return whole_number<Key>(text, 16);
}

std::string to_string(Type type) {
  const std::string name = type_names.of(type);
  return name != "?" ? name : fmt::format("{}{}", other_type, static_cast<int>(type));
}

std::optional<Type> parse_type(std::string_view text) {
  if (!text.starts_with(other_type)) return type_names.find(text);
  const auto number = whole_number<std::uint8_t>(text.substr(other_type.size()));
  return number ? std::optional(static_cast<Type>(*number)) : std::nullopt;
}

}  // namespace pnfs_ha::pr
