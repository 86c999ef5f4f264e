#include "checklist.h"

#include <algorithm>
#include <iostream>

#include "base/error.h"
#include "base/json.h"
#include "terminal.h"

namespace pnfs_ha {
namespace {

Colour colour_of(Finding finding) {
  switch (finding) {
    case Finding::ok:
      return Colour::good;
    case Finding::warning:
      return Colour::doubtful;
    case Finding::failed:
      break;
  }
  return Colour::bad;
}

}  // namespace

void Checklist::look(const std::string& name, const Check& check, Finding otherwise) {
  try {
    rows_.push_back({name, Finding::ok, check(), {}});
  } catch (const Error& error) {
    rows_.push_back({name, otherwise, error.what(), error.remedy()});
  }
}

void Checklist::check(const std::string& name, const Check& check) {
  look(name, check, Finding::failed);
}

void Checklist::advise(const std::string& name, const Check& check) {
  look(name, check, Finding::warning);
}

bool Checklist::failed() const {
  return std::ranges::find(rows_, Finding::failed, &Row::finding) != rows_.end();
}

void Checklist::print_json() const {
  nlohmann::json list = nlohmann::json::array();
  for (const Row& row : rows_)
    list.push_back({{"check", row.check},
                    {"result", finding_names.of(row.finding)},
                    {"found", row.found},
                    {"remedy", row.remedy}});
  std::cout << to_text(list, 2) << '\n';
}

void Checklist::print() const {
  Table table({0, 0, 0});
  for (const Row& row : rows_) {
    table.add({finding_names.of(row.finding), row.check, row.found}, colour_of(row.finding));
    if (!row.remedy.empty()) table.add({"", "", "  " + row.remedy});
  }
  table.print();
}

}  // namespace pnfs_ha
