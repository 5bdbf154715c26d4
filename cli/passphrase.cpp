#include "cli/passphrase.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/failure.h"
#include "cli/interrupt.h"
#include "cli/standard_output.h"
#include "os/files.h"

namespace latchkey::cli {
namespace {

constexpr std::size_t shortest = 4;    // openssl(1) refuses shorter ones.
constexpr std::size_t longest = 1000;  // It reads 1,023 bytes and silently leaves out the rest.
constexpr std::size_t longest_file = std::size_t{64} * 1024;

// Up to the end of a line, which it takes off. Byte by byte: what was typed ahead belongs to the next question.
secret read_line() {
  std::string line;
  line.reserve(longest + 2);  // No copy is left behind by growing.
  char next = 0;
  while (line.size() <= longest) {
    const ssize_t got = ::read(STDIN_FILENO, &next, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(errc::bad_request, std::string("cannot read the passphrase: ") + std::strerror(errno));
    if (got == 0 || next == '\n') break;
    line += next;
  }
  if (line.ends_with('\r')) line.pop_back();
  return secret::take(std::move(line));
}

secret checked(secret passphrase) {
  if (passphrase.empty()) fail(errc::bad_request, "no passphrase was given");
  if (passphrase.size() < shortest) fail(errc::bad_request, "the passphrase is shorter than 4 characters");
  if (passphrase.size() > longest) fail(errc::bad_request, "the passphrase is longer than 1,000 bytes");
  if (passphrase.reveal().find('\0') != std::string_view::npos)
    fail(errc::bad_request, "the passphrase holds a NUL byte");
  return passphrase;
}

secret read_passphrase_file(const std::string& file) {
  const auto content = read_file(file, longest_file);
  if (!content) fail(errc::bad_request, content.error().message);
  if (!*content) fail(errc::bad_request, "there is no file " + printable(file));
  struct stat found {};
  if (::stat(file.c_str(), &found) == 0 && S_ISREG(found.st_mode) && (found.st_mode & 0077) != 0)
    warn(printable(file) + " holds a passphrase and is open to others: run chmod 600 " + printable(file));
  std::string_view line = (*content)->reveal();
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return secret(line);
}

secret ask(const char* question) {
  const hidden_typing hidden(typing::by_line);  // Before the prompt, so that nobody types into the open.
  say(question);
  secret line = read_line();
  say("\n");
  return checked(std::move(line));
}

secret ask_twice() {
  if (::isatty(STDIN_FILENO) != 1)
    fail(errc::bad_request,
         "there is no terminal to ask the passphrase on: give --passphrase-file FILE, or - for standard input");
  for (;;) {
    secret first = ask("passphrase for the private key: ");
    const secret second = ask("the same again: ");
    if (first == second) return first;
    say("These were not the same.\n");
  }
}

}  // namespace

secret new_passphrase(const std::string& file) {
  if (file.empty()) return ask_twice();
  return checked(file == "-" ? read_line() : read_passphrase_file(file));
}

}  // namespace latchkey::cli
