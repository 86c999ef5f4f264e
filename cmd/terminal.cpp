#include "terminal.h"

#include <libsmartcols/libsmartcols.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <new>

#include "base/error.h"
#include "fold.h"

namespace pnfs_ha {
namespace {

bool in_colour() {
  return isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;  // no-color.org
}

const char* name_of(Colour colour) {
  switch (colour) {
    case Colour::good:
      return "green";
    case Colour::doubtful:
      return "brown";  // yellow, in terminal-colors.d(5)
    case Colour::bad:
      return "red";
    case Colour::none:
      break;
  }
  return nullptr;
}

constexpr std::size_t gap = 2;  // between columns
constexpr std::size_t narrowest = 20;

// 0: not a terminal
std::size_t terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 0) return 0;
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

// libsmartcols fails only for want of memory.
void succeed(int result) {
  if (result != 0) throw std::bad_alloc();
}

}  // namespace

void require_root() {
  if (geteuid() != 0) throw UsageError("only root can do this", "run it with sudo");
}

void require_somebody(const std::string& question, Confirmation confirmation) {
  if (confirmation == Confirmation::ask && isatty(STDIN_FILENO) == 0)
    throw UsageError(question + ": nobody is there to confirm this", "give --yes if it is what you want");
}

void confirm(const std::string& question, Confirmation confirmation) {
  if (confirmation == Confirmation::given) return;
  require_somebody(question, confirmation);
  std::cout << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  if (answer != "y" && answer != "yes") throw UsageError("not confirmed; nothing was changed");
}

std::string asked_for(const std::string& question) {
  if (isatty(STDIN_FILENO) != 0) std::cout << question << ' ' << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  if (answer.empty())
    throw UsageError(question + " nothing was given", "give it on standard input, or as an option");
  return answer;
}

void Table::add(std::vector<std::string> cells, Colour of_the_first) {
  cells.resize(least_widths_.size());
  rows_.push_back({std::move(cells), of_the_first});
}

// Folded at words; libsmartcols itself breaks in the middle of them.
std::string Table::last_cell(const Row& row) const {
  const std::size_t width = terminal_width();
  if (width == 0) return row.cells.back();
  std::size_t taken = 0;
  for (std::size_t i = 0; i + 1 < least_widths_.size(); ++i) {
    auto widest = static_cast<std::size_t>(least_widths_[i]);
    for (const Row& other : rows_) widest = std::max(widest, columns_of(other.cells[i]));
    taken += widest + gap;
  }
  std::string text;
  for (const std::string& line : fold(row.cells.back(), std::max(narrowest, width - std::min(width, taken))))
    text += (text.empty() ? "" : "\n") + line;
  return text;
}

void Table::print() const {
  const std::unique_ptr<libscols_table, void (*)(libscols_table*)> table(scols_new_table(),
                                                                         scols_unref_table);
  if (!table) throw std::bad_alloc();
  succeed(scols_table_enable_noheadings(table.get(), 1));
  succeed(scols_table_enable_colors(table.get(), in_colour() ? 1 : 0));
  succeed(scols_table_set_column_separator(table.get(), std::string(gap, ' ').c_str()));
  libscols_column* last = nullptr;
  for (const int width : least_widths_) {
    last = scols_table_new_column(table.get(), "", width, 0);
    if (last == nullptr) throw std::bad_alloc();
  }
  if (terminal_width() != 0) {
    succeed(scols_column_set_flags(last, SCOLS_FL_WRAP));
    succeed(scols_column_set_wrapfunc(last, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, nullptr));
    succeed(scols_column_set_safechars(last, "\n"));
  }
  for (const Row& row : rows_) {
    libscols_line* line = scols_table_new_line(table.get(), nullptr);
    if (line == nullptr) throw std::bad_alloc();
    for (std::size_t i = 0; i + 1 < row.cells.size(); ++i)
      succeed(scols_line_set_data(line, i, row.cells[i].c_str()));
    succeed(scols_line_set_data(line, row.cells.size() - 1, last_cell(row).c_str()));
    if (const char* colour = name_of(row.colour))
      succeed(scols_cell_set_color(scols_line_get_cell(line, 0), colour));
  }
  std::cout << std::flush;
  succeed(scols_print_table(table.get()));
  std::fflush(stdout);
}

}  // namespace pnfs_ha
