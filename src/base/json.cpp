#include "base/json.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

namespace pnfs_ha {
namespace {

using nlohmann::json;

constexpr int deepest = 32;

// The bytes of the character at the front; 0 if that is none (RFC 3629 4).
std::size_t length_of_character(std::string_view text) {
  const auto at = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(0);
  };
  const auto within = [](unsigned char byte, int least, int most) { return byte >= least && byte <= most; };
  const auto tail = [&](std::size_t from, std::size_t count) {
    for (std::size_t i = from; i < from + count; ++i)
      if (!within(at(i), 0x80, 0xbf)) return false;
    return true;
  };
  const unsigned char first = at(0), second = at(1);
  if (first < 0x80) return 1;
  if (within(first, 0xc2, 0xdf)) return tail(1, 1) ? 2 : 0;
  // The second byte's bounds: no overlong forms, no surrogates, nothing beyond U+10FFFF.
  if (within(first, 0xe0, 0xef))
    return within(second, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf) && tail(2, 1) ? 3 : 0;
  if (within(first, 0xf0, 0xf4))
    return within(second, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf) && tail(2, 2) ? 4 : 0;
  return 0;
}

// How deep brackets and braces nest, whatever else is wrong with the text.
int depth_of(std::string_view text) {
  int depth = 0, most = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') quoted = !quoted;
    if (quoted && c == '\\') ++i;
    if (quoted) continue;
    if (c == '[' || c == '{') most = std::max(most, ++depth);
    if (c == ']' || c == '}') --depth;
  }
  return most;
}

json all_utf8(const json& value) {
  if (value.is_string()) return as_utf8(value.get_ref<const std::string&>());
  if (value.is_array()) {
    json array = json::array();
    for (const json& element : value) array.push_back(all_utf8(element));
    return array;
  }
  if (!value.is_object()) return value;
  json object = json::object();
  for (const auto& [key, element] : value.items()) object[as_utf8(key)] = all_utf8(element);
  return object;
}

const json& typed(const json& object, const char* key, json::value_t type, const json& otherwise) {
  if (!object.is_object()) return otherwise;
  const auto found = object.find(key);
  return found != object.end() && found->type() == type ? *found : otherwise;
}

}  // namespace

std::string as_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = length_of_character(bytes);
    if (length > 0)
      text += bytes.substr(0, length);
    else
      text += fmt::format("\\x{:02X}", static_cast<unsigned char>(bytes.front()));
    bytes.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return text;
}

std::string to_text(const json& document, int indent) {
  try {
    return document.dump(indent);
  } catch (const json::type_error&) {  // 316: a string is no UTF-8
    return all_utf8(document).dump(indent);
  }
}

json parse_json(const std::string& text) {
  if (depth_of(text) > deepest) return {};
  json document = json::parse(text, nullptr, false);
  return document.is_discarded() ? json() : document;
}

const json& array_of(const json& object, const char* key) {
  static const json none = json::array();
  return typed(object, key, json::value_t::array, none);
}
const json& object_of(const json& object, const char* key) {
  static const json none = json::object();
  return typed(object, key, json::value_t::object, none);
}

}  // namespace pnfs_ha
