#include "cli/client_secret.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "cli/failure.h"
#include "cli/interrupt.h"
#include "cli/standard_input.h"
#include "cli/standard_output.h"
#include "core/secret.h"
#include "os/files.h"

namespace latchkey::cli {
namespace {

constexpr std::size_t longest_secret = std::size_t{16} * 1024;  // Any provider's is under 1 KiB.

std::string read_standard_input(const std::string& what) {
  std::string text(longest_secret + 1, '\0');
  std::size_t length = 0;
  // A terminal gives a line at a time, and the secret is one line.
  const bool one_line = ::isatty(STDIN_FILENO) == 1;
  while (length < text.size()) {
    const ssize_t got = ::read(STDIN_FILENO, text.data() + length, text.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(errc::bad_request, "cannot read the " + what + " from standard input: " + std::strerror(errno));
    length += static_cast<std::size_t>(got);
    if (got == 0 || (one_line && text[length - 1] == '\n')) break;
  }
  text.resize(length);
  return text;
}

std::string ask_for_secret(const std::string& what) {
  const hidden_typing hidden(typing::by_line);  // Before the prompt, so that nobody types into the open.
  say(what + ": ");
  std::string text = read_standard_input(what);
  say("\n");
  return text;
}

secret read_private_file(const std::string& file, const std::string& what) {
  auto content = read_file(file, longest_secret);
  if (!content) fail(errc::bad_request, content.error().message);
  if (!*content) fail(errc::bad_request, "there is no file " + printable(file));
  struct stat found {};
  if (::stat(file.c_str(), &found) == 0 && S_ISREG(found.st_mode) && (found.st_mode & 0077) != 0)
    warn(printable(file) + " holds the " + what + " and is open to others: run chmod 600 " + printable(file));
  return std::move(**content);
}

std::string read_secret(const std::string& file, const std::string& what) {
  std::string text = file != "-"                   ? std::string(read_private_file(file, what).reveal())
                     : ::isatty(STDIN_FILENO) == 1 ? ask_for_secret(what)
                                                   : read_standard_input(what);
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty()) fail(errc::bad_request, "the " + what + " in " + printable(file) + " is empty");
  if (text.size() > longest_secret) {
    wipe(text);
    fail(errc::bad_request, "the " + what + " on standard input is longer than " + std::to_string(longest_secret) +
                                " bytes: that is not one");
  }
  return text;
}

// PKCS#8 and PKCS#1 both have the word in one of their first lines, and it cannot come up in base64's.
bool is_encrypted(const std::string& pem) {
  return pem.find("BEGIN ENCRYPTED ") != std::string::npos || pem.find("4,ENCRYPTED") != std::string::npos;
}

std::string read_passphrase(const encrypted_client_secret_files& given) {
  const std::string what = "passphrase of the private key";
  if (given.passphrase == "-") fail(errc::bad_request, "--rsa-passphrase-file takes a file, not standard input");
  if (!given.passphrase.empty()) return read_secret(given.passphrase, what);
  if (given.ciphertext == "-" || !can_ask())
    fail(errc::bad_request,
         "the private key is encrypted, and nobody can be asked for its passphrase here: put it "
         "into a file and give --rsa-passphrase-file FILE");
  return read_secret("-", what);
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
  return read_secret(file, "client secret");
}

encrypted_client_secret read_client_secret(const encrypted_client_secret_files& given) {
  if (given.private_key.empty())
    fail(errc::bad_request,
         "--rsa-key is missing: the file of the private key whose public half the provider has encrypted with");
  encrypted_client_secret read;
  read.ciphertext = read_secret(given.ciphertext, "encrypted client secret");
  read.private_key = std::string(read_private_file(given.private_key, "private key").reveal());
  if (is_encrypted(read.private_key)) read.passphrase = read_passphrase(given);
  read.oaep = given.oaep;
  return read;
}

}  // namespace latchkey::cli
