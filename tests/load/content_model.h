// What a file must hold after a history, byte for byte: which action wrote each byte last, or none (zeros).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>

#include "action.h"
#include "pattern.h"

namespace pnfs_load {

class ContentModel {
 public:
  // An empty file. The model's actions write as this file in this life.
  ContentModel(const Pattern& pattern, unsigned file, unsigned life)
      : pattern_(pattern), file_(file), life_(life) {}

  // Whether it can be done now: a part of a history that is done again may lack what it needs.
  bool allows(const Action& action) const;
  void apply(const Action& action);

  std::uint64_t size() const { return size_; }
  unsigned writer(std::uint64_t offset) const;  // the action's number; 0: nobody, zeros
  // The bytes from there on; zeros behind the end.
  void expect(std::span<std::byte> bytes, std::uint64_t offset) const;

  const Pattern& pattern() const { return pattern_; }
  Origin origin(unsigned action) const { return {file_, life_, action}; }

 private:
  struct Piece {
    std::uint64_t end;
    unsigned action;
  };
  void forget(std::uint64_t begin, std::uint64_t end);

  Pattern pattern_;
  unsigned file_, life_;
  std::uint64_t size_ = 0;
  std::map<std::uint64_t, Piece> pieces_;  // by begin; they do not overlap, what is between them is zero
};

}  // namespace pnfs_load
