#include "mismatch.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

namespace pnfs_load {
namespace {

enum class Source { zeros, action, foreign };

// One aligned word, or what of it was read, with a wrong byte in it.
struct WrongWord {
  std::uint64_t begin = 0, end = 0;  // its first and behind its last wrong byte
  unsigned writer = 0;
  Source source = Source::foreign;
  Origin origin;
  std::uint64_t shift = 0;  // where it was written, minus where it was found
};

class Comparison {
 public:
  Comparison(const ContentModel& model, std::span<const std::byte> found, std::uint64_t offset)
      : model_(model), found_(found), offset_(offset), expected_(found.size()) {
    model.expect(expected_, offset);
  }

  std::vector<Mismatch> mismatches() {
    collect();
    attribute_parts();
    std::vector<Mismatch> list;
    for (const WrongWord& word : words_) {
      if (!list.empty() && continues(word)) {
        list.back().length = word.end - list.back().offset;
      } else {
        list.push_back(describe(word));
      }
      last_ = word;
    }
    for (Mismatch& mismatch : list) {
      if (mismatch.found == foreign) mismatch.found += first_bytes(mismatch);
    }
    return list;
  }

 private:
  static constexpr const char* foreign = "foreign:";

  std::string first_bytes(const Mismatch& mismatch) const {
    std::string text;
    for (std::uint64_t at = mismatch.offset;
         at < mismatch.offset + std::min<std::uint64_t>(mismatch.length, 8); ++at) {
      std::array<char, 4> hex{};
      std::snprintf(hex.data(), hex.size(), " %02x", static_cast<unsigned>(found(at)));
      text += hex.data();
    }
    return text;
  }

  std::byte found(std::uint64_t at) const { return found_[static_cast<std::size_t>(at - offset_)]; }
  bool wrong(std::uint64_t at) const {
    return found(at) != expected_[static_cast<std::size_t>(at - offset_)];
  }

  void collect() {
    const std::uint64_t end = offset_ + found_.size();
    for (std::uint64_t at = offset_; at < end; at = (at / 8 + 1) * 8) {
      const std::uint64_t next = std::min(end, (at / 8 + 1) * 8);
      const auto here =
          found_.subspan(static_cast<std::size_t>(at - offset_), static_cast<std::size_t>(next - at));
      const auto there = std::span(expected_).subspan(static_cast<std::size_t>(at - offset_), here.size());
      if (std::equal(here.begin(), here.end(), there.begin())) continue;
      words_.push_back(classify(at, next));
    }
  }

  WrongWord classify(std::uint64_t begin, std::uint64_t end) const {
    WrongWord word;
    word.begin = begin;
    while (!wrong(word.begin)) ++word.begin;
    word.end = end;
    while (!wrong(word.end - 1)) --word.end;
    word.writer = model_.writer(word.begin);
    if (explains(word, Source::zeros, {}, 0)) {
      word.source = Source::zeros;
    } else if (end - begin == 8) {
      std::uint64_t content = 0;
      std::memcpy(&content, found_.data() + (begin - offset_), sizeof content);
      if (const auto seen = model_.pattern().identify(content)) {
        word.source = Source::action;
        word.origin = seen->origin;
        word.shift = seen->offset - begin;
      }
    }
    return word;
  }

  bool explains(const WrongWord& word, Source source, const Origin& origin, std::uint64_t shift) const {
    for (std::uint64_t at = word.begin; at < word.end; ++at) {
      const std::byte would = source == Source::zeros ? std::byte{} : model_.pattern().at(at + shift, origin);
      if (wrong(at) && found(at) != would) return false;
    }
    return true;
  }

  // At the edge of an unaligned write a word has two writers. It belongs to a neighbour whose source explains
  // its wrong bytes.
  void attribute_parts() {
    const auto adopt = [&](WrongWord& word, const WrongWord& neighbour) {
      if (word.source != Source::foreign || neighbour.source == Source::foreign) return;
      if (!explains(word, neighbour.source, neighbour.origin, neighbour.shift)) return;
      word.source = neighbour.source;
      word.origin = neighbour.origin;
      word.shift = neighbour.shift;
    };
    for (std::size_t i = 1; i < words_.size(); ++i) adopt(words_[i], words_[i - 1]);
    for (std::size_t i = words_.size(); i-- > 1;) adopt(words_[i - 1], words_[i]);
  }

  bool continues(const WrongWord& word) const {
    return word.begin / 8 <= (last_.end - 1) / 8 + 1 && word.writer == last_.writer &&
           word.source == last_.source && word.origin == last_.origin && word.shift == last_.shift;
  }

  Mismatch describe(const WrongWord& word) const {
    Mismatch mismatch{word.begin, word.end - word.begin, word.writer, {}, "zeros", "zeros"};
    if (word.writer != 0) mismatch.expected = "action " + std::to_string(word.writer);
    if (word.source == Source::action) {
      mismatch.origin = word.origin;
      mismatch.found = sighting(word);
    } else if (word.source == Source::foreign) {
      mismatch.found = foreign;
    }
    return mismatch;
  }

  std::string sighting(const WrongWord& word) const {
    const Origin here = model_.origin(word.origin.action);
    std::string text = "action " + std::to_string(word.origin.action);
    if (word.origin.life != here.life || word.origin.file != here.file)
      text += " of life " + std::to_string(word.origin.life);
    if (word.origin.file != here.file) text += " of file " + std::to_string(word.origin.file);
    if (word.shift != 0) text += ", written to " + std::to_string(word.begin + word.shift);
    return text;
  }

  const ContentModel& model_;
  std::span<const std::byte> found_;
  std::uint64_t offset_;
  std::vector<std::byte> expected_;
  std::vector<WrongWord> words_;
  WrongWord last_;
};

}  // namespace

std::vector<Mismatch> compare(const ContentModel& model, std::span<const std::byte> found,
                              std::uint64_t offset, std::uint64_t asked) {
  std::vector<Mismatch> list = Comparison(model, found, offset).mismatches();
  if (found.size() < asked) {
    const std::uint64_t end = offset + found.size();
    const unsigned writer = model.writer(end);
    list.push_back({end,
                    asked - found.size(),
                    writer,
                    {},
                    writer == 0 ? "zeros" : "action " + std::to_string(writer),
                    "the end of the file"});
  }
  return list;
}

std::string to_string(const Mismatch& mismatch) {
  if (mismatch.length == 0) return "expected " + mismatch.expected + ", found " + mismatch.found;
  return "bytes " + std::to_string(mismatch.offset) + " to " +
         std::to_string(mismatch.offset + mismatch.length - 1) + ": expected " + mismatch.expected +
         ", found " + mismatch.found;
}

}  // namespace pnfs_load
