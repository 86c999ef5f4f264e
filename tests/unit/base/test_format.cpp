// Versions of documents, and what is said of a newer one.
#include <gtest/gtest.h>

#include "base/format.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

constexpr Format format{"the list", 2};

TEST(FormatTest, of_a_document_without_one_is_the_first) {
  EXPECT_EQ(format_of(json::object(), format), 1);
  EXPECT_EQ(format_of({{"format", 2}}, format), 2);
  for (const json& odd : {json("x"), json(0), json(-1), json(1.5), json(nullptr), json::array()})
    EXPECT_EQ(format_of({{"format", odd}}, format), 1) << odd;
}

TEST(FormatTest, that_is_newer_is_an_error_that_says_what_to_do) {
  try {
    format_of({{"format", 3}}, format);
    FAIL();
  } catch (const NewerFormat& newer) {
    EXPECT_STREQ(newer.what(),
                 "the list was made by a newer pnfs-ha (format 3; this one knows formats up to 2)");
    EXPECT_EQ(newer.remedy(), "update pnfs-ha on this server");
  }
}

TEST(FormatTest, of_a_line) {
  EXPECT_NO_THROW(require_known_line("1800000000\n", format));
  EXPECT_NO_THROW(require_known_line("", format));
  EXPECT_NO_THROW(require_known_line("format 2 1800000000\n", format));
  EXPECT_THROW(require_known_line("format 3 1800000000\n", format), NewerFormat);
}

}  // namespace
}  // namespace pnfs_ha
