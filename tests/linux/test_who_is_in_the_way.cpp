// Who keeps a file system from being unmounted, and a mount that nobody else enters.
#include <sched.h>
#include <spdlog/fmt/fmt.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "server/unmount.h"
#include "xfs_scene.h"

namespace pnfs_ha {
namespace {

// Another process, which lives until it is killed. It has begun when `act` has.
class Child {
 public:
  explicit Child(const std::function<void()>& act) {
    int ready[2];
    EXPECT_EQ(pipe2(ready, O_CLOEXEC), 0);
    pid_ = fork();
    if (pid_ == 0) {
      act();
      [[maybe_unused]] const ssize_t told = write(ready[1], "x", 1);
      for (;;) pause();
    }
    const UniqueFd reading(ready[0]);
    const UniqueFd writing(ready[1]);
    char byte = 0;
    EXPECT_EQ(read(reading.get(), &byte, 1), 1);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  int pid() const { return pid_; }
  bool was_killed() const {
    siginfo_t about = {};
    return waitid(P_PID, static_cast<id_t>(pid_), &about, WEXITED | WNOWAIT | WNOHANG) == 0 &&
           about.si_code == CLD_KILLED;
  }

 private:
  pid_t pid_ = 0;
};

class WhoIsInTheWay : public XfsTest {
 protected:
  WhoIsInTheWay() {
    mount("rw");
    write("file", 0, "text");
  }

  FileSystem file_system() const { return {.mount_point = place, .type = "xfs", .device = lun.path()}; }

  // Is found as this user of it, and ended by unmount().
  void expect_ended(const Child& child, Use use, const Path& path) {
    const std::vector<MountUser> users = host.users_of(lun.path());
    ASSERT_EQ(users.size(), 1U);
    EXPECT_EQ(users[0].pid, child.pid());
    EXPECT_EQ(users[0].name, "linux_tests");
    EXPECT_EQ(users[0].use, use);
    EXPECT_EQ(users[0].path, path);
    unmount(host, file_system());
    EXPECT_TRUE(host.wait_until([&] { return child.was_killed(); }, std::chrono::minutes(1)));
    EXPECT_FALSE(host.mounted_at(place));
    EXPECT_FALSE(host.resolve(Path("/sys/fs/xfs") / lun.path().filename()));
  }
};

TEST_F(WhoIsInTheWay, nobody) {
  EXPECT_TRUE(host.users_of(lun.path()).empty());
  unmount(host, file_system());
  EXPECT_FALSE(host.mounted_at(place));
}

TEST_F(WhoIsInTheWay, who_works_there) {
  const Child shell([&] { EXPECT_EQ(chdir(place.c_str()), 0); });
  expect_ended(shell, Use::directory, place);
}

TEST_F(WhoIsInTheWay, who_has_a_file_open) {
  const Child backup([&] { EXPECT_GE(open((place / "file").c_str(), O_RDONLY), 0); });
  expect_ended(backup, Use::file, place / "file");
}

TEST_F(WhoIsInTheWay, who_has_a_file_mapped) {
  const Child program([&] {
    const UniqueFd file(open((place / "file").c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_NE(mmap(nullptr, 4096, PROT_READ, MAP_SHARED, file.get(), 0), MAP_FAILED);
  });
  expect_ended(program, Use::file, place / "file");
}

// As a container that was started while the LUN was mounted.
TEST_F(WhoIsInTheWay, who_has_a_copy_of_the_mount) {
  const Child container([] {
    EXPECT_EQ(unshare(CLONE_NEWNS), 0);
    EXPECT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
  });
  expect_ended(container, Use::own_mount, place);
}

TEST_F(WhoIsInTheWay, not_who_uses_what_lies_beside_it) {
  const Child shell([&] { EXPECT_EQ(chdir(place.parent_path().c_str()), 0); });
  EXPECT_TRUE(host.users_of(lun.path()).empty());
}

// proc(5), maps: its number is in a field of its own, and may be in anybody's name as well.
TEST_F(WhoIsInTheWay, not_who_has_a_file_mapped_that_is_named_after_it) {
  struct stat about = {};
  ASSERT_EQ(stat(lun.path().c_str(), &about), 0);
  const Path named = directory / fmt::format("a {:02x}:{:02x} b", major(about.st_rdev), minor(about.st_rdev));
  host.write_file(named, "text", 0644);
  const Child program([&] {
    const UniqueFd file(open(named.c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_NE(mmap(nullptr, 4096, PROT_READ, MAP_SHARED, file.get(), 0), MAP_FAILED);
  });
  EXPECT_TRUE(host.users_of(lun.path()).empty());
}

// A part of it that is mounted once more.
TEST_F(WhoIsInTheWay, is_unmounted_wherever_it_is_mounted) {
  const Path elsewhere = directory / "elsewhere";
  host.create_directory(elsewhere, 0755);
  EXPECT_EQ(::mount(place.c_str(), elsewhere.c_str(), nullptr, MS_BIND, nullptr), 0);
  EXPECT_EQ(host.mounts_of(lun.path()).size(), 2U);
  unmount(host, file_system());
  EXPECT_FALSE(host.mounted_at(place));
  EXPECT_FALSE(host.mounted_at(elsewhere));
}

// A machine whose process 1 this test has made, and in it an agent, whose mount namespace is a slave of the
// machine's, as systemd makes it.
class MountOfAgent : public XfsTest {
 protected:
  static void in_child(const std::function<void()>& act) {
    const pid_t child = fork();
    if (child == 0) {
      act();
      _exit(HasFailure() ? 1 : 0);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  static void in_machine(const std::function<void()>& act) {
    in_child([&] {
      ASSERT_EQ(unshare(CLONE_NEWPID | CLONE_NEWNS), 0);
      ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
      ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_SHARED, nullptr), 0);
      in_child([&] {
        ASSERT_EQ(::mount("proc", "/proc", "proc", 0, nullptr), 0);
        act();
      });
    });
  }
  // What the agent does there, as it calls the host: with limits, in threads.
  static void as_agent(const std::function<void(LinuxHost&)>& act) {
    in_child([&] {
      ASSERT_EQ(unshare(CLONE_NEWNS), 0);
      ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr), 0);
      LinuxHost bounded(LinuxHost::Calls::bounded);
      act(bounded);
    });
  }
  void mount_lun(LinuxHost& agent, bool hidden) const {
    agent.mount({.source = lun.path(),
                 .target = place,
                 .type = "xfs",
                 .options = hidden ? "ro,norecovery" : "rw",
                 .hidden = hidden});
    const auto mounted = agent.mounted_at(place);
    ASSERT_TRUE(mounted);
    EXPECT_EQ(mounted->hidden, hidden);
    EXPECT_EQ(agent.mounts_of(lun.path()).size(), 1U);
  }
  void unmount_lun(LinuxHost& agent) const {
    unmount(agent, {.mount_point = place, .type = "xfs", .device = lun.path()});
    EXPECT_FALSE(agent.mounted_at(place));
    EXPECT_FALSE(host.resolve(Path("/sys/fs/xfs") / lun.path().filename()));
  }
};

TEST_F(MountOfAgent, that_is_hidden_shows_nowhere_else) {
  in_machine([&] {
    as_agent([&](LinuxHost& agent) {
      mount_lun(agent, true);
      EXPECT_EQ(agent.read_file("/proc/1/mountinfo").value_or(place).find(place), std::string::npos);
      unmount_lun(agent);
    });
  });
}

TEST_F(MountOfAgent, that_is_not_hidden_shows_everywhere) {
  in_machine([&] {
    as_agent([&](LinuxHost& agent) {
      mount_lun(agent, true);
      unmount_lun(agent);
      mount_lun(agent, false);
    });
    EXPECT_TRUE(host.mounted_at(place));  // the agent is gone, what it mounted is not
    as_agent([&](LinuxHost& agent) { unmount_lun(agent); });
    EXPECT_FALSE(host.mounted_at(place));
  });
}

// Of systemd's services, many have a slave of the machine's mounts: their copy goes when the mount does.
TEST_F(MountOfAgent, goes_from_services_that_have_a_copy) {
  in_machine([&] {
    mount("rw");
    const Child service([] {
      EXPECT_EQ(unshare(CLONE_NEWNS), 0);
      EXPECT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr), 0);
    });
    EXPECT_TRUE(host.users_of(lun.path()).empty());
    unmount_lun(host);
    EXPECT_FALSE(service.was_killed());
  });
}

TEST_F(MountOfAgent, that_is_hidden_goes_with_it) {
  in_machine([&] {
    as_agent([&](LinuxHost& agent) { mount_lun(agent, true); });
    as_agent([&](LinuxHost& agent) {
      EXPECT_FALSE(agent.mounted_at(place));
      unmount_lun(agent);
      mount_lun(agent, false);
      unmount_lun(agent);
    });
  });
}

}  // namespace
}  // namespace pnfs_ha
