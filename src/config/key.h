// What a row of the table of configuration keys (cluster_keys.cpp) says, and the types that a key can have.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "base/address.h"

namespace pnfs_ha {

// A value as TOML has it.
using Value = std::variant<std::string, std::int64_t, bool, std::vector<std::string>>;

std::string to_toml(const Value& value);  // as it stands in the file: 15, "eth0", [ "10.0.0.0/24" ]

struct KeyType {
  using Check = std::function<void(const Value&)>;

  std::string form;  // for people: ADDRESS/PREFIX, 1..255, ro|none
  Value example;     // one that is accepted; the others hold the same alternative
  Check check;       // throws UsageError: what is wrong with the value, and what to write instead
  std::vector<std::string> words;  // of one_of(): all that are accepted
};

// 1 to 63 letters, digits and `also`: every file that is made of them (DRBD's, keepalived's, exports(5)) can
// carry those.
KeyType word(const std::string& form, const std::string& also, const std::string& example,
             KeyType::Check more = {});
KeyType number(std::int64_t least, std::int64_t most);
KeyType yes_or_no();
KeyType one_of(std::vector<std::string> words);
KeyType an_address();
KeyType a_network();
KeyType list_of(const KeyType& element, KeyType::Check more = {});

// How a value gets into a struct and out of it. `set` is given only what the type's check has accepted.
template <typename Owner>
struct Field {
  std::function<Value(const Owner&)> get;
  std::function<void(Owner&, const Value&)> set;
};

template <typename Owner, typename T>
using Member = T Owner::*;

template <typename Owner, typename T>
Field<Owner> field(Member<Owner, T> member) {
  return {[member](const Owner& owner) { return Value(owner.*member); },
          [member](Owner& owner, const Value& value) { owner.*member = std::get<T>(value); }};
}

template <typename Owner>
Field<Owner> field(Member<Owner, int> member) {
  return {[member](const Owner& owner) { return Value(std::int64_t{owner.*member}); },
          [member](Owner& owner, const Value& v) {
            owner.*member = static_cast<int>(std::get<std::int64_t>(v));
          }};
}

template <typename Owner>
Field<Owner> field(Member<Owner, Network> member) {
  return {
      [member](const Owner& owner) { return Value((owner.*member).text()); },
      [member](Owner& owner, const Value& v) { owner.*member = parse_network(std::get<std::string>(v)); }};
}

// Two values of an enum, called as in the file.
template <typename Owner, typename Enum>
Field<Owner> field(Member<Owner, Enum> member, const char* one, Enum is_one, const char* other,
                   Enum is_other) {
  return {[=](const Owner& owner) { return Value(std::string(owner.*member == is_other ? other : one)); },
          [=](Owner& owner, const Value& v) {
            owner.*member = std::get<std::string>(v) == other ? is_other : is_one;
          }};
}

// Bytes, which are MiB in the file.
template <typename Owner>
Field<Owner> mebibytes(Member<Owner, std::uint64_t> member) {
  return {[member](const Owner& owner) { return Value(static_cast<std::int64_t>(owner.*member >> 20)); },
          [member](Owner& owner, const Value& v) {
            owner.*member = static_cast<std::uint64_t>(std::get<std::int64_t>(v)) << 20;
          }};
}

enum class Presence {
  required,  // the file must have it
  optional,  // absent: what a new Owner has; always written
  rare       // the same, but written only where it differs from that
};

template <typename Owner>
struct Key {
  const char *section, *name;
  KeyType type;
  Presence presence;
  const char* option;    // of `pnfs-ha init`, without its hyphens; nullptr: none
  const char* sentence;  // what it is, for --help and the manual
  Field<Owner> field;
  std::function<Value(const Owner&)> otherwise =
      {};  // its value where it is absent, if that depends on other keys

  // What an absent key stands for, given those that are read already.
  Value default_value(const Owner& so_far) const { return otherwise ? otherwise(so_far) : field.get(so_far); }
};

}  // namespace pnfs_ha
