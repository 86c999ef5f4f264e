// The model is right, and what is found instead of what it says is named.
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "block_stamp.h"
#include "content_model.h"
#include "mismatch.h"
#include "mix.h"

namespace pnfs_load {
namespace {

using Bytes = std::vector<std::byte>;

Bytes expected(const ContentModel& model) {
  Bytes bytes(static_cast<std::size_t>(model.size()));
  model.expect(bytes, 0);
  return bytes;
}

// The same, byte by byte.
void apply_simply(Bytes& bytes, const Action& action, const ContentModel& model) {
  const auto offset = static_cast<std::size_t>(action.kind == Kind::append ? bytes.size() : action.offset);
  const auto length = static_cast<std::size_t>(action.length);
  if (action.kind == Kind::truncate) bytes.resize(length);
  if (is_write(action.kind) || action.kind == Kind::allocate)
    bytes.resize(std::max(bytes.size(), offset + length));
  for (std::size_t i = offset; i < std::min(offset + length, bytes.size()); ++i) {
    if (is_write(action.kind)) bytes[i] = model.pattern().at(i, model.origin(action.number));
    if (action.kind == Kind::punch) bytes[i] = {};
  }
}

TEST(Pattern, every_word_tells_who_wrote_it_and_where) {
  const Pattern pattern(42);
  const Origin origin{200, 12345, 54321};
  Bytes bytes(64);
  pattern.fill(bytes, 4099, origin);
  EXPECT_EQ(bytes[10], pattern.at(4109, origin));
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data() + 5, sizeof word);  // of the aligned offset 4104
  const auto seen = pattern.identify(word);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->origin, origin);
  EXPECT_EQ(seen->offset, 4104U);
}

TEST(Pattern, another_run_wrote_something_else) {
  Bytes bytes(8000);
  Pattern(1).fill(bytes, 0, {1, 1, 1});
  int believed = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    if (Pattern(2).identify(word)) ++believed;
  }
  EXPECT_LT(believed, 60);  // one of 64 by chance
}

TEST(ContentModel, holds_what_a_plain_array_holds_after_thousands_of_actions) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    ContentModel model(Pattern(seed), 3, 1);
    Bytes simple;
    Mix mix;
    mix.end = 128 << 10;
    Chooser chooser(mix, seed);
    for (unsigned number = 1; number <= 300; ++number) {
      const Action action = chooser.next(model, number);
      ASSERT_TRUE(model.allows(action)) << to_string(action);
      apply_simply(simple, action, model);
      model.apply(action);
      ASSERT_EQ(model.size(), simple.size()) << to_string(action);
      ASSERT_TRUE(expected(model) == simple) << "seed " << seed << ": " << to_string(action);
    }
  }
}

TEST(ContentModel, does_not_allow_what_would_hit_the_end) {
  ContentModel model(Pattern(1), 0, 1);
  EXPECT_FALSE(model.allows({Kind::read_buffered, 0, 10}));
  model.apply({Kind::truncate, 0, 100});
  EXPECT_TRUE(model.allows({Kind::read_buffered, 50, 1000}));
  EXPECT_TRUE(model.allows({Kind::write_mapped, 50, 50}));
  EXPECT_FALSE(model.allows({Kind::write_mapped, 50, 51}));
}

class Found : public ::testing::Test {
 protected:
  Found() {
    model.apply({Kind::write_direct, 0, 16384, 1});
    model.apply({Kind::write_buffered, 1003, 5000, 2});
    model.apply({Kind::punch, 8192, 4096, 3});
    bytes = expected(model);
  }
  void put(std::uint64_t offset, std::uint64_t length, const Origin& origin, std::uint64_t written_to) {
    model.pattern().fill(std::span(bytes).subspan(offset, length), written_to, origin);
  }
  std::vector<std::string> found() const {
    std::vector<std::string> texts;
    for (const Mismatch& mismatch : compare(model, bytes, 0, 16384)) texts.push_back(to_string(mismatch));
    return texts;
  }
  using Texts = std::vector<std::string>;

  ContentModel model{Pattern(7), 2, 5};
  Bytes bytes;
};

TEST_F(Found, nothing_where_all_is_well) {
  EXPECT_EQ(found(), Texts{});
}

TEST_F(Found, zeros) {
  std::memset(bytes.data() + 12288, 0, 4096);
  EXPECT_EQ(found(), Texts{"bytes 12288 to 16383: expected action 1, found zeros"});
}

TEST_F(Found, an_older_write_up_to_its_odd_edges) {
  put(1003, 5000, {2, 5, 1}, 1003);
  EXPECT_EQ(found(), Texts{"bytes 1003 to 6002: expected action 2, found action 1"});
}

TEST_F(Found, the_odd_edges_of_a_write_that_nobody_expected) {
  put(8195, 1000, {2, 4, 9}, 8195);
  EXPECT_EQ(found(), Texts{"bytes 8195 to 9194: expected zeros, found action 9 of life 4"});
}

TEST_F(Found, what_was_punched) {
  put(8192, 4096, {2, 5, 1}, 8192);
  EXPECT_EQ(found(), Texts{"bytes 8192 to 12287: expected zeros, found action 1"});
}

TEST_F(Found, another_life_another_file_another_place) {
  put(8192, 1024, {2, 4, 9}, 8192);
  put(10240, 1024, {6, 3, 9}, 10240);
  put(12288, 4096, {2, 5, 1}, 0);
  EXPECT_EQ(found(), (Texts{"bytes 8192 to 9215: expected zeros, found action 9 of life 4",
                            "bytes 10240 to 11263: expected zeros, found action 9 of life 3 of file 6",
                            "bytes 12288 to 16383: expected action 1, found action 1, written to 0"}));
}

TEST_F(Found, something_foreign) {
  std::memset(bytes.data() + 4095, 0x55, 513);
  EXPECT_EQ(found(), Texts{"bytes 4095 to 4607: expected action 2, found foreign: 55 55 55 55 55 55 55 55"});
}

TEST_F(Found, an_early_end) {
  bytes.resize(10000);
  EXPECT_EQ(found(), Texts{"bytes 10000 to 16383: expected zeros, found the end of the file"});
}

}  // namespace
}  // namespace pnfs_load
