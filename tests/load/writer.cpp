#include "writer.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <functional>
#include <sstream>
#include <thread>

#include "direct_file.h"
#include "error.h"

namespace pnfs_load {
namespace {

int open_or_throw(const Path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) throw Error::system("cannot open " + path.string(), errno);
  return descriptor;
}

void write_all(int descriptor, const std::string& what, const char* bytes, std::size_t length,
               std::uint64_t offset) {
  while (length > 0) {
    const ssize_t written = ::pwrite(descriptor, bytes, length, static_cast<off_t>(offset));
    if (written < 0) throw Error::system("cannot write " + what, errno);
    bytes += written;
    length -= static_cast<std::size_t>(written);
    offset += static_cast<std::uint64_t>(written);
  }
}

void check(int result, const std::string& what) {
  if (result != 0) throw Error::system("cannot " + what, errno);
}

// Differs from file to file, from write to write and from word to word (splitmix64), and is never zero.
std::string content(std::uint64_t seed, std::uint64_t offset, std::uint64_t length) {
  std::string bytes(length, '\0');
  for (std::uint64_t at = 0; at < length; at += sizeof(std::uint64_t)) {
    std::uint64_t word = seed + (offset + at + 1) * 0x9e3779b97f4a7c15U;
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9U;
    word = (word ^ (word >> 27)) * 0x94d049bb133111ebU;
    word = (word ^ (word >> 31)) | 0x0101010101010101U;
    std::memcpy(bytes.data() + at, &word, std::min(sizeof word, static_cast<std::size_t>(length - at)));
  }
  return bytes;
}

}  // namespace

std::optional<std::uint64_t> parse_size(const std::string& text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc()) return std::nullopt;
  const std::string unit(rest, end);
  if (unit == "k") return number << 10;
  if (unit == "m") return number << 20;
  if (unit.empty()) return number;
  return std::nullopt;
}

Writer::Writer(const Path& file, const Path& shadow)
    : path_(file),
      file_(open_or_throw(file, 0)),
      direct_(open_or_throw(file, O_DIRECT)),
      shadow_(open_or_throw(shadow, 0)) {}

Writer::~Writer() {
  for (const int descriptor : {direct_, file_, shadow_}) {
    if (descriptor >= 0) ::close(descriptor);
  }
}

void Writer::obey(const std::string& line) {
  std::istringstream words(line);
  std::string verb;
  words >> verb;
  const auto word = [&] {
    std::string text;
    if (!(words >> text)) throw UsageError("'" + line + "' is too short");
    return text;
  };
  const auto size = [&] {
    const std::string text = word();
    if (const auto number = parse_size(text)) return *number;
    throw UsageError("'" + line + "': '" + text + "' is no size");
  };
  const auto bytes = [&] {
    const std::uint64_t offset = size();
    return Bytes{offset, size()};
  };

  if (verb == "write") {
    const std::string how = word();
    write(how, bytes());
  } else if (verb == "writeback") {
    check(::sync_file_range(file_, 0, 0,
                            SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER),
          "write back " + path_.string());
  } else if (verb == "allocate") {
    allocate(0, bytes());
  } else if (verb == "punch") {
    allocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, bytes());
  } else if (verb == "truncate") {
    const auto end = static_cast<off_t>(size());
    check(::ftruncate(file_, end), "truncate " + path_.string());
    check(::ftruncate(shadow_, end), "truncate the shadow of " + path_.string());
  } else if (verb == "fsync") {
    check(::fsync(file_), "sync " + path_.string());
  } else if (verb == "wait") {
    const Path flag = word();
    while (!std::filesystem::exists(flag)) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  } else if (verb == "pause") {
    std::this_thread::sleep_for(std::chrono::milliseconds(size()));
  } else {
    throw UsageError("a writer cannot '" + verb + "'");
  }
}

void Writer::write(const std::string& how, Bytes where) {
  const std::uint64_t seed = std::hash<std::string>()(path_.filename().string()) + ++writes_;
  const std::string fresh = content(seed, where.offset, where.length);
  if (how == "direct") {
    if (where.offset % block_size != 0 || where.length % block_size != 0) {
      throw UsageError("a direct write has whole blocks");
    }
    AlignedBuffer buffer(where.length / block_size);
    std::memcpy(buffer.bytes().data(), fresh.data(), fresh.size());
    write_all(direct_, path_.string() + " directly", reinterpret_cast<const char*>(buffer.bytes().data()),
              fresh.size(), where.offset);
  } else if (how == "buffered") {
    write_all(file_, path_.string(), fresh.data(), fresh.size(), where.offset);
  } else if (how == "mapped") {
    write_mapped(fresh, where);
  } else {
    throw UsageError("a writer cannot write '" + how + "'");
  }
  write_all(shadow_, "the shadow of " + path_.string(), fresh.data(), fresh.size(), where.offset);
}

void Writer::write_mapped(const std::string& fresh, Bytes where) {
  const std::uint64_t before = where.offset % block_size;
  const std::size_t length = static_cast<std::size_t>(where.length + before);
  void* memory = ::mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, file_,
                        static_cast<off_t>(where.offset - before));
  if (memory == MAP_FAILED) throw Error::system("cannot map " + path_.string(), errno);
  std::memcpy(static_cast<char*>(memory) + before, fresh.data(), fresh.size());
  ::munmap(memory, length);
}

void Writer::allocate(int mode, Bytes where) {
  const auto offset = static_cast<off_t>(where.offset);
  const auto length = static_cast<off_t>(where.length);
  check(::fallocate(file_, mode, offset, length), "allocate in " + path_.string());
  check(::fallocate(shadow_, mode, offset, length), "allocate in the shadow of " + path_.string());
}

void obey_script(Writer& writer, std::istream& script, std::ostream& log) {
  for (std::string line; std::getline(script, line);) {
    if (line.empty()) continue;
    writer.obey(line);
    log << "ok " << line << std::endl;  // NOLINT(performance-avoid-endl): each line at once
  }
}

}  // namespace pnfs_load
