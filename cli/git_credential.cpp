#include "cli/git_credential.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "core/secret.h"

namespace latchkey::cli {
namespace {

struct line {
  std::string_view key;
  std::string_view value;
};

char lower(char each) {
  return each >= 'A' && each <= 'Z' ? static_cast<char>(each - 'A' + 'a') : each;
}

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(), [](char each) { return lower(each); });
  return lowered;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

// The first word of each part: schemes, and parameters that are nobody's scheme.
void note_challenge(git_request& request, std::string_view header) {
  while (!header.empty()) {
    const std::size_t comma = std::min(header.find(','), header.size());
    const std::string_view part = trimmed(header.substr(0, comma));
    const std::string scheme = lower(part.substr(0, part.find(' ')));
    request.offers_basic |= scheme == "basic";
    request.offers_bearer |= scheme == "bearer";
    header.remove_prefix(std::min(comma + 1, header.size()));
  }
}

// The member that a key of one value goes to; null for the other keys.
std::string* member_of(git_request& request, std::string_view key) {
  if (key == "protocol") return &request.protocol;
  if (key == "host") return &request.host;
  if (key == "username") return &request.username;
  if (key == "password" || key == "credential") return &request.password;
  return nullptr;
}

result<> take(git_request& request, const line& read, std::vector<std::string>& seen) {
  std::string* const member = member_of(request, read.key);
  if (member == nullptr) {
    if (read.key == "capability[]" && read.value == "authtype") request.takes_authtype = true;
    if (read.key == "wwwauth[]") note_challenge(request, read.value);
    return {};
  }
  if (has_control_character(read.value))
    return fault(errc::bad_request, std::string(read.key) + " in git's request holds a control character");
  if (std::ranges::find(seen, read.key) != seen.end())
    return fault(errc::bad_request, std::string(read.key) + " is twice in git's request");
  seen.emplace_back(read.key);
  *member = std::string(read.value);
  return {};
}

result<> check_bytes(std::string_view text) {
  if (text.size() > longest_git_request)
    return fault(errc::bad_request,
                 "git's request is longer than " + std::to_string(longest_git_request) + " bytes: that is not one");
  if (text.find('\0') != std::string_view::npos || text.find('\r') != std::string_view::npos)
    return fault(errc::bad_request, "git's request holds a NUL or a carriage return");
  return {};
}

std::string_view default_port(std::string_view protocol) {
  return protocol == "https" ? ":443" : ":80";
}

// Lower case, without the port that goes without saying.
std::string spelled_once(std::string_view host, std::string_view protocol) {
  const std::string_view port = default_port(protocol);
  if (host.ends_with(port)) host.remove_suffix(port.size());
  return lower(host);
}

std::string without_port(std::string host) {
  const std::size_t colon = host.rfind(':');
  const std::size_t bracket = host.rfind(']');
  if (colon != std::string::npos && (bracket == std::string::npos || colon > bracket)) host.resize(colon);
  return host;
}

bool is_this_machine(std::string_view host_and_port) {
  const std::string host = without_port(lower(host_and_port));
  in_addr address{};
  return host == "localhost" || host == "[::1]" ||
         (::inet_pton(AF_INET, host.c_str(), &address) == 1 && ntohl(address.s_addr) >> 24U == 127);
}

}  // namespace

git_request::~git_request() {
  wipe(password);
}

bool has_control_character(std::string_view text) noexcept {
  return std::ranges::any_of(text, [](char each) { return static_cast<unsigned char>(each) < ' ' || each == '\x7F'; });
}

result<git_request> parse_git_request(std::string_view text) {
  if (const auto checked = check_bytes(text); !checked) return checked.error();
  git_request request;
  std::vector<std::string> seen;
  while (!text.empty() && text.front() != '\n') {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view whole = text.substr(0, end);
    const std::size_t sign = whole.find('=');
    if (sign == std::string_view::npos) return fault(errc::bad_request, "git's request has a line without \"=\"");
    if (const auto taken = take(request, {whole.substr(0, sign), whole.substr(sign + 1)}, seen); !taken)
      return taken.error();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (request.protocol.empty() || request.host.empty())
    return fault(errc::bad_request,
                 "git's request names no " + std::string(request.host.empty() ? "host" : "protocol"));
  return request;
}

git_destination judge_destination(const git_request& request, const std::vector<std::string>& allowed) {
  if (request.protocol != "https" && request.protocol != "http") return git_destination::foreign;
  const std::string host = spelled_once(request.host, request.protocol);
  const bool is_listed = std::ranges::any_of(
      allowed, [&](const std::string& each) { return spelled_once(each, request.protocol) == host; });
  if (!is_listed) return git_destination::foreign;
  if (request.protocol == "http" && !is_this_machine(request.host)) return git_destination::unprotected;
  return git_destination::ours;
}

bool is_git_host(std::string_view text) noexcept {
  constexpr std::string_view marks = ".-_:[]";
  const auto belongs = [&](char each) {
    const char letter = lower(each);
    return (letter >= 'a' && letter <= 'z') || (each >= '0' && each <= '9') ||
           marks.find(each) != std::string_view::npos;
  };
  return !text.empty() && text.front() != ':' && std::ranges::all_of(text, belongs);
}

std::string git_host_of(std::string_view address) {
  constexpr std::string_view mark = "://";
  const std::size_t start = address.find(mark);
  if (start == std::string_view::npos) return {};
  const std::string_view scheme = address.substr(0, start);
  if (scheme != "https" && scheme != "http") return {};
  const std::string_view rest = address.substr(start + mark.size());
  const std::string_view host = rest.substr(0, rest.find_first_of("/?#\\"));
  return is_git_host(host) ? spelled_once(host, scheme) : std::string();
}

std::string git_answer(const git_request& request, const token& given, const std::string& username) {
  std::string text;
  text.reserve(given.access_token.size() + username.size() + 128);  // Never moved: no copy of the token stays behind.
  if (request.takes_authtype && request.offers_bearer && !request.offers_basic) {
    // The capability comes first, as what follows hangs on it; an ephemeral credential is kept by no other helper.
    text += "capability[]=authtype\nauthtype=Bearer\nephemeral=1\ncredential=";
  } else {
    text += "username=" + username + "\npassword=";
  }
  text += given.access_token;
  text += '\n';
  if (given.expires_at && *given.expires_at > 0)
    text += "password_expiry_utc=" + std::to_string(*given.expires_at) + "\n";
  return text;
}

}  // namespace latchkey::cli
