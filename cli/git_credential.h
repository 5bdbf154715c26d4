// Git's credential protocol (git-credential(1), gitcredentials(7)): what git asks, whether a token may go there, and
// the answer. Pure. Git has been made to say what a hostile address wanted (CVE-2020-5260, CVE-2024-50349,
// CVE-2024-52006), so nothing that it says is trusted here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "latchkey/client.h"

namespace latchkey::cli {

/// Git hands a token back with erase, and a token may have 64 KiB; the rest is an address and some headers.
inline constexpr std::size_t longest_git_request = std::size_t{128} * 1024;

struct git_request {
  std::string protocol;
  std::string host;  ///< With the port, where the address has one.
  std::string username;
  std::string password;         ///< Or `credential`: what was refused, with erase. Wiped with this.
  bool takes_authtype = false;  ///< Git (2.46 or newer) has announced the capability.
  bool offers_basic = false;    ///< The server's WWW-Authenticate (RFC 7235 §4.1) names it …
  bool offers_bearer = false;   ///< … or this; git tells since 2.41.

  git_request() = default;
  git_request(git_request&&) = default;
  git_request& operator=(git_request&&) = default;
  git_request(const git_request&) = delete;
  git_request& operator=(const git_request&) = delete;
  ~git_request();
};

/// Reads the lines up to an empty one or the end; unknown keys are ignored, as git wants it.
/// Errors: bad_request on a request that git does not write: longer than longest_git_request, a line without "=", a NUL
/// or CR anywhere, a control character in a value that counts, protocol or host missing or there twice.
[[nodiscard]] result<git_request> parse_git_request(std::string_view text);

enum class git_destination {
  ours,         ///< The token may go there.
  foreign,      ///< Another host's business: no answer, so that git asks the next helper.
  unprotected,  ///< Our host, but neither https nor this machine.
};

/// `allowed`: hosts as for is_git_host(). Compared whole: no subdomains, no wildcards; a port that is not the
/// protocol's own counts.
[[nodiscard]] git_destination judge_destination(const git_request& request, const std::vector<std::string>& allowed);
/// HOST or HOST:PORT, with an IPv6 address in brackets.
[[nodiscard]] bool is_git_host(std::string_view text) noexcept;
/// Host and port of an http or https address; empty where there is none, or with user info.
[[nodiscard]] std::string git_host_of(std::string_view address);

/// The lines for git: user name and password, or a Bearer credential where that is all that the server takes and git
/// can pass it on. `username` and the token hold no control characters. Wipe it.
[[nodiscard]] std::string git_answer(const git_request& request, const token& given, const std::string& username);
/// Tells git to give up: no further helper is asked, and nobody is prompted for a password that does not exist.
inline constexpr std::string_view git_refusal = "quit=1\n";

/// Also DEL.
[[nodiscard]] bool has_control_character(std::string_view text) noexcept;

}  // namespace latchkey::cli
