#include "server/client_records.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.h"
#include "base/format.h"
#include "base/number.h"

namespace pnfs_ha {
namespace {

const std::string prefix = "client-records-", suffix = ".sqlite";

std::uint32_t to_number(std::string_view text) {
  return leading_number<std::uint32_t>(text).value_or(0);
}

constexpr Format name_format{"a copy of the client records on the LUN", 1};
constexpr Format epoch_format{"the epoch of the client records", 1};

// "client-records-7.42.sqlite"; a later format would be "client-records-format N …". Throws NewerFormat.
std::optional<RecordsNumber> parse_name(const std::string& name) {
  if (!name.starts_with(prefix) || !name.ends_with(suffix)) return std::nullopt;
  const std::string text = name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
  require_known_line(text, name_format);
  const std::size_t dot = text.find('.');
  if (dot == std::string::npos) return std::nullopt;
  return RecordsNumber{to_number(text), to_number(std::string_view(text).substr(dot + 1))};
}

// Every transaction counts it up, in the database itself, as long as there is no write-ahead log; nfsdcld
// uses none. A transaction that a crash cut off may have counted already: then the records are as they were.
std::uint32_t change_counter(const std::string& database) {
  constexpr std::size_t offset = 24;
  std::uint32_t counter = 0;
  for (std::size_t i = offset; i < offset + 4 && i < database.size(); ++i)
    counter = counter << 8 | static_cast<unsigned char>(database[i]);
  return counter;
}

}  // namespace

std::string to_string(const RecordsNumber& number) {
  return std::to_string(number.epoch) + "." + std::to_string(number.change);
}

ClientRecords::ClientRecords(Host& host, const Path& lun_mount_point)
    : host_(host), directory_(lun_mount_point / directory) {}

Path ClientRecords::draft() const {
  return directory_ / "draft";
}

Path ClientRecords::copy(const RecordsNumber& number) const {
  return directory_ / (prefix + to_string(number) + suffix);
}

std::optional<RecordsNumber> ClientRecords::on_lun() const {
  std::optional<RecordsNumber> newest;
  for (const std::string& name : host_.list(directory_))
    if (const auto number = parse_name(name); number && (!newest || *newest < *number)) newest = number;
  return newest;
}

RecordsNumber ClientRecords::on_mirror() const {
  const auto records = host_.read_file(path);
  if (!records) return {};
  const std::string epoch = host_.read_file(epoch_file).value_or("");
  require_known_line(epoch, epoch_format);
  return {to_number(epoch), change_counter(*records)};
}

void ClientRecords::choose_newest() {
  lost_ = false;
  host_.create_directory(directory_, 0700);
  const RecordsNumber here = on_mirror();
  const auto there = on_lun();
  if (there && here < *there) take_copy(*there);
  const std::uint32_t epoch = std::max(here.epoch, there ? there->epoch : 0) + 1;
  // The LUN first: until the mirror knows the epoch, the copy counts as newer, and it is as new.
  if (host_.resolve(path)) try {
      host_.copy_database(path, draft());
      // Only now: copying has undone what a crash cut off.
      put_in_place({epoch, on_mirror().change});
    } catch (const Error& error) {
      // A full LUN must not keep the server from serving those who could make room. The keeper goes on trying.
      spdlog::error("cannot copy the client records to the LUN: {}", error.what());
    }
  host_.write_file(epoch_file, std::to_string(epoch) + "\n");
}

void ClientRecords::take_copy(const RecordsNumber& number) {
  try {
    host_.check_database(copy(number));
  } catch (const Error& error) {
    lost_ = !host_.resolve(path);
    if (lost_ && !loss_allowed_)
      throw Error("the mirror has no client records, and their copy on the LUN cannot be used: " +
                      std::string(error.what()),
                  "`pnfs-ha recover` serves without them; clients lose their locks");
    spdlog::error("{}; {}", error.what(), lost_ ? "serving without" : "the mirror's records are used");
    host_.rename_file(copy(number), copy(number).string() + ".damaged");
    return;
  }
  spdlog::warn("the mirror's client records are older ({}) than the LUN's ({}): taking these",
               to_string(on_mirror()), to_string(number));
  host_.copy_database(copy(number), path);  // what fails here is no fault of the copy
}

void ClientRecords::save_changes() {
  const auto saved = on_lun();
  for (RecordsNumber now = on_mirror(); now.change != 0 && now != saved; now = on_mirror()) {
    host_.copy_database(path, draft());
    if (on_mirror() != now) continue;  // a client came or went: which of both is in the copy?
    put_in_place(now);
    break;
  }
}

void ClientRecords::put_in_place(const RecordsNumber& number) {
  host_.rename_file(draft(), copy(number));
  for (const std::string& name : host_.list(directory_))
    if (const auto other = parse_name(name); other && *other < number) host_.remove_file(directory_ / name);
}

}  // namespace pnfs_ha
