#include "cli/command_line.h"

#include <algorithm>
#include <exception>

#include "cli/failure.h"
#include "cli/nearest_word.h"
#include "cli/standard_output.h"

namespace latchkey::cli {
namespace {

constexpr int usage_exit = 2;

// As early as this, so that an error in the options is reported as asked too. What follows "--" is another program's.
bool asks_for_json(const std::vector<std::string>& words) {
  return std::find(words.begin(), std::ranges::find(words, "--"), "--json") != std::ranges::find(words, "--");
}

std::string verb_of(const std::string& word) {
  if (word == "--help" || word == "-h") return "help";
  if (word == "--version" || word == "-V") return "version";
  return word;
}

int dispatch(invocation& call, const std::vector<std::string>& words) {
  if (words.empty()) {
    say(overview());
    return usage_exit;
  }
  call.verb = verb_of(words.front());
  call.arguments.assign(words.begin() + 1, words.end());
  const int code = require_verb(call.verb).run(call);
  call.out.flush();
  return code;
}

}  // namespace

const verb& require_verb(const std::string& name) {
  if (const verb* found = find_verb(name)) return *found;
  fail(errc::bad_request,
       "there is no verb " + printable(name) + suggestion(name, verb_names()) + " (latchkey help lists them)");
}

int run(const std::vector<std::string>& words) {
  invocation call;
  call.json = asks_for_json(words);
  try {
    return dispatch(call, words);
  } catch (const client_error& error) {
    report(error, call);
    return error.exit_code();
  } catch (const std::exception& bug) {
    report(client_error("Internal", 1, bug.what()), call);
    return 1;
  }
}

}  // namespace latchkey::cli
