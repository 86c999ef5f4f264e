#include <gtest/gtest.h>

#include "base/names.h"

namespace pnfs_ha {
namespace {

enum class Colour { red, green, other };

constexpr auto colours = names<Colour>({{Colour::red, "red"}, {Colour::green, "green"}});

TEST(Names, are_read_in_both_directions) {
  for (const auto& [colour, name] : colours) EXPECT_EQ(colours.find(colours.of(colour)), colour) << name;
  EXPECT_EQ(colours.find("blue"), std::nullopt);
  EXPECT_STREQ(colours.of(Colour::other), "?");
}

}  // namespace
}  // namespace pnfs_ha
