#include "prepared_files.h"

#include <fcntl.h>

#include <algorithm>
#include <charconv>
#include <random>
#include <string_view>
#include <system_error>

#include "block_stamp.h"
#include "direct_file.h"
#include "error.h"

namespace pnfs_load {
namespace {

constexpr std::string_view prefix = "data-";
constexpr std::string_view suffix = ".blk";
constexpr std::size_t hex_digits = 16;
constexpr std::size_t chunk_blocks = 256;  // 1 MiB a write

template <typename Number>
bool parse_whole(std::string_view text, Number& number, int base) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return failure == std::errc() && end == text.data() + text.size();
}

std::uint64_t random_id() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) | device();
}

void write_fully(const Path& path, const PreparedFile& file) {
  const DirectFile target(path, O_CREAT | O_EXCL | O_WRONLY);
  AlignedBuffer buffer(chunk_blocks);
  for (std::uint64_t block = 0; block < file.blocks; block += chunk_blocks) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(chunk_blocks, file.blocks - block));
    for (std::size_t i = 0; i < count; ++i) write_stamp(buffer.block(i), {file.id, block + i, 1});
    const auto bytes = buffer.bytes().first(count * block_size);
    const Transfer written = target.write(bytes, block * block_size);
    if (written.error_number != 0) throw Error::system("cannot write " + path.string(), written.error_number);
    if (written.bytes != bytes.size()) throw Error("cannot write " + path.string() + ": a short write");
  }
  target.sync();
}

}  // namespace

std::string to_hex(std::uint64_t id) {
  std::string digits(hex_digits, '0');
  for (std::size_t i = hex_digits; i-- > 0; id >>= 4) digits[i] = "0123456789abcdef"[id & 15];
  return digits;
}

std::string to_name(unsigned index, std::uint64_t id) {
  return std::string(prefix) + std::to_string(index) + "-" + to_hex(id) + std::string(suffix);
}

std::optional<FileName> parse_name(const std::string& name) {
  std::string_view rest = name;
  if (!rest.starts_with(prefix) || !rest.ends_with(suffix)) return std::nullopt;
  rest.remove_prefix(prefix.size());
  rest.remove_suffix(suffix.size());
  const auto dash = rest.find('-');
  FileName result;
  if (dash == std::string_view::npos || rest.size() - dash - 1 != hex_digits) return std::nullopt;
  if (!parse_whole(rest.substr(0, dash), result.index, 10)) return std::nullopt;
  if (!parse_whole(rest.substr(dash + 1), result.id, 16)) return std::nullopt;
  return result;
}

std::vector<PreparedFile> prepared_files(const Path& directory) {
  std::vector<PreparedFile> files;
  std::error_code failure;
  for (std::filesystem::directory_iterator entry(directory, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    if (const auto name = parse_name(entry->path().filename().string())) {
      files.push_back({name->index, name->id, entry->file_size(failure) / block_size});
      if (failure) break;
    }
  }
  if (failure) throw Error::system("cannot list " + directory.string(), failure.value());
  if (files.empty()) throw Error("no prepared files in " + directory.string() + ": run `pnfs-load prepare`");
  std::sort(files.begin(), files.end(),
            [](const PreparedFile& a, const PreparedFile& b) { return a.index < b.index; });
  return files;
}

std::vector<PreparedFile> prepare(const Path& directory, const Plan& plan) {
  std::error_code failure;
  std::filesystem::create_directories(directory, failure);
  if (failure) throw Error::system("cannot create " + directory.string(), failure.value());

  std::vector<Path> leftovers;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (parse_name(entry.path().filename().string())) leftovers.push_back(entry.path());
  }
  for (const Path& leftover : leftovers) std::filesystem::remove(leftover);

  std::vector<PreparedFile> files;
  for (unsigned index = 0; index < plan.files; ++index) {
    files.push_back({index, random_id(), plan.blocks});
    write_fully(directory / name_of(files.back()), files.back());
  }
  return files;
}

}  // namespace pnfs_load
