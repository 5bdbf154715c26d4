#include "cli/command_line.h"
#include "cli/verb_options.h"
#include "cli/verbs.h"

namespace latchkey::cli {

int verb_help(invocation& call) {
  verb_options options(call, "Explains a verb, or without one lists them all.", "latchkey help token");
  std::string name;
  options.app().add_option("VERB", name, "The verb to explain")->type_name("");
  std::string tool;
  options.app().add_option("TOOL", tool, "With helper and kraken: the tool to explain")->type_name("");
  if (!options.parse()) return 0;

  if (name.empty()) {
    call.out.print(overview());
    return 0;
  }
  const verb& explained = require_verb(name);
  call.verb = name;
  call.arguments = {"--help"};
  if (!tool.empty()) call.arguments.insert(call.arguments.begin(), tool);
  return explained.run(call);
}

}  // namespace latchkey::cli
