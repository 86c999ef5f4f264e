// Preloaded by the tests of the exerciser: a kernel that gets one thing wrong, named by PNFS_LOAD_FAULT.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <string_view>

namespace {

bool fault(std::string_view name) {
  const char* chosen = std::getenv("PNFS_LOAD_FAULT");
  return chosen != nullptr && name == chosen;
}

}  // namespace

extern "C" int fallocate(int file, int mode, off_t offset, off_t length) {
  if (mode != 0 && fault("punch does nothing")) return 0;
  if (mode == 0 && fault("no space")) {
    errno = ENOSPC;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_fallocate, file, mode, offset, length));
}

extern "C" int fcntl64(int file, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  if (command == F_SETLKW && fault("locks do nothing")) return 0;
  return static_cast<int>(::syscall(SYS_fcntl, file, command, argument));
}

extern "C" int fcntl(int file, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  return fcntl64(file, command, argument);
}
