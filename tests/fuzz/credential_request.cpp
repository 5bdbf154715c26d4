// What git, kubectl and mail programs say to `latchkey helper`: the token goes to the hosts that were named, in answers
// to which nothing of the request could add a line or a field.
#include <string>

#include "cli/exec_credential.h"
#include "cli/git_credential.h"
#include "cli/sasl_response.h"
#include "tests/fuzz/input.h"

namespace {

using namespace latchkey;

void ask_as_git(std::string_view text, const token& given) {
  const auto request = cli::parse_git_request(text);
  if (!request) return fuzz::require_said(request.error());
  for (const std::string* member : {&request->protocol, &request->host, &request->username, &request->password})
    fuzz::require(!cli::has_control_character(*member));
  if (cli::judge_destination(*request, {"git.example.com", "[::1]:8443"}) == cli::git_destination::ours) {
    fuzz::require(request->protocol == "https" || request->host.find("::1") != std::string::npos);
    fuzz::require(request->host.size() <= std::string_view("git.example.com:443").size());
  }
  const std::string answer = cli::git_answer(*request, given, request->username);
  fuzz::require(std::ranges::count(answer, '\n') <= 5 && answer.find('\r') == std::string::npos);
}

void ask_as_mail_program(const std::string& user, const token& given) {
  cli::sasl_identity who;
  who.user = user;
  const auto response = cli::xoauth2_response(who, given.access_token);
  if (!response) return fuzz::require_said(response.error());
  fuzz::require(std::ranges::count(*response, '\x01') == 3);
  fuzz::require(cli::oauthbearer_response(who, given.access_token).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::as_text(data, size));
  token given;
  given.access_token = "token";
  given.expires_at = 1'800'000'000;
  ask_as_git(text, given);
  ask_as_mail_program(text, given);
  if (const std::string host = cli::git_host_of(text); !host.empty()) fuzz::require(cli::is_git_host(host));
  const auto version = cli::exec_api_version(text.c_str());
  if (!version) fuzz::require_said(version.error());
  if (version) fuzz::require(cli::exec_credential(*version, given).find(*version) != std::string::npos);
  return 0;
}
