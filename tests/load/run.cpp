#include "run.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <random>

#include "crew.h"
#include "error.h"
#include "held_lock.h"
#include "journal.h"
#include "loops.h"
#include "mountstats.h"
#include "off_mount.h"
#include "progress.h"
#include "report.h"
#include "stop_signals.h"

namespace pnfs_load {
namespace {

// Without privilege pages could be locked up to a limit only, and the next thread would find no memory.
bool may_lock_pages() {
  rlimit limit{};
  return ::geteuid() == 0 || (::getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY);
}

// A page fault while the root disk or the mount hangs would look like a stall of the servers. Small stacks
// first: locked ones are allocated in full.
bool lock_pages() {
  if (!may_lock_pages()) return false;
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) == 0) {
    constexpr std::size_t stack_size = std::size_t{1} << 20;
    pthread_attr_setstacksize(&attributes, stack_size);
    pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
  }
  return ::mlockall(MCL_CURRENT | MCL_FUTURE) == 0;
}

// Until a signal or the end of the duration; says which.
std::string wait_for_end(const RunOptions& options, const Scene& scene, Instant begin) {
  const sigset_t signals = stop_signals();
  Progress progress;
  Instant tick = begin + std::chrono::seconds(1);
  while (true) {
    const Instant now = Clock::now();
    if (options.duration && now >= begin + *options.duration) return "duration";
    if (now >= tick) {
      tick = now + std::chrono::seconds(1);
      if (options.show == Show::progress) {
        const std::string line = progress.line(now - begin, scene.reads.summary(now),
                                               scene.writes.summary(now), scene.metadata.summary(now));
        std::fprintf(stderr, "%s\n", line.c_str());
      }
    }
    const Instant next = options.duration ? std::min(tick, begin + *options.duration) : tick;
    const auto nanoseconds = std::max<Clock::rep>(0, (next - now).count());
    const timespec pause{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
    const int signal = ::sigtimedwait(&signals, nullptr, &pause);
    if (signal > 0) return std::string("SIG") + sigabbrev_np(signal);
  }
}

// What must outlive a thread that hangs in it. The lock stays with it: to close its file is to let go of it.
struct Stage {
  explicit Stage(const Path& directory) : lock(directory / "held.lock"), scene(set_scene(directory)) {}

  HeldLock lock;
  std::unique_ptr<Scene> scene;
  LockCheck lock_check;
};

void judge_lock(const RunOptions& options, Crew& crew, Stage& stage, Outcome& outcome) {
  if (outcome.stuck) {
    outcome.lock = {LockState::unknown, "not checked: operations hang"};
    return;
  }
  crew.start([&stage, mount = outcome.mount_after] { stage.lock_check = stage.lock.check(mount); });
  outcome.stuck = !crew.wait_until(Clock::now() + options.timeout);
  outcome.lock = outcome.stuck ? LockCheck{LockState::unknown, "the check hangs"} : stage.lock_check;
}

void load(const RunOptions& options, Stage& stage, Outcome& outcome) {
  Scene& scene = *stage.scene;
  outcome.started = std::chrono::system_clock::now();
  outcome.begin = Clock::now();
  Crew crew;
  for (auto* loop : {read_loop, write_loop, metadata_loop, machine_loop}) {
    crew.start([loop, &scene] { loop(scene); });
  }
  std::printf("running\n");
  std::fflush(stdout);

  outcome.stopped_by = wait_for_end(options, scene, outcome.begin);
  outcome.ended = std::chrono::system_clock::now();
  outcome.end = Clock::now();
  scene.stop.request();
  outcome.stuck = !crew.wait_until(outcome.end + options.timeout);

  const Instant now = Clock::now();
  outcome.reads = scene.reads.summary(now);
  outcome.writes = scene.writes.summary(now);
  outcome.metadata = scene.metadata.summary(now);
  outcome.machine = scene.machine.summary(now);
  outcome.violations = scene.violations.count();
  outcome.violation_list = scene.violations.list();
  // Before the lock is judged, because that asks the server for data on purpose.
  outcome.mount_after = current_mountstats(outcome.directory);
  judge_lock(options, crew, stage, outcome);
}

void write_down(const RunOptions& options, const Scene& scene, const Outcome& outcome) {
  write_text(options.report, to_json(outcome).dump(2) + "\n");
  if (!options.journal) return;
  std::vector<PreparedFile> files;
  for (const OpenFile& open_file : scene.files) files.push_back(open_file.file);
  write_text(*options.journal, to_text(to_journal(files, scene.ledger)));
}

}  // namespace

bool run(const RunOptions& options) {
  const Path directory = std::filesystem::canonical(options.directory);
  make_room(options.report, directory);
  if (options.journal) make_room(*options.journal, directory);

  Outcome outcome;
  outcome.directory = directory.string();
  outcome.pages_locked = lock_pages();
  outcome.mount_before = current_mountstats(directory);
  auto stage = std::make_unique<Stage>(directory);
  stage->scene->interval = options.interval;
  stage->scene->metadata_bytes = options.metadata_bytes;
  stage->scene->seed = options.seed ? *options.seed : std::random_device{}();

  // Blocked before the first thread starts, so that only this one gets them. Until here they just end the program.
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  load(options, *stage, outcome);
  // What threads hang in cannot be cleaned up, not even if writing fails.
  Stage& left = outcome.stuck ? *stage.release() : *stage;
  write_down(options, *left.scene, outcome);
  if (outcome.stuck) {
    std::fprintf(stderr, "pnfs-load: some operations still hang; see %s\n", options.report.c_str());
    ::_exit(1);
  }
  return clean(outcome);
}

}  // namespace pnfs_load
