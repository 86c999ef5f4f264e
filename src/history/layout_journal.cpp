#include "history/layout_journal.h"

#include <spdlog/spdlog.h>

#include "base/json.h"

namespace pnfs_ha {

using nlohmann::json;

LayoutJournal::LayoutJournal(Host& host, const NfsServer& nfs, Path lun_mount_point)
    : host_(host), nfs_(nfs), mount_point_(std::move(lun_mount_point)) {}

void LayoutJournal::take_over() {
  auto last = read(journal);
  if (!last) return;
  if (const auto left = read(former)) {
    last->files.insert(last->files.end(), left->files.begin(), left->files.end());
    last->more += left->more;
  }
  write(former, *last);
  host_.remove_file(journal);
}

void LayoutJournal::save() {
  AtRisk at_risk = now(false);
  if (saved_ == at_risk) return;
  write(journal, at_risk);
  saved_ = std::move(at_risk);
}

void LayoutJournal::close() {
  if (!nfs_.state().running || !host_.resolve(journal)) return;
  const AtRisk at_risk = now(true);
  write(journal, at_risk);
  if (!at_risk.files.empty())
    spdlog::warn(
        "{} files are being written directly while this server stops, {} of {} first: what is not "
        "committed, clients commit at the next server",
        at_risk.files.size() + at_risk.more, at_risk.files.front().name, at_risk.files.front().client);
}

// A file keeps the name by which it was first known: the kernel forgets names.
AtRisk LayoutJournal::now(bool released) {
  AtRisk at_risk{host_.host_name(), released, written_directly(nfs_.file_uses())};
  std::vector<FileUse>& files = at_risk.files;
  if (files.size() > most_files) {
    at_risk.more = files.size() - most_files;
    files.resize(most_files);
  }
  std::map<std::uint64_t, std::string> names;
  for (FileUse& file : files) {
    if (const auto known = names_.find(file.inode); known != names_.end())
      file.name = known->second;
    else if (const std::string path = host_.path_of_inode(mount_point_, file.inode); !path.empty())
      file.name = path;
    names[file.inode] = file.name;
  }
  names_ = std::move(names);
  return at_risk;
}

std::optional<AtRisk> LayoutJournal::to_judge() const {
  return read(former);
}

void LayoutJournal::judged() {
  host_.remove_file(former);
}

void LayoutJournal::write(const char* file, const AtRisk& at_risk) {
  json files = json::array();
  for (const FileUse& use : at_risk.files)
    files.push_back({{"client", use.client}, {"inode", use.inode}, {"path", use.name}});
  const json text = {
      {"server", at_risk.server}, {"released", at_risk.released}, {"files", files}, {"more", at_risk.more}};
  host_.write_file(file, to_text(text) + "\n");
}

std::optional<AtRisk> LayoutJournal::read(const char* file) const {
  const json text = parse_json(host_.read_file(file).value_or(""));
  if (!text.is_object()) return std::nullopt;
  AtRisk at_risk{.server = value_of(text, "server", ""),
                 .released = value_of(text, "released", false),
                 .files = {},
                 .more = value_of(text, "more", std::size_t{0})};
  for (const json& use : array_of(text, "files"))
    at_risk.files.push_back({.client = value_of(use, "client", ""),
                             .inode = value_of(use, "inode", std::uint64_t{0}),
                             .name = value_of(use, "path", "/"),
                             .layout = true,
                             .writes = true});
  return at_risk;
}

}  // namespace pnfs_ha
