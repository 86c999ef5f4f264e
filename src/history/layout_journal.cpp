#include "history/layout_journal.h"

#include <spdlog/spdlog.h>

#include "base/format.h"
#include "base/json.h"

namespace pnfs_ha {
namespace {

constexpr Format layouts_format{"the journal of layouts", 1};

}  // namespace

using nlohmann::json;

LayoutJournal::LayoutJournal(Host& host, const NfsServer& nfs, Path export_root)
    : host_(host), nfs_(nfs), export_root_(std::move(export_root)) {}

void LayoutJournal::take_over() {
  for (const char* file : {journal, previous}) give_up_if_newer(file);
  auto last = read(journal);
  if (!last) return;
  if (const auto left = read(previous)) {
    last->files.insert(last->files.end(), left->files.begin(), left->files.end());
    last->more += left->more;
  }
  write(previous, *last);
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
    else if (const std::string path = host_.path_of_inode(export_root_, file.inode); !path.empty())
      file.name = path;
    names[file.inode] = file.name;
  }
  names_ = std::move(names);
  return at_risk;
}

std::optional<AtRisk> LayoutJournal::to_judge() const {
  return read(previous);
}

void LayoutJournal::judged() {
  host_.remove_file(previous);
}

void LayoutJournal::write(const char* file, const AtRisk& at_risk) {
  host_.write_file(file, to_text(to_json(at_risk)) + "\n");
}

std::optional<AtRisk> LayoutJournal::read(const char* file) const {
  try {
    return at_risk_from_json(parse_json(host_.read_file(file).value_or("")));
  } catch (const NewerFormat&) {
    return std::nullopt;  // see take_over()
  }
}

void LayoutJournal::give_up_if_newer(const char* file) {
  try {
    at_risk_from_json(parse_json(host_.read_file(file).value_or("")));
  } catch (const NewerFormat& newer) {
    spdlog::error("cannot tell what became of the files that clients wrote directly: {}; {}", newer.what(),
                  newer.remedy());
    host_.remove_file(file);
  }
}

json to_json(const AtRisk& at_risk) {
  json files = json::array();
  for (const FileUse& use : at_risk.files)
    files.push_back({{"client", use.client}, {"inode", use.inode}, {"path", use.name}});
  return {{"format", layouts_format.newest},
          {"server", at_risk.server},
          {"released", at_risk.released},
          {"files", files},
          {"more", at_risk.more}};
}

std::optional<AtRisk> at_risk_from_json(const json& document) {
  if (!document.is_object()) return std::nullopt;
  format_of(document, layouts_format);
  const auto file_use = [](const json& use) {
    return FileUse{.client = value_of(use, "client", ""),
                   .inode = value_of(use, "inode", std::uint64_t{0}),
                   .name = value_of(use, "path", "/"),
                   .layout = true,
                   .writes = true};
  };
  return AtRisk{.server = value_of(document, "server", ""),
                .released = value_of(document, "released", false),
                .files = each_of(document, "files", file_use),
                .more = value_of(document, "more", std::size_t{0})};
}

}  // namespace pnfs_ha
