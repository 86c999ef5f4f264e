#include "mapped_file.h"

#include <sys/mman.h>

#include <cerrno>
#include <csetjmp>
#include <csignal>
#include <cstring>

#include "block_stamp.h"

namespace pnfs_load {
namespace {

thread_local sigjmp_buf way_out;
thread_local volatile sig_atomic_t copying = 0;

void on_bus_error(int signal) {
  if (copying != 0) siglongjmp(way_out, 1);
  std::signal(signal, SIG_DFL);  // somebody else's: it comes again when this returns
}

void catch_bus_errors() {
  static const bool installed = [] {
    struct sigaction action = {};
    action.sa_handler = on_bus_error;
    return ::sigaction(SIGBUS, &action, nullptr) == 0;
  }();
  static_cast<void>(installed);
}

// No object with a destructor may live here: siglongjmp passes it by.
__attribute__((noinline)) int copy(void* to, const void* from, std::size_t length) {
  if (sigsetjmp(way_out, 1) != 0) {
    copying = 0;
    return EIO;
  }
  copying = 1;
  std::memcpy(to, from, length);
  copying = 0;
  return 0;
}

class Mapping {
 public:
  Mapping(int descriptor, std::size_t length, std::uint64_t offset, int protection)
      : before_(static_cast<std::size_t>(offset % block_size)),
        length_(length + before_),
        memory_(::mmap(nullptr, length_, protection, MAP_SHARED, descriptor,
                       static_cast<off_t>(offset - before_))),
        error_(memory_ == MAP_FAILED ? errno : 0) {
    catch_bus_errors();
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() {
    if (error_ == 0) ::munmap(memory_, length_);
  }

  int error() const { return error_; }
  char* bytes() const { return static_cast<char*>(memory_) + before_; }
  int sync() const { return ::msync(memory_, length_, MS_SYNC) == 0 ? 0 : errno; }

 private:
  std::size_t before_, length_;
  void* memory_;
  int error_;
};

}  // namespace

int read_mapped(int descriptor, std::span<std::byte> bytes, std::uint64_t offset) {
  const Mapping mapping(descriptor, bytes.size(), offset, PROT_READ);
  if (mapping.error() != 0) return mapping.error();
  return copy(bytes.data(), mapping.bytes(), bytes.size());
}

int write_mapped(int descriptor, std::span<const std::byte> bytes, std::uint64_t offset, Msync msync) {
  const Mapping mapping(descriptor, bytes.size(), offset, PROT_READ | PROT_WRITE);
  if (mapping.error() != 0) return mapping.error();
  const int failed = copy(mapping.bytes(), bytes.data(), bytes.size());
  return failed == 0 && msync == Msync::yes ? mapping.sync() : failed;
}

}  // namespace pnfs_load
