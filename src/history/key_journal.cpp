#include "history/key_journal.h"

#include <spdlog/fmt/fmt.h>

#include "base/format.h"
#include "base/json.h"
#include "base/number.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

constexpr Format keys_format{"a journal of keys", 1};
constexpr std::string_view prefix = "pnfs-ha-keys-", suffix = ".json";

Path file_of(std::uint32_t start) {
  return Path(KeyJournal::directory) / fmt::format("{}{:08x}{}", prefix, start, suffix);
}

json to_json(const KeyOwners& owners) {
  json document = {{"format", keys_format.newest}};
  for (const auto& [key, owner] : owners)
    document[fmt::format("{:016x}", key)] = {{"client", owner.client}, {"address", owner.address}};
  return document;
}

void add_owners(KeyOwners& owners, const std::string& text) {
  const json document = parse_json(text);
  if (!document.is_object()) return;
  format_of(document, keys_format);
  for (const auto& [key, owner] : document.items())
    if (const auto number = whole_number<pr::Key>(key, 16); number && owner.is_object())
      owners[*number] = {value_of(owner, "client", ""), value_of(owner, "address", "")};
}

}  // namespace

void KeyJournal::save() {
  if (!nfs_.state().running) return;
  KeyOwners now;
  for (const NfsClient& client : nfs_.clients())
    if (client.status != "unconfirmed") now[client.key] = {client.name, client.address};
  // Without a client the start is unknown; whom the file names last may still be registered.
  if (now.empty() || now == saved_) return;
  files_.write_file(file_of(nfsd_start_of(now.begin()->first)), to_text(to_json(now)) + "\n");
  saved_ = std::move(now);
}

KeyOwners KeyJournal::owners() const {
  KeyOwners owners;
  for (const std::string& name : files_.list(directory))
    if (name.starts_with(prefix) && name.ends_with(suffix))
      add_owners(owners, files_.read_file(Path(directory) / name).value_or(""));
  return owners;
}

void KeyJournal::forget(std::uint32_t start) {
  files_.remove_file(file_of(start));
}

}  // namespace pnfs_ha
