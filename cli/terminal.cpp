#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace latchkey::cli {
namespace {

constexpr int smallest_width = 20;  // Narrower than this nothing can be laid out; let the terminal wrap.

std::string_view variable(const char* name) {
  const char* set = std::getenv(name);
  return set == nullptr ? std::string_view() : std::string_view(set);
}

// What the terminal told, else the variable's number, else `usual`.
int extent(int told, const char* name, int usual) {
  if (told > 0) return told;
  int number = 0;
  const std::string_view set = variable(name);
  std::from_chars(set.data(), set.data() + set.size(), number);
  return number > 0 ? number : usual;
}

// Decided without the locale's tables, which a static program does not load (setlocale(3) names the order).
bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view set = variable(name);
    if (set.empty()) continue;
    std::string lower;
    for (const char letter : set) lower += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    return lower.find("utf-8") != std::string::npos || lower.find("utf8") != std::string::npos;
  }
  return false;
}

std::string_view escape_code(look how) {
  switch (how) {
    case look::good:
      return "\033[32m";
    case look::warning:
      return "\033[33m";
    case look::bad:
      return "\033[31m";
    case look::faint:
      return "\033[2m";
    case look::strong:
      return "\033[1m";
    case look::plain:
      break;
  }
  return "";
}

}  // namespace

terminal terminal_of(int fd) {
  terminal found;
  found.is_terminal = ::isatty(fd) == 1;
  if (!found.is_terminal) return found;
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0) size = {};
  found.columns = std::max(smallest_width, extent(size.ws_col, "COLUMNS", found.columns));
  found.rows = extent(size.ws_row, "LINES", found.rows);
  found.utf8 = locale_is_utf8();
  found.colour = variable("NO_COLOR").empty() && variable("TERM") != "dumb" && !variable("TERM").empty();
  return found;
}

std::string styled(std::string_view text, look how, const terminal& where) {
  const std::string_view code = escape_code(how);
  if (!where.colour || code.empty() || text.empty()) return std::string(text);
  return std::string(code) + std::string(text) + "\033[0m";
}

}  // namespace latchkey::cli
