#include "test_program.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <utility>

#include "block_stamp.h"
#include "prepared_files.h"

namespace pnfs_load {
namespace {

constexpr int cannot_start = 127;

}  // namespace

Program::Program(const std::vector<std::string>& arguments, Path output) : output_(std::move(output)) {
  std::vector<std::string> words{PNFS_LOAD};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  process_ = ::fork();
  if (process_ != 0) return;
  const int target = ::open(output_.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
  ::dup2(target, STDOUT_FILENO);
  ::dup2(target, STDERR_FILENO);
  ::execv(argv[0], argv.data());
  ::_exit(cannot_start);
}

Program::~Program() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  wait();
}

void Program::signal(int number) const {
  ::kill(process_, number);
}

int Program::wait() {
  int status = 0;
  if (process_ <= 0 || ::waitpid(process_, &status, 0) != process_) return -1;
  process_ = -1;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::string Program::output() const {
  return read_text(output_);
}

bool Program::says(const std::string& text) const {
  const Instant limit = Clock::now() + std::chrono::seconds(10);
  while (Clock::now() < limit) {
    if (std::filesystem::exists(output_) && output().find(text) != std::string::npos) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

void WithDirectory::SetUp() {
  std::string name = ::testing::TempDir() + "pnfs-load-XXXXXX";
  ASSERT_NE(::mkdtemp(name.data()), nullptr);
  home = name;
  data = home / "data";
  const int probe = ::open((home / "probe").c_str(), O_CREAT | O_RDWR | O_DIRECT, 0600);
  if (probe < 0) GTEST_SKIP() << "no O_DIRECT in " << home;
  ::close(probe);
  ASSERT_EQ(pnfs_load({"prepare", data, "--files", "1", "--size-mib", "1"}).exit_code, 0);
}

void WithDirectory::TearDown() {
  std::filesystem::remove_all(home);
}

WithDirectory::Result WithDirectory::pnfs_load(const std::vector<std::string>& arguments) const {
  Program program(arguments, home / "output");
  const int exit_code = program.wait();
  return {exit_code, program.output()};
}

void WithDirectory::overwrite(std::uint64_t first_block, const std::string& content) const {
  const Path path = data / name_of(prepared_files(data).at(0));
  const int file = ::open(path.c_str(), O_WRONLY);
  ASSERT_EQ(::pwrite(file, content.data(), content.size(), static_cast<off_t>(first_block * block_size)),
            static_cast<ssize_t>(content.size()));
  ASSERT_EQ(::fsync(file), 0);
  ::close(file);
}

}  // namespace pnfs_load
