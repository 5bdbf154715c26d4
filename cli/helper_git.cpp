#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/account_view.h"
#include "cli/failure.h"
#include "cli/git_credential.h"
#include "cli/helper_tools.h"
#include "cli/token_request.h"
#include "core/secret.h"

namespace latchkey::cli {
namespace {

struct git_wishes {
  std::string operation;
  std::vector<std::string> hosts;
  std::string username = "oauth2";
  token_options token;
};

// Ends with an empty line, as git ends it, or with the input.
bool is_whole(std::string_view text) {
  return text.starts_with('\n') || text.find("\n\n") != std::string_view::npos;
}

std::string read_standard_input() {
  std::string text(longest_git_request + 1, '\0');
  std::size_t length = 0;
  while (length < text.size() && !is_whole(std::string_view(text).substr(0, length))) {
    const ssize_t got = ::read(STDIN_FILENO, text.data() + length, text.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(errc::bad_request, std::string("cannot read git's request: ") + std::strerror(errno));
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  text.resize(length);
  return text;
}

git_request read_request() {
  std::string text = read_standard_input();
  result<git_request> request = parse_git_request(text);
  wipe(text);
  if (!request) fail(request.error());
  return std::move(*request);
}

// Where the person logs in: who runs that host has issued the token, and learns nothing new from it.
std::string provider_host(const std::string& account) {
  client agent;
  const std::string provider = find_account(agent, account).provider;
  if (std::string issuer = git_host_of(provider); !issuer.empty()) return issuer;
  for (const provider_description& each : agent.providers())
    if (each.name == provider) return git_host_of(each.authorization_endpoint);
  return provider;
}

bool is_ours(const git_request& request, const git_wishes& wishes, const invocation& call) {
  std::vector<std::string> allowed = wishes.hosts;
  if (allowed.empty()) allowed.push_back(provider_host(call.account));
  const git_destination where = judge_destination(request, allowed);
  if (where == git_destination::unprotected)
    fail(errc::bad_request, "the token of " + printable(call.account) + " does not go to " + printable(request.host) +
                                " over http, where anybody on the way could read it: use the https address");
  if (where == git_destination::foreign && wishes.operation == "get")
    warn("the token of " + printable(call.account) + " is for " + printable(allowed.front()) +
         (allowed.size() > 1 ? " and others" : "") + ", not for " + printable(request.host) +
         " (latchkey help helper git)");
  return where == git_destination::ours;
}

int get(invocation& call, const git_wishes& wishes) {
  const git_request request = read_request();
  if (!is_ours(request, wishes, call)) return 0;
  token given = ask_bearer_token(call.account, wishes.token);
  std::string answer = git_answer(request, given, request.username.empty() ? wishes.username : request.username);
  wipe(given.access_token);
  call.out.print(answer);
  wipe(answer);
  return 0;
}

// The server has refused this password. If it is the token that would be given next, it must not be given again.
int erase(invocation& call, const git_wishes& wishes) {
  const git_request request = read_request();
  if (request.password.empty() || !is_ours(request, wishes, call)) return 0;
  token_options now = wishes.token;
  now.min_valid = std::chrono::seconds(0);
  token current = ask_bearer_token(call.account, now);
  const bool was_refused = constant_time_equal(current.access_token, request.password);
  wipe(current.access_token);
  if (!was_refused) return 0;
  now.stale_generation = current.generation;
  token fresh = ask_bearer_token(call.account, now);
  wipe(fresh.access_token);
  return 0;
}

void check(const git_wishes& wishes) {
  for (const std::string& host : wishes.hosts)
    if (!is_git_host(host))
      fail(errc::bad_request, "--host " + printable(host) + " is no host: give HOST or HOST:PORT, without https://");
  if (wishes.username.empty() || has_control_character(wishes.username))
    fail(errc::bad_request, "--username " + printable(wishes.username) + " is empty or holds a control character");
}

int serve(invocation& call) {
  verb_options options(
      call,
      "Git's credential helper. Git adds the operation: get answers with the account's token, erase has a refused "
      "token replaced, store keeps nothing. The token goes to the hosts that you name, by default to the provider's "
      "own, and to no other, whatever address a repository names.",
      "git config --global credential.https://git.example.com.helper ''\n"
      "  git config --global --add credential.https://git.example.com.helper '!latchkey helper git work'");
  options.account()->required();
  git_wishes wishes;
  options.app()
      .add_option("OPERATION", wishes.operation, "get, store or erase; git adds it")
      ->required()
      ->type_name("");
  options.repeatable("--host", wishes.hosts, "The token may go to this host; may be given again")
      ->type_name("HOST[:PORT]");
  options.app()
      .add_option("--username", wishes.username, "Where the address names none (default oauth2)")
      ->type_name("NAME");
  const token_wishes token(options);
  if (!options.parse()) return 0;
  check(wishes);
  wishes.token = token.wanted();
  if (wishes.operation == "get") return get(call, wishes);
  if (wishes.operation == "erase") return erase(call, wishes);
  return 0;  // store, and what a newer git may ask: gitcredentials(7) wants it ignored.
}

}  // namespace

int helper_git(invocation& call) {
  const bool git_waits = !call.arguments.empty() && call.arguments.back() == "get";
  try {
    return serve(call);
  } catch (const client_error&) {
    if (git_waits) call.out.print(git_refusal);
    call.out.flush();
    throw;
  }
}

}  // namespace latchkey::cli
