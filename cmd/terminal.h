// The terminal: who sits there, and tables in the width and the colours that it has.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace pnfs_ha {

// Throws UsageError if somebody else runs this program.
void require_root();

enum class Confirmation { ask, given };  // given: by --yes

// Throws UsageError if confirm() would have nobody to ask: before anything is done.
void require_somebody(const std::string& question, Confirmation confirmation);

// Asks "… [y/N]" on the terminal. Throws if the answer is no, or if nobody can answer and it was not given.
void confirm(const std::string& question, Confirmation confirmation);

// A line from the terminal, or from whatever standard input is: a secret is nobody's to read off a list of processes.
// Throws UsageError if there is none.
std::string asked_for(const std::string& question);

enum class Colour { none, good, doubtful, bad };

// Rows of cells, aligned by libsmartcols. On a terminal the last column is folded so that rows fit its width;
// elsewhere (a pipe, a file) each row is a line, however long. What is not printable, as in a name that a
// client gave a file, is shown as \x1b.
class Table {
 public:
  // The least width of each column, in characters; 0: what the cells need.
  explicit Table(std::vector<int> least_widths) : least_widths_(std::move(least_widths)) {}

  void add(std::vector<std::string> cells, Colour of_the_first = Colour::none);
  void print() const;

 private:
  struct Row {
    std::vector<std::string> cells;
    Colour colour;
  };

  std::string last_cell(const Row& row) const;

  std::vector<int> least_widths_;
  std::vector<Row> rows_;
};

}  // namespace pnfs_ha
