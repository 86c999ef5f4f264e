#include "verdict.h"

#include "prepared_files.h"

namespace pnfs_load {
namespace {

std::string expectation(const Allowed& allowed) {
  std::string from = "sequence " + std::to_string(allowed.at_least);
  if (allowed.at_most == allowed.at_least) return from;
  if (allowed.at_most == std::numeric_limits<std::uint64_t>::max()) return from + " or later";
  return from + " to " + std::to_string(allowed.at_most);
}

}  // namespace

Verdict judge(const Reading& reading, std::uint64_t file, std::uint64_t block, const Allowed& allowed) {
  const auto lost = [&](const std::string& found) {
    return Verdict{Judgement::lost, expectation(allowed), found};
  };
  const Stamp& stamp = reading.stamp;
  switch (reading.content) {
    case Content::blank:
      return lost("zeros");
    case Content::foreign:
      return lost("data without a stamp");
    case Content::damaged:
      if (allowed.disputed) return {Judgement::undecided, expectation(allowed), "a mixture of two writes"};
      return lost("a block whose checksum does not match");
    case Content::stamped:
      break;
  }
  if (stamp.file != file || stamp.block != block) {
    return lost("block " + std::to_string(stamp.block) + " of file " + to_hex(stamp.file));
  }
  if (stamp.sequence < allowed.at_least || stamp.sequence > allowed.at_most) {
    return lost("sequence " + std::to_string(stamp.sequence));
  }
  return {};
}

Verdict unreadable(const Allowed& allowed, const std::string& found) {
  return {Judgement::lost, expectation(allowed), found};
}

}  // namespace pnfs_load
