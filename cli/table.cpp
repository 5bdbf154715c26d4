#include "cli/table.h"

#include <algorithm>

#include "cli/text_width.h"

namespace latchkey::cli {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t narrowest_last_column = 18;  // Below it wrapped text is a ladder of words.

std::string row_text(const std::vector<cell>& row, const std::vector<std::size_t>& width, const terminal& where) {
  std::string text;
  std::size_t indent = 0;
  for (std::size_t i = 0; i + 1 < row.size(); ++i) {
    const std::string padding(padded(row[i].text, width[i] + gap).substr(row[i].text.size()));
    text += styled(row[i].text, row[i].how, where) + padding;
    indent += width[i] + gap;
  }
  bool first = true;
  for (const std::string& line : wrap(row.back().text, width.back())) {
    if (!first) text += "\n" + std::string(indent, ' ');
    text += styled(line, row.back().how, where);
    first = false;
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text + "\n";
}

}  // namespace

std::string table::render(const terminal& where) const {
  if (rows_.empty()) return {};
  if (!where.is_terminal) return fields();
  std::vector<std::size_t> width = widths();
  std::size_t before_last = 0;
  for (std::size_t i = 0; i + 1 < width.size(); ++i) before_last += width[i] + gap;
  const auto all = static_cast<std::size_t>(where.columns);
  if (before_last + width.back() > all) {
    if (before_last + narrowest_last_column > all) return blocks(where);
    width.back() = all - before_last;
  }
  return columns(where, width);
}

std::vector<std::size_t> table::widths() const {
  std::vector<std::size_t> width;
  for (std::size_t i = 0; i < headings_.size(); ++i) {
    std::size_t widest = text_width(headings_[i]);
    for (const auto& row : rows_) widest = std::max(widest, text_width(row[i].text));
    width.push_back(widest);
  }
  return width;
}

std::string table::fields() const {
  std::string text;
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) text += row[i].text + (i + 1 < row.size() ? "\t" : "\n");
  return text;
}

std::string table::section_before(std::size_t row, const terminal& where) const {
  const auto found = std::ranges::find(sections_, row, &std::pair<std::size_t, std::string>::first);
  if (found == sections_.end()) return {};
  return "\n" + styled(found->second, look::strong, where) + "\n";
}

std::string table::columns(const terminal& where, const std::vector<std::size_t>& width) const {
  std::string text;
  if (has_headings()) {
    std::vector<cell> heading;
    for (const auto& each : headings_) heading.push_back({each, look::faint});
    text += row_text(heading, width, where);
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) text += section_before(i, where) + row_text(rows_[i], width, where);
  return text;
}

std::string table::blocks(const terminal& where) const {
  const std::size_t inner = static_cast<std::size_t>(where.columns) - gap;
  std::string text;
  for (std::size_t at = 0; at < rows_.size(); ++at) {
    const std::vector<cell>& row = rows_[at];
    text += section_before(at, where) + styled(row.front().text, look::strong, where) + "\n";
    for (std::size_t i = 1; i < row.size(); ++i) {
      const std::string label = headings_[i].empty() ? "" : headings_[i] + ": ";
      bool first = true;
      for (const std::string& line : wrap(label + row[i].text, inner)) {
        const std::size_t faint = first ? std::min(label.size(), line.size()) : 0;
        text += std::string(gap, ' ') + styled(line.substr(0, faint), look::faint, where) +
                styled(line.substr(faint), row[i].how, where) + "\n";
        first = false;
      }
    }
  }
  return text;
}

bool table::has_headings() const {
  return std::ranges::any_of(headings_, [](const std::string& each) { return !each.empty(); });
}

}  // namespace latchkey::cli
