#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "cli/failure.h"
#include "cli/interrupt.h"
#include "cli/token_request.h"
#include "cli/verbs.h"
#include "core/secret.h"

namespace latchkey::cli {
namespace {

// As shells say it (POSIX, Shell Command Language, 2.8.2).
constexpr int not_executable = 126;
constexpr int not_found = 127;

bool is_variable_name(const std::string& name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && !is_digit(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || is_digit(c); });
}

// Takes what follows "--" off the arguments.
std::vector<std::string> take_command(std::vector<std::string>& arguments) {
  const auto separator = std::ranges::find(arguments, "--");
  if (separator == arguments.end()) return {};
  std::vector<std::string> command(separator + 1, arguments.end());
  arguments.erase(separator, arguments.end());
  return command;
}

// Becomes the program, or returns the exit code that says why not.
int become(std::vector<std::string>& command) {
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (std::string& each : command) words.push_back(each.data());
  words.push_back(nullptr);
  restore_signals();
  ::execvp(words.front(), words.data());
  const int failed = errno;
  say("latchkey: cannot run " + printable(command.front()) + ": " + std::strerror(failed) + "\n");
  return failed == ENOENT ? not_found : not_executable;
}

}  // namespace

int verb_exec(invocation& call) {
  std::vector<std::string> command = take_command(call.arguments);
  verb_options options(call,
                       "Runs a program with an access token in its environment. The program replaces this command, so "
                       "its exit code is yours; 127: there is no such program, 126: it cannot be run.",
                       "latchkey exec work -- sh -c 'curl -H \"Authorization: Bearer $ACCESS_TOKEN\" $URL'\n"
                       "  latchkey exec work --env GH_TOKEN -- gh repo list");
  options.account()->required();
  options.usage_tail("-- COMMAND [ARGUMENTS]");
  std::string variable = "ACCESS_TOKEN";
  options.app()
      .add_option("--env", variable, "The variable that holds the token (default ACCESS_TOKEN)")
      ->type_name("NAME");
  const token_request request(options);
  if (!options.parse()) return 0;
  if (command.empty())
    fail(errc::bad_request,
         "no program to run: put it after --, as in latchkey exec " + printable(call.account) + " -- COMMAND");
  if (!is_variable_name(variable))
    fail(errc::bad_request, "--env " + printable(variable) +
                                " is no name of a variable: letters, digits and _, not starting with a digit");

  token given = request.get(call.account);
  ::setenv(variable.c_str(), given.access_token.c_str(), 1);
  wipe(given.access_token);
  return become(command);
}

}  // namespace latchkey::cli
