// Text that is no JSON, and JSON that is not what was expected.
#include <gtest/gtest.h>

#include "base/json.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

TEST(Json, writes_any_bytes_and_keeps_two_names_two) {
  EXPECT_EQ(to_text({{"name", "\xe9t\xe9"}}), R"({"name":"\\xE9t\\xE9"})");
  EXPECT_NE(to_text("\xe9"), to_text("\xe8"));
  EXPECT_EQ(to_text(json{{"\xff", json::array({"\xc3\xa9", 1, nullptr})}}),
            "{\"\\\\xFF\":[\"\xc3\xa9\",1,null]}");
  EXPECT_EQ(to_text({{"name", "\xc3\xa9t\xc3\xa9 \\x"}}), "{\"name\":\"\xc3\xa9t\xc3\xa9 \\\\x\"}");
}

TEST(Json, knows_utf8) {
  for (const char* good :
       {"", "a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x90\xa7", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"})
    EXPECT_EQ(as_utf8(good), good);
  EXPECT_EQ(as_utf8("\xc3"), "\\xC3");  // cut off
  EXPECT_EQ(as_utf8("\xe2\x82"), "\\xE2\\x82");
  EXPECT_EQ(as_utf8("\xc0\xaf"), "\\xC0\\xAF");  // overlong
  EXPECT_EQ(as_utf8("\xe0\x80\x80"), "\\xE0\\x80\\x80");
  EXPECT_EQ(as_utf8("\xed\xa0\x80"), "\\xED\\xA0\\x80");           // a surrogate
  EXPECT_EQ(as_utf8("\xf4\x90\x80\x80"), "\\xF4\\x90\\x80\\x80");  // beyond U+10FFFF
  EXPECT_EQ(as_utf8("\x80"
                    "a"),
            "\\x80"
            "a");
}

TEST(Json, takes_only_what_is_of_the_type) {
  const json told = parse_json(R"({"s": "x", "n": 7, "minus": -1, "big": 18446744073709551615, "half": 0.5,
                                   "far": 1e300, "yes": true, "list": [1], "none": null})");
  EXPECT_EQ(value_of(told, "s", ""), "x");
  EXPECT_EQ(value_of(told, "n", "?"), "?");
  EXPECT_EQ(value_of(told, "n", 0), 7);
  EXPECT_EQ(value_of(told, "minus", 0U), 0U);
  EXPECT_EQ(value_of(told, "minus", 0), -1);
  EXPECT_EQ(value_of(told, "big", std::int64_t{3}), 3);
  EXPECT_EQ(value_of(told, "big", std::uint64_t{3}), UINT64_MAX);
  EXPECT_EQ(value_of(told, "half", 3), 3);
  EXPECT_EQ(value_of(told, "far", std::int64_t{3}), 3);
  EXPECT_EQ(value_of(told, "n", 0.0), 7.0);
  EXPECT_EQ(value_of(told, "yes", false), true);
  EXPECT_EQ(value_of(told, "n", false), false);
  EXPECT_EQ(value_of(json(3), "n", 4), 4);
  EXPECT_EQ(array_of(told, "list").size(), 1U);
  EXPECT_EQ(array_of(told, "s"), json::array());
  EXPECT_EQ(object_of(told, "list"), json::object());
}

TEST(Json, is_null_where_there_is_none) {
  for (const char* text : {"", "x", "{", "{} x", "{\"a\": \"\xe9\"}"})
    EXPECT_TRUE(parse_json(text).is_null()) << text;
  EXPECT_EQ(parse_json("[[1]]"), json::parse("[[1]]"));
}

TEST(Json, is_not_deep) {
  const auto nested = [](std::size_t deep) { return std::string(deep, '[') + std::string(deep, ']'); };
  EXPECT_TRUE(parse_json(nested(32)).is_array());
  EXPECT_TRUE(parse_json(nested(33)).is_null());
  EXPECT_TRUE(parse_json(nested(1'000'000)).is_null());
  EXPECT_TRUE(parse_json(std::string(1'000'000, '[')).is_null());
  EXPECT_TRUE(parse_json(R"(["[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"[[[", {}])").is_array());
}

TEST(Json, that_is_long_takes_no_longer_for_each_value) {
  json files = json::array();
  for (int i = 0; i < 100'000; ++i) files.push_back({{"inode", i}});
  EXPECT_EQ(parse_json(to_text(files)).size(), 100'000U);
}

}  // namespace
}  // namespace pnfs_ha
