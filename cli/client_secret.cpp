#include "cli/client_secret.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "cli/failure.h"
#include "cli/interrupt.h"
#include "cli/standard_output.h"
#include "core/secret.h"
#include "os/files.h"

namespace latchkey::cli {
namespace {

constexpr std::size_t longest_secret = std::size_t{16} * 1024;  // Any provider's is under 1 KiB.

std::string read_standard_input() {
  std::string text(longest_secret + 1, '\0');
  std::size_t length = 0;
  // A terminal gives a line at a time, and the secret is one line.
  const bool one_line = ::isatty(STDIN_FILENO) == 1;
  while (length < text.size()) {
    const ssize_t got = ::read(STDIN_FILENO, text.data() + length, text.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      fail(errc::bad_request,
           std::string("cannot read the client secret from standard input: ") + std::strerror(errno));
    length += static_cast<std::size_t>(got);
    if (got == 0 || (one_line && text[length - 1] == '\n')) break;
  }
  text.resize(length);
  return text;
}

std::string ask_for_secret() {
  const hidden_typing hidden(typing::by_line);  // Before the prompt, so that nobody types into the open.
  say("client secret: ");
  std::string text = read_standard_input();
  say("\n");
  return text;
}

std::string read_secret_file(const std::string& file) {
  auto content = read_file(file, longest_secret);
  if (!content) fail(errc::bad_request, content.error().message);
  if (!*content) fail(errc::bad_request, "there is no file " + printable(file));
  struct stat found {};
  if (::stat(file.c_str(), &found) == 0 && S_ISREG(found.st_mode) && (found.st_mode & 0077) != 0)
    warn(printable(file) + " holds a client secret and is open to others: run chmod 600 " + printable(file));
  return std::string((*content)->reveal());
}

}  // namespace

void refuse_secret_argument(const std::vector<std::string>& arguments) {
  const bool given = std::ranges::any_of(arguments, [](const std::string& each) {
    return each == "--client-secret" || each.starts_with("--client-secret=");
  });
  if (!given) return;
  fail(errc::bad_request,
       "a secret on the command line is seen by every program on this machine and kept in the shell's history: put it "
       "into a file and give --client-secret-file FILE, or --client-secret-file - to type or pipe it in");
}

std::string read_client_secret(const std::string& file) {
  std::string text = file != "-"                   ? read_secret_file(file)
                     : ::isatty(STDIN_FILENO) == 1 ? ask_for_secret()
                                                   : read_standard_input();
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty()) fail(errc::bad_request, "the client secret in " + printable(file) + " is empty");
  if (text.size() > longest_secret) {
    wipe(text);
    fail(errc::bad_request, "the client secret on standard input is longer than " + std::to_string(longest_secret) +
                                " bytes: that is not one");
  }
  return text;
}

}  // namespace latchkey::cli
