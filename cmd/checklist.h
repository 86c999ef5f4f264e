// What `check` finds, one by one.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/names.h"

namespace pnfs_ha {

enum class Finding { ok, warning, failed };

inline constexpr auto finding_names =
    names<Finding>({{Finding::ok, "ok"}, {Finding::warning, "warning"}, {Finding::failed, "failed"}});

class Checklist {
 public:
  using Check = std::function<std::string()>;

  // The check returns what it found; it throws Error if that is not good.
  void check(const std::string& name, const Check& check);
  // The check returns what is good, or throws what is worth knowing.
  void advise(const std::string& name, const Check& check);

  bool failed() const;
  void print() const;
  void print_json() const;

 private:
  struct Row {
    std::string check;
    Finding finding = Finding::ok;
    std::string found;
    std::string remedy;  // empty if there is none
  };

  void look(const std::string& name, const Check& check, Finding otherwise);

  std::vector<Row> rows_;
};

}  // namespace pnfs_ha
