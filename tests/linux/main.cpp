// The tests run in a mount and a network namespace of their own: what they mount and filter is nobody else's.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include <cstdio>

#include "linux/linux_host.h"

int main(int count, char** arguments) {
  testing::InitGoogleTest(&count, arguments);
  if (unshare(CLONE_NEWNS | CLONE_NEWNET) != 0 ||
      mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    std::perror("linux_tests: no namespaces of its own; run it as root");
    return 1;
  }
  pnfs_ha::LinuxHost().must_run({"ip", "link", "set", "lo", "up"});
  return RUN_ALL_TESTS();
}
