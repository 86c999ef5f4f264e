#include "checklist.h"

#include <algorithm>
#include <iostream>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "terminal.h"

namespace pnfs_ha {

const char* Checklist::name_of(Result result) {
  switch (result) {
    case Result::ok:
      return "ok";
    case Result::warning:
      return "warning";
    case Result::failed:
      break;
  }
  return "failed";
}

void Checklist::look(const std::string& name, const Check& check, Result otherwise) {
  try {
    findings_.push_back({name, Result::ok, check(), {}});
  } catch (const Error& error) {
    findings_.push_back({name, otherwise, error.what(), error.remedy()});
  }
}

void Checklist::check(const std::string& name, const Check& check) {
  look(name, check, Result::failed);
}

void Checklist::advise(const std::string& name, const Check& check) {
  look(name, check, Result::warning);
}

bool Checklist::failed() const {
  return std::ranges::find(findings_, Result::failed, &Finding::result) != findings_.end();
}

void Checklist::print_json() const {
  nlohmann::json list = nlohmann::json::array();
  for (const Finding& f : findings_)
    list.push_back(
        {{"check", f.check}, {"result", name_of(f.result)}, {"found", f.found}, {"remedy", f.remedy}});
  std::cout << to_text(list, 2) << '\n';
}

void Checklist::print() const {
  Table table({0, 0, 0});
  for (const Finding& f : findings_) {
    const Colour colour = f.result == Result::ok        ? Colour::good
                          : f.result == Result::warning ? Colour::doubtful
                                                        : Colour::bad;
    table.add({name_of(f.result), f.check, f.found}, colour);
    if (!f.remedy.empty()) table.add({"", "", "  " + f.remedy});
  }
  table.print();
}

}  // namespace pnfs_ha
