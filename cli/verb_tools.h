// A verb that has tools of its own, each with its own options: `latchkey helper git`, `latchkey kraken keys`. Explains
// the verb, finds the tool, offers the nearest for a mistyped one.
#pragma once

#include <span>
#include <string_view>

#include "cli/invocation.h"

namespace latchkey::cli {

struct verb_tool {
  std::string_view name;
  std::string_view summary;
  /// As a verb's: returns the exit code, throws client_error.
  int (*run)(invocation&);
};

struct verb_with_tools {
  std::string_view what;   ///< Paragraphs for --help.
  std::string_view usage;  ///< What follows the verb in the usage line.
  std::span<const verb_tool> tools;
  std::string_view example;  ///< Command lines, indented by two spaces.
  std::string_view no_such;  ///< "there is no helper for": what is said before a tool's name that is not there.
};

/// Runs the tool that the first argument names. The verb of `call` becomes "VERB TOOL".
int run_tool(invocation& call, const verb_with_tools& verb);

}  // namespace latchkey::cli
