#include "cli/verb_tools.h"

#include <algorithm>

#include "cli/failure.h"
#include "cli/nearest_word.h"
#include "cli/text_width.h"

namespace latchkey::cli {
namespace {

constexpr int usage_exit = 2;

std::string explanation(const std::string& name, const verb_with_tools& verb) {
  std::string text =
      std::string(verb.what) + "\nUsage: latchkey " + name + " " + std::string(verb.usage) + "\n\nTools:\n";
  for (const verb_tool& each : verb.tools) text += "  " + padded(each.name, 9) + std::string(each.summary) + "\n";
  return text + "\n`latchkey help " + name + " TOOL` explains one.\n\nExample:\n" + std::string(verb.example);
}

const verb_tool& require_tool(const std::string& word, const std::string& name, const verb_with_tools& verb) {
  const auto found = std::ranges::find(verb.tools, word, &verb_tool::name);
  if (found != verb.tools.end()) return *found;
  std::vector<std::string> names;
  names.reserve(verb.tools.size());
  for (const verb_tool& each : verb.tools) names.emplace_back(each.name);
  fail(errc::bad_request,
       std::string(verb.no_such) + " " + printable(word) + suggestion(word, names) + " (latchkey help " + name + ")");
}

}  // namespace

int run_tool(invocation& call, const verb_with_tools& verb) {
  const std::string name = call.verb;
  if (call.arguments.empty()) {
    say(explanation(name, verb));
    return usage_exit;
  }
  const std::string first = call.arguments.front();
  if (first == "--help" || first == "-h") {
    call.out.print(explanation(name, verb));
    return 0;
  }
  const verb_tool& tool = require_tool(first, name, verb);
  call.arguments.erase(call.arguments.begin());
  call.verb += " " + first;
  return tool.run(call);
}

}  // namespace latchkey::cli
