// JSON of others and for others: text is written whatever bytes it has, and what is read has the type that
// was asked for, or counts as absent.
#pragma once

#include <concepts>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace pnfs_ha {

// The document as text. JSON is UTF-8, and names of files and initiators may be any bytes: what is no UTF-8
// becomes \xNN, a byte each, so that two names stay two. indent: -1: on one line.
std::string to_text(const nlohmann::json& document, int indent = -1);

// "\xE9t\xE9" for a name in Latin-1; what is UTF-8 stays as it is.
std::string as_utf8(std::string_view bytes);

// Null unless the text is a JSON document, and no deeper than any of ours: to destroy or copy one takes stack
// for each level.
nlohmann::json parse_json(const std::string& text);

// Numbers must be whole and fit, or they are of another type.
template <typename T>
bool is_a(const nlohmann::json& value) {
  using Kind = nlohmann::json::value_t;
  if constexpr (std::same_as<T, bool>) {
    return value.is_boolean();
  } else if constexpr (std::unsigned_integral<T>) {
    return value.is_number_unsigned() && std::in_range<T>(value.get<std::uint64_t>());
  } else if constexpr (std::signed_integral<T>) {
    if (value.type() == Kind::number_unsigned) return std::in_range<T>(value.get<std::uint64_t>());
    return value.is_number_integer() && std::in_range<T>(value.get<std::int64_t>());
  } else if constexpr (std::floating_point<T>) {
    return value.is_number();
  } else {
    return value.is_string();
  }
}

// object[key] if there is such a thing and it is a T.
template <typename T>
T value_of(const nlohmann::json& object, const char* key, T otherwise) {
  if (!object.is_object()) return otherwise;
  const auto found = object.find(key);
  return found != object.end() && is_a<T>(*found) ? found->template get<T>() : otherwise;
}

inline std::string value_of(const nlohmann::json& object, const char* key, const char* otherwise) {
  return value_of<std::string>(object, key, otherwise);
}

// The array or object under that key; an empty one if there is none.
const nlohmann::json& array_of(const nlohmann::json& object, const char* key);
const nlohmann::json& object_of(const nlohmann::json& object, const char* key);

// An array of what to_json() makes of each.
template <typename Range>
nlohmann::json to_array(const Range& values) {
  nlohmann::json array = nlohmann::json::array();
  for (const auto& value : values) array.push_back(to_json(value));
  return array;
}

// What `read` makes of each object of the array under that key; what is no object is left out.
template <typename Read>
auto each_of(const nlohmann::json& object, const char* key, Read read) {
  std::vector<decltype(read(object))> values;
  for (const nlohmann::json& element : array_of(object, key))
    if (element.is_object()) values.push_back(read(element));
  return values;
}

}  // namespace pnfs_ha
