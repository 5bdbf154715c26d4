#include <array>

#include "cli/apps_tools.h"
#include "cli/verb_tools.h"
#include "cli/verbs.h"

namespace latchkey::cli {
namespace {

constexpr std::array tools{
    verb_tool{"list", "What was decided; also without a tool", apps_list},
    verb_tool{"pending", "The apps that wait for your answer", apps_pending},
    verb_tool{"allow", "Let an app use an account", apps_allow},
    verb_tool{"deny", "Keep an app from an account", apps_deny},
    verb_tool{"forget", "Take back what was decided; the app is asked about again", apps_forget},
    verb_tool{"log", "Which app got what, and when", apps_log},
};

}  // namespace

int verb_apps(invocation& call) {
  verb_with_tools verb;
  verb.what =
      "Which app may use which account. An app is an executable (/usr/bin/git), a\n"
      "systemd service (unit:bot.service) or a Flatpak (flatpak:org.example.App). One\n"
      "that was not decided about has to ask you: on its terminal if it is this\n"
      "command, else by a notification, and here.\n";
  verb.usage = "[TOOL] [ARGUMENTS]";
  verb.tools = tools;
  verb.example =
      "  latchkey apps\n"
      "  latchkey apps allow /usr/bin/git work --for 8h\n"
      "  latchkey apps log --account work\n";
  verb.no_such = "latchkey apps has no tool";
  if (call.arguments.empty() || call.arguments.front() == "--json")
    call.arguments.insert(call.arguments.begin(), "list");
  return run_tool(call, verb);
}

}  // namespace latchkey::cli
