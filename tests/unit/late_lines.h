// What nfsd tells of late commits.
#pragma once

#include <spdlog/fmt/fmt.h>

#include <string>

namespace pnfs_ha {

// Lines of image/nfsd's latereport.c.
inline std::string line(int number, const std::string& start, const std::string& rest) {
  return fmt::format("number={} start={} {}\n", number, start, rest);
}

inline const std::string of_earlier_start =
    line(1, "1700",
         "verdict=accepted client=10.0.0.9 dev=8:0 ino=9 kept=4096 dropped=0 first_dropped=0 offset=0 "
         "last=4095 size=4096 status=0");
inline const std::string commit_131 =
    line(2, "1800",
         "verdict=accepted client=10.0.0.21 dev=8:0 ino=131 kept=65536 dropped=0 first_dropped=0 "
         "offset=0 last=1114111 size=1572864 status=0");
inline const std::string commit_133 =
    line(3, "1800",
         "verdict=too-late client=10.0.0.21 dev=8:0 ino=133 kept=0 dropped=0 first_dropped=0 "
         "offset=4096 last=8191 size=4096 status=10050 added_later=x");
inline const std::string of_takeover =
    "version=1 start=1800 first=2 next=4\n" + of_earlier_start + commit_131 + commit_133;

inline std::string under_way(int inode) {
  return "version=1 start=1800 first=2 next=3\n" +
         line(2, "1800",
              fmt::format("verdict=under-way client=10.0.0.21 dev=8:0 ino={} kept=0 dropped=0 "
                          "first_dropped=0 offset=0 last=4095 size=4096 status=10052",
                          inode));
}

}  // namespace pnfs_ha
