#include "cli/device_code_view.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "cli/qr_code.h"
#include "cli/text_width.h"
#include "core/error.h"

namespace latchkey::cli {
namespace {

constexpr std::size_t longest_uri = 4096;
constexpr std::size_t narrowest_for_box = 50;
constexpr std::size_t gap = 2;         // Between the box and the QR code.
constexpr std::size_t lines_kept = 2;  // Of the terminal's height: what was typed, and the spinner.

// A line and its width without escape codes.
struct drawn_line {
  std::string text;
  std::size_t width = 0;
};
using block = std::vector<drawn_line>;

struct room {
  std::size_t columns;
  std::size_t rows;
};

room room_of(const terminal& where) {
  const auto rows = static_cast<std::size_t>(std::max(where.rows, 0));
  return {static_cast<std::size_t>(std::max(where.columns, 0)), rows > lines_kept ? rows - lines_kept : 0};
}

block plain_lines(const login_step& step, const terminal& where, bool code_is_inside) {
  block lines;
  const auto add = [&](const std::string& text, look how) {
    lines.push_back({styled(text, how, where), text_width(text)});
  };
  add("On any device, open", look::plain);
  add("", look::plain);
  add("  " + printable(step.verification_uri, longest_uri), look::plain);
  add("", look::plain);
  // RFC 8628 section 3.3.1: also who scans the code compares it.
  add(code_is_inside ? "and enter this code, or compare it:" : "and enter this code:", look::plain);
  add("", look::plain);
  add("  " + printable(step.user_code), look::strong);
  return lines;
}

block boxed(const block& inside) {
  const std::size_t width = std::ranges::max(inside, {}, &drawn_line::width).width;
  const auto border = [&](const char* left, const char* right) {
    std::string line = left;
    for (std::size_t i = 0; i < width + 4; ++i) line += "─";
    return drawn_line{line + right, width + 6};
  };
  block lines{border("╭", "╮")};
  for (const drawn_line& each : inside)
    lines.push_back({"│  " + each.text + std::string(width - each.width, ' ') + "  │", width + 6});
  lines.push_back(border("╰", "╯"));
  return lines;
}

std::size_t width_of(const block& lines) {
  return std::ranges::max(lines, {}, &drawn_line::width).width;
}

// What a line too long takes, too.
std::size_t rows_of(const block& lines, std::size_t columns) {
  std::size_t rows = 0;
  for (const drawn_line& each : lines) rows += std::max<std::size_t>(1, (each.width + columns - 1) / columns);
  return rows;
}

std::optional<qr_code> code_to_scan(const login_step& step, const terminal& where, qr_wish wish) {
  // Without colours nobody knows which of the two that a terminal has is the dark one.
  if (wish == qr_wish::leave_out || !where.utf8 || !where.colour) return std::nullopt;
  const std::string& uri =
      step.verification_uri_complete.empty() ? step.verification_uri : step.verification_uri_complete;
  // What could not be shown is not offered to a camera either.
  return printable(uri, longest_uri) == uri ? qr_code::of(uri) : std::nullopt;
}

std::string text_of(const block& lines) {
  std::string text;
  for (const drawn_line& each : lines) text += each.text + "\n";
  return text;
}

std::string beside(const block& left, const std::vector<std::string>& right) {
  const std::size_t width = width_of(left);
  std::string text;
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const drawn_line line = i < left.size() ? left[i] : drawn_line();
    text += line.text;
    if (i < right.size()) text += std::string(width - line.width + gap, ' ') + right[i];
    text += "\n";
  }
  return text;
}

std::string below(const block& upper, const std::vector<std::string>& lower) {
  std::string text = text_of(upper);
  for (const std::string& line : lower) text += line + "\n";
  return text;
}

block lines_for(const login_step& step, const terminal& where, bool code_is_inside) {
  block lines = plain_lines(step, where, code_is_inside);
  const room space = room_of(where);
  if (where.utf8 && space.columns >= narrowest_for_box)
    if (block box = boxed(lines); width_of(box) <= space.columns) return box;
  std::erase_if(lines, [](const drawn_line& each) { return each.width == 0; });
  return lines;
}

}  // namespace

std::string device_code_view(const login_step& step, const terminal& where, qr_wish wish) {
  if (!where.is_terminal)
    return "Open " + printable(step.verification_uri, longest_uri) + "\nCode: " + printable(step.user_code) + "\n";
  const room space = room_of(where);
  if (const auto code = space.columns >= narrowest_for_box ? code_to_scan(step, where, wish) : std::nullopt) {
    const block lines = lines_for(step, where, !step.verification_uri_complete.empty());
    const std::vector<std::string> drawn = code->lines();
    const std::size_t high = drawn.size();
    if (width_of(lines) + gap + code->width() <= space.columns && std::max(lines.size(), high) <= space.rows)
      return beside(lines, drawn);
    if (code->width() <= space.columns && rows_of(lines, space.columns) + high <= space.rows)
      return below(lines, drawn);
  }
  return text_of(lines_for(step, where, false));
}

std::string host_of(const std::string& uri) {
  const std::size_t scheme = uri.find("://");
  if (scheme == std::string::npos) return {};
  const std::size_t from = scheme + 3;
  std::string host = uri.substr(from, std::min(uri.find_first_of("/?#", from), uri.size()) - from);
  if (const std::size_t at = host.rfind('@'); at != std::string::npos) host.erase(0, at + 1);
  const std::size_t literal_end = host.rfind(']');  // An IPv6 address holds colons.
  const std::size_t port = host.find(':', literal_end == std::string::npos ? 0 : literal_end);
  return printable(host.substr(0, port));
}

}  // namespace latchkey::cli
