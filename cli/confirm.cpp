#include "cli/confirm.h"

#include <strings.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string_view>

#include "cli/failure.h"
#include "cli/standard_output.h"

namespace latchkey::cli {
namespace {

bool same_word(const std::string& typed, const char* word) {
  return ::strcasecmp(typed.c_str(), word) == 0;
}

// None at the end of input. A terminal gives a line at a time.
std::optional<std::string> read_answer() {
  std::array<char, 256> chunk{};
  ssize_t got = 0;
  do {
    got = ::read(STDIN_FILENO, chunk.data(), chunk.size());
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return std::nullopt;
  const std::string_view line(chunk.data(), static_cast<std::size_t>(got));
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t from = line.find_first_not_of(blanks);
  if (from == std::string_view::npos) return "";
  return std::string(line.substr(from, line.find_last_not_of(blanks) + 1 - from));
}

}  // namespace

bool confirm(const std::string& question) {
  for (;;) {
    say(question + " [Y/n] ");
    const std::optional<std::string> answer = read_answer();
    if (!answer) {
      say("\n");
      return false;
    }
    if (answer->empty() || same_word(*answer, "y") || same_word(*answer, "yes")) return true;
    if (same_word(*answer, "n") || same_word(*answer, "no")) return false;
  }
}

bool agrees(const std::string& question) {
  say(question + " [y/N] ");
  const std::optional<std::string> answer = read_answer();
  if (!answer) say("\n");
  return answer && (same_word(*answer, "y") || same_word(*answer, "yes"));
}

bool consent(const std::string& question, const std::string& what) {
  if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDERR_FILENO) != 1)
    fail(errc::bad_request, what + ", and there is no terminal to ask on: add --yes if you mean it");
  return agrees(question);
}

allowance ask_allowance(const std::string& question) {
  for (;;) {
    say(question + " [y]es, for a [d]ay, [n]o; Enter: not now: ");
    const std::optional<std::string> answer = read_answer();
    if (!answer) say("\n");
    if (!answer || answer->empty()) return allowance::not_now;
    if (same_word(*answer, "y") || same_word(*answer, "yes")) return allowance::yes;
    if (same_word(*answer, "d") || same_word(*answer, "day")) return allowance::for_a_day;
    if (same_word(*answer, "n") || same_word(*answer, "no")) return allowance::no;
  }
}

}  // namespace latchkey::cli
