// Rows and columns for people on a terminal, tab-separated fields for programs in a pipe. Takes texts that are safe to
// show; prints nothing itself.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "cli/terminal.h"

namespace latchkey::cli {

struct cell {
  std::string text;
  look how = look::plain;
};

class table {
 public:
  /// All headings empty: a list of names and values without a heading line.
  explicit table(std::vector<std::string> headings) : headings_(std::move(headings)) {}

  /// `row` has as many cells as there are headings.
  void add(std::vector<cell> row) { rows_.push_back(std::move(row)); }
  /// A line of its own above the rows that follow, on a terminal alone.
  void add_section(std::string title) { sections_.emplace_back(rows_.size(), std::move(title)); }
  [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }

  /// On a terminal: aligned columns; where they do not fit the last column wraps, and where even that is too narrow
  /// each row becomes a block of lines. Elsewhere: fields with a tab between them, a line a row, no headings.
  [[nodiscard]] std::string render(const terminal& where) const;

 private:
  [[nodiscard]] std::vector<std::size_t> widths() const;
  [[nodiscard]] std::string fields() const;
  [[nodiscard]] std::string section_before(std::size_t row, const terminal& where) const;
  [[nodiscard]] std::string columns(const terminal& where, const std::vector<std::size_t>& width) const;
  [[nodiscard]] std::string blocks(const terminal& where) const;
  [[nodiscard]] bool has_headings() const;

  std::vector<std::string> headings_;
  std::vector<std::vector<cell>> rows_;
  std::vector<std::pair<std::size_t, std::string>> sections_;  ///< Before the row of this number.
};

}  // namespace latchkey::cli
