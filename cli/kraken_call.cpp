#include <unistd.h>

#include <algorithm>
#include <map>

#include "cli/account_view.h"
#include "cli/app_consent.h"
#include "cli/failure.h"
#include "cli/json_output.h"
#include "cli/kraken_tools.h"
#include "cli/terminal.h"
#include "cli/verb_options.h"

namespace latchkey::cli {
namespace {

std::map<std::string, std::string> fields_of(const std::vector<std::string>& given) {
  std::map<std::string, std::string> fields;
  for (const std::string& each : given) {
    const std::size_t equals = each.find('=');
    if (equals == std::string::npos || equals == 0) fail(errc::bad_request, printable(each) + " has no NAME=VALUE");
    if (!fields.emplace(each.substr(0, equals), each.substr(equals + 1)).second)
      fail(errc::bad_request, printable(each.substr(0, equals)) + " is given twice");
  }
  return fields;
}

// The one key whose secret the store has.
std::string only_stored_key(client& agent, const std::string& account) {
  std::vector<std::string> stored;
  for (const api_key& each : agent.list_api_keys(account))
    if (each.stored) stored.push_back(each.name);
  const std::string name = printable(account);
  if (stored.empty())
    fail(errc::bad_request,
         "the store has no API key of " + name + ": make one with latchkey kraken keys create " + name + " NAME");
  if (stored.size() > 1) {
    std::string names;
    for (const std::string& each : stored) names += (names.empty() ? "" : ", ") + printable(each);
    fail(errc::bad_request, "which key of " + name + " shall sign? give --key with one of: " + names);
  }
  return stored.front();
}

}  // namespace

int kraken_call(invocation& call) {
  verb_options options(call,
                       "Makes a private call of the Exchange API, signed by the daemon with a key whose secret the "
                       "store has, and prints "
                       "its result as JSON. Without --key, the one stored key there is signs. A call that moves money "
                       "is not asked about: "
                       "what a key may do is settled when it is made.",
                       "latchkey kraken call trading Balance\n"
                       "  latchkey kraken call trading TradesHistory start=1767225600 --key reader");
  std::string method;
  std::string key;
  std::vector<std::string> given;
  options.account()->required();
  options.app().add_option("METHOD", method, "What follows /0/private/ in its address")->required()->type_name("");
  options.app().add_option("FIELD", given, "What the method wants to know, as NAME=VALUE")->type_name("");
  options.app().add_option("--key", key, "The key that signs")->type_name("NAME");
  options.json("the result");
  if (!options.parse()) return 0;

  const std::map<std::string, std::string> fields = fields_of(given);
  client agent;
  const std::string result = with_consent(call.account, [&] {
    if (key.empty()) key = only_stored_key(agent, call.account);
    return agent.call_exchange(call.account, key, method, fields);
  });
  const bool for_people = !call.json && terminal_of(STDOUT_FILENO).is_terminal;
  call.out.print(json::text(result, for_people ? json::layout::indented : json::layout::line));
  return 0;
}

}  // namespace latchkey::cli
