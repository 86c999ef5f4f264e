// What `check` finds, one by one.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace pnfs_ha {

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
  enum class Result { ok, warning, failed };
  struct Finding {
    std::string check;
    Result result = Result::ok;
    std::string found;
    std::string remedy;  // empty if there is none
  };

  void look(const std::string& name, const Check& check, Result otherwise);
  static const char* name_of(Result result);

  std::vector<Finding> findings_;
};

}  // namespace pnfs_ha
