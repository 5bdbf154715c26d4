#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>

namespace latchkey::cli {
namespace {

constexpr int smallest_width = 20;  // Narrower than this nothing can be laid out; let the terminal wrap.

std::string_view variable(const char* name) {
  const char* set = std::getenv(name);
  return set == nullptr ? std::string_view() : std::string_view(set);
}

int columns_of(int fd) {
  winsize size{};
  int columns = ::ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
  if (columns == 0) {
    const std::string_view set = variable("COLUMNS");
    std::from_chars(set.data(), set.data() + set.size(), columns);
  }
  if (columns <= 0) return terminal().columns;
  return columns < smallest_width ? smallest_width : columns;
}

// Not setlocale(): a static program has no locales to load.
bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    std::string set(variable(name));
    if (set.empty()) continue;
    std::erase(set, '-');
    std::ranges::transform(set, set.begin(), [](unsigned char each) { return std::tolower(each); });
    return set.find("utf8") != std::string::npos;
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
  found.columns = columns_of(fd);
  found.colour = variable("NO_COLOR").empty() && variable("TERM") != "dumb" && !variable("TERM").empty();
  found.utf8 = locale_is_utf8();
  return found;
}

std::string styled(std::string_view text, look how, const terminal& where) {
  const std::string_view code = escape_code(how);
  if (!where.colour || code.empty() || text.empty()) return std::string(text);
  return std::string(code) + std::string(text) + "\033[0m";
}

}  // namespace latchkey::cli
