// Step 1 on a simulated server.
#include "plan/plan_scene.h"

namespace pnfs_ha {
namespace {

TEST(Format, makes_an_xfs_on_a_blank_lun) {
  Scene s(one_server());
  s.host.lun.content.clear();
  format(s.server, Overwrite::no).run(nobody);
  EXPECT_EQ(
      s.host.changes,
      Lines{"run mkfs.xfs -q -K -m reflink=0,crc=1 -d extszinherit=256 -l size=64m -b size=4096 -L demo " +
            std::string(lun_device)});
  EXPECT_EQ(s.host.lun.content, "xfs");
}

TEST(Format, refuses_a_lun_that_carries_something) {
  Scene s(one_server());
  EXPECT_EQ(error_of([&] { format(s.server, Overwrite::no).run(nobody); }),
            cannot(format(s.server, Overwrite::no), StepId::check_blank) + std::string(lun_device) +
                " is not blank: it carries xfs labelled 'demo'");
  EXPECT_EQ(s.host.changes, Lines{});
}

TEST(Format, overwrites_when_told_to) {
  Scene s(one_server());
  s.host.lun.content = "gpt";
  format(s.server, Overwrite::yes).run(nobody);
  EXPECT_EQ(
      s.host.changes,
      Lines{"run mkfs.xfs -q -K -m reflink=0,crc=1 -d extszinherit=256 -l size=64m -b size=4096 -L demo -f " +
            std::string(lun_device)});
}

TEST(Format, reports_what_mkfs_said) {
  Scene s(one_server());
  s.host.lun.content.clear();
  const auto before = s.host.snapshot();
  s.host.fail("mkfs.xfs");
  const std::string error = error_of([&] { format(s.server, Overwrite::no).run(nobody); });
  EXPECT_EQ(error.find(cannot(format(s.server, Overwrite::no), StepId::make_xfs) + "'mkfs.xfs -q "), 0U)
      << error;
  EXPECT_NE(error.find("failed (1): cannot run mkfs.xfs"), error.npos) << error;
  EXPECT_EQ(difference(before, s.host.snapshot(), {}), Lines{});
}

// A founding that failed half-way was undone; the second try must get through.
TEST(Format, works_after_a_bring_up_that_was_undone) {
  Scene s(one_server());
  s.host.fail("start pnfs-ha-keepalived.service", FakeHost::Times::once);
  EXPECT_NE(error_of([&] { bring_up(s.server).run(nobody); }), "");
  EXPECT_EQ(error_of([&] { format(s.server, Overwrite::yes).run(nobody); }), "");
}

}  // namespace
}  // namespace pnfs_ha
