// LinuxHost's programs.
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/error.h"
#include "base/unique_fd.h"
#include "linux/linux_host.h"

namespace pnfs_ha {
namespace {

// An unlinked file for a command's output: no pipe that has to be emptied while the command runs.
UniqueFd scratch_file() {
  UniqueFd fd(open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!fd) throw errno_error("create a temporary file");
  return fd;
}

std::string rewind_and_read(const UniqueFd& fd) {
  lseek(fd.get(), 0, SEEK_SET);
  std::string text;
  char buffer[4096];
  for (ssize_t got; (got = read(fd.get(), buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  return text;
}

CommandResult run_now(const Command& command) {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const UniqueFd out = scratch_file(), err = scratch_file();
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out.get(), 1);
  posix_spawn_file_actions_adddup2(&files, err.get(), 2);
  // The event loop blocks SIGTERM, and the agent is a real-time process; children must not inherit that.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  const sched_param ordinary{};
  posix_spawnattr_setschedpolicy(&attributes, SCHED_OTHER);
  posix_spawnattr_setschedparam(&attributes, &ordinary);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSCHEDULER);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, argv[0], &files, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) return {.exit_code = 127, .output = {}, .message = std::strerror(error)};
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  return {.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          .output = rewind_and_read(out),
          .message = rewind_and_read(err)};
}

}  // namespace

CommandResult LinuxHost::run(const Command& command) {
  return change("'" + to_string(command) + "'", call_limits::program, [command] { return run_now(command); });
}

}  // namespace pnfs_ha
