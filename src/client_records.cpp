#include "client_records.h"

#include <spdlog/spdlog.h>

#include <charconv>

#include "error.h"

namespace pnfs_ha {

ClientRecords::ClientRecords(Host& host, const Path& lun_mount_point)
    : host_(host), copy_(lun_mount_point / directory / "client-records.sqlite") {}

std::optional<int> ClientRecords::serial_on_lun() const {
  return host_.database_version(copy_);
}

int ClientRecords::serial_on_mirror() const {
  const std::string text = host_.read_file(serial_file).value_or("");
  int serial = 0;
  std::from_chars(text.data(), text.data() + text.size(), serial);
  return serial;
}

void ClientRecords::choose_newest() {
  const int here = serial_on_mirror();
  lost_ = false;
  std::optional<int> there;
  try {
    there = serial_on_lun();
  } catch (const Error& error) {
    lost_ = !host_.resolve(path);
    if (lost_ && loss_allowed_)
      host_.rename_file(copy_, copy_.string() + ".damaged");
    else if (lost_)
      throw Error("the mirror has no client records, and their copy on the LUN cannot be used: " +
                      std::string(error.what()),
                  "`pnfs-ha recover` serves without them; clients lose their locks");
    spdlog::error("{}; {}", error.what(), lost_ ? "serving without" : "the mirror's records are used");
  }
  if (!there || *there <= here) return;
  spdlog::warn("the mirror's client records are older (serial {}) than the LUN's (serial {}): taking these",
               here, *there);
  host_.copy_database(copy_, path, 0);
  host_.write_file(serial_file, std::to_string(*there) + "\n");
}

void ClientRecords::save_changes() {
  const auto records = host_.read_file(path);
  if (!records || *records == saved_) return;
  int last = serial_on_mirror();
  try {
    last = std::max(last, serial_on_lun().value_or(0));
  } catch (const Error& error) {
    spdlog::error("{}; making a new one", error.what());
  }
  // The copy first: until the mirror knows the number, the copy counts as newer, and it is as new.
  host_.copy_database(path, copy_, last + 1);
  host_.write_file(serial_file, std::to_string(last + 1) + "\n");
  saved_ = *records;
}

}  // namespace pnfs_ha
