#include "action.h"

#include <array>
#include <sstream>

namespace pnfs_load {
namespace {

constexpr std::array<const char*, kinds> names{
    "write-direct", "write-buffered", "write-mapped", "write-msync", "append",
    "read-direct",  "read-buffered",  "read-mapped",  "allocate",    "punch",
    "truncate",     "fsync",          "stat",         "reopen",      "rename"};

std::optional<Kind> kind_of(const std::string& name) {
  for (std::size_t i = 0; i < kinds; ++i) {
    if (name == names[i]) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

}  // namespace

const char* name_of(Kind kind) {
  return names[static_cast<std::size_t>(kind)];
}

bool is_write(Kind kind) {
  return kind <= Kind::append;
}

bool is_read(Kind kind) {
  return kind >= Kind::read_direct && kind <= Kind::read_mapped;
}

bool is_mapped(Kind kind) {
  return kind == Kind::write_mapped || kind == Kind::write_msync || kind == Kind::read_mapped;
}

bool is_direct(Kind kind) {
  return kind == Kind::write_direct || kind == Kind::read_direct;
}

bool is_buffered(Kind kind) {
  return (is_write(kind) || is_read(kind)) && !is_direct(kind);
}

bool touches(const Action& action, std::uint64_t begin, std::uint64_t end) {
  if (action.kind == Kind::truncate) return action.length < end;
  if (action.kind > Kind::truncate) return action.kind != Kind::stat;
  return action.offset < end && action.offset + action.length > begin;
}

std::string to_string(const Action& action) {
  std::string text = std::to_string(action.number) + " " + name_of(action.kind);
  if (action.kind < Kind::truncate) text += " " + std::to_string(action.offset);
  if (action.kind <= Kind::truncate) text += " " + std::to_string(action.length);
  if (action.client != 0) text += " client " + std::to_string(action.client);
  return text;
}

std::optional<Action> parse_action(const std::string& line) {
  std::istringstream words(line);
  Action action;
  std::string name, word;
  if (!(words >> action.number >> name)) return std::nullopt;
  const auto kind = kind_of(name);
  if (!kind) return std::nullopt;
  action.kind = *kind;
  if (action.kind < Kind::truncate && !(words >> action.offset)) return std::nullopt;
  if (action.kind <= Kind::truncate && !(words >> action.length)) return std::nullopt;
  if (words >> word && (word != "client" || !(words >> action.client) || words >> word)) return std::nullopt;
  return action;
}

}  // namespace pnfs_load
