#include "exercised_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "clock.h"
#include "experience.h"
#include "mapped_file.h"

namespace pnfs_load {
namespace {

constexpr std::uint64_t piece_length = std::uint64_t{1} << 20;  // of one read of a verification

ActionResult failure_if(bool failed) {
  ActionResult result;
  if (failed) result.error_number = errno;
  return result;
}

ActionResult outcome(ssize_t transferred, std::uint64_t asked) {
  ActionResult result = failure_if(transferred < 0);
  result.short_transfer = transferred >= 0 && static_cast<std::uint64_t>(transferred) != asked;
  return result;
}

std::size_t blocks_for(std::uint64_t bytes) {
  return static_cast<std::size_t>((bytes + block_size - 1) / block_size);
}

}  // namespace

std::string ActionResult::error() const {
  return error_number != 0 ? describe_errno(error_number) : "short transfer";
}

ExercisedFile::ExercisedFile(const Path& path, ContentModel model)
    : path_(path), other_path_(path.string() + "-renamed"), model_(std::move(model)) {
  const int failed = open();
  if (failed != 0) throw OpenFailed(path_, failed);
}

ExercisedFile::~ExercisedFile() {
  close();
}

int ExercisedFile::open() {
  buffered_ = ::open(path_.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
  if (buffered_ < 0) return errno;
  direct_ = ::open(path_.c_str(), O_RDWR | O_DIRECT | O_CLOEXEC);
  if (direct_ >= 0) return 0;
  const int failed = errno;
  close();
  return failed;
}

int ExercisedFile::close() {
  int failed = 0;
  for (int* descriptor : {&direct_, &buffered_}) {
    if (*descriptor >= 0 && ::close(*descriptor) != 0) failed = errno;
    *descriptor = -1;
  }
  return failed;
}

ActionResult ExercisedFile::perform(const Action& action) {
  const auto offset = static_cast<off_t>(action.offset);
  const auto length = static_cast<off_t>(action.length);
  ActionResult result;
  if (is_read(action.kind)) return read(action);
  switch (action.kind) {
    case Kind::append:
      result = append(action);
      break;
    case Kind::allocate:
      result = failure_if(::fallocate(buffered_, 0, offset, length) != 0);
      break;
    case Kind::punch:
      result =
          failure_if(::fallocate(buffered_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length) != 0);
      break;
    case Kind::truncate:
      result = failure_if(::ftruncate(buffered_, length) != 0);
      break;
    case Kind::fsync:
      result = failure_if(::fsync(buffered_) != 0);
      break;
    case Kind::stat:
      return check_size();
    case Kind::reopen:
      return reopen();
    case Kind::rename:
      return rename();
    default:
      result = write(action);
  }
  if (!result.failed()) model_.apply(action);
  return result;
}

ActionResult ExercisedFile::write(const Action& action) {
  AlignedBuffer buffer(blocks_for(action.length));
  const auto bytes = buffer.bytes().first(static_cast<std::size_t>(action.length));
  model_.pattern().fill(bytes, action.offset, model_.origin(action.number));
  if (is_mapped(action.kind)) {
    const Msync msync = action.kind == Kind::write_msync ? Msync::yes : Msync::no;
    ActionResult result;
    result.error_number = write_mapped(buffered_, bytes, action.offset, msync);
    return result;
  }
  const int descriptor = action.kind == Kind::write_direct ? direct_ : buffered_;
  return outcome(::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(action.offset)),
                 action.length);
}

ActionResult ExercisedFile::append(const Action& action) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(action.length));
  model_.pattern().fill(bytes, model_.size(), model_.origin(action.number));
  const int flags = ::fcntl(buffered_, F_GETFL);
  if (flags < 0 || ::fcntl(buffered_, F_SETFL, flags | O_APPEND) != 0) return failure_if(true);
  ActionResult result = outcome(::write(buffered_, bytes.data(), bytes.size()), action.length);
  if (::fcntl(buffered_, F_SETFL, flags) != 0) return failure_if(true);
  return result;
}

ActionResult ExercisedFile::read(const Action& action) {
  AlignedBuffer buffer(blocks_for(action.length));
  auto bytes = buffer.bytes().first(static_cast<std::size_t>(action.length));
  auto transferred = static_cast<ssize_t>(bytes.size());
  ActionResult result;
  if (action.kind == Kind::read_mapped) {
    result.error_number = read_mapped(buffered_, bytes, action.offset);
  } else {
    const int descriptor = action.kind == Kind::read_direct ? direct_ : buffered_;
    transferred = ::pread(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(action.offset));
    result = failure_if(transferred < 0);
  }
  if (result.failed()) return result;
  bytes = bytes.first(static_cast<std::size_t>(transferred));
  const std::uint64_t there = std::min(action.length, model_.size() - action.offset);
  result.wrong = compare(model_, bytes, action.offset, there);
  return result;
}

ActionResult ExercisedFile::check_size() {
  struct stat status = {};
  ActionResult result = failure_if(::fstat(buffered_, &status) != 0);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (!result.failed() && size != model_.size()) {
    const auto [low, high] = std::minmax({size, model_.size()});
    result.wrong.push_back({low,
                            high - low,
                            0,
                            {},
                            "a size of " + std::to_string(model_.size()),
                            "a size of " + std::to_string(size)});
  }
  return result;
}

ActionResult ExercisedFile::reopen() {
  ActionResult result;
  result.error_number = close();
  const int failed = open();
  if (result.error_number == 0) result.error_number = failed;
  return result;
}

ActionResult ExercisedFile::rename() {
  const Instant start = Clock::now();
  ActionResult result = failure_if(::rename(path_.c_str(), other_path_.c_str()) != 0);
  if (result.error_number == ENOENT && Clock::now() - start > stall_limit &&
      ::access(other_path_.c_str(), F_OK) == 0) {
    result.error_number = 0;
    result.repeated = true;
  }
  if (!result.failed()) std::swap(path_, other_path_);
  return result;
}

ActionResult ExercisedFile::give_up_the_cache(Look look) {
  ActionResult result = failure_if(::fsync(buffered_) != 0);
  if (!result.failed()) result.error_number = ::posix_fadvise(buffered_, 0, 0, POSIX_FADV_DONTNEED);
  if (!result.failed() && look == Look::opened_anew) result = reopen();
  return result;
}

ActionResult ExercisedFile::verify(Look look, Way way, const Extent& part) {
  ActionResult result;
  if (look != Look::as_it_is) {
    way = Way::direct;
    result = give_up_the_cache(look);
  }
  if (!result.failed() && part.end > model_.size()) result = check_size();
  const std::uint64_t last = std::min(part.end, model_.size());
  for (std::uint64_t at = part.begin; at < last && !result.failed(); at += piece_length) {
    const std::uint64_t asked = std::min(piece_length, last - at);
    const ActionResult piece = way == Way::page_cache
                                   ? read({Kind::read_buffered, at, asked})
                                   : read({Kind::read_direct, at, blocks_for(asked) * block_size});
    result.error_number = piece.error_number;
    result.wrong.insert(result.wrong.end(), piece.wrong.begin(), piece.wrong.end());
  }
  return result;
}

}  // namespace pnfs_load
