#include <algorithm>
#include <array>

#include "cli/failure.h"
#include "cli/helper_tools.h"
#include "cli/nearest_word.h"
#include "cli/text_width.h"
#include "cli/verbs.h"

namespace latchkey::cli {
namespace {

constexpr int usage_exit = 2;

struct helper_tool {
  std::string_view name;
  std::string_view summary;
  int (*run)(invocation&);
};

constexpr std::array tools{
    helper_tool{"git", "Git's credential helper: git fetch, push and clone over https", helper_git},
    helper_tool{"kubectl", "Kubernetes' exec plugin: an ExecCredential for kubectl and its kin", helper_kubectl},
    helper_tool{"xoauth2", "Mail programs: the token alone, or the SASL response with it", helper_xoauth2},
};

std::string explanation() {
  std::string text =
      "Gives other programs the access token of an account, each in the way that it\n"
      "asks for one. Nothing is prompted for and nothing is kept: the token goes to the\n"
      "program on standard output, whole or not at all.\n\n"
      "Usage: latchkey helper TOOL ACCOUNT [OPTIONS]\n\n"
      "Tools:\n";
  for (const helper_tool& each : tools) text += "  " + padded(each.name, 9) + std::string(each.summary) + "\n";
  return text +
         "\n`latchkey help helper TOOL` explains one.\n\n"
         "Example:\n  git config --global credential.https://git.example.com.helper '!latchkey helper git work'\n"
         "  kubectl config set-credentials work --exec-api-version=client.authentication.k8s.io/v1 \\\n"
         "    --exec-interactive-mode=Never --exec-command=latchkey \\\n"
         "    --exec-arg=helper --exec-arg=kubectl --exec-arg=work\n"
         "  passwordeval \"latchkey helper xoauth2 work\"     (a line of ~/.msmtprc, below: auth oauthbearer)\n";
}

const helper_tool& require_tool(const std::string& name) {
  const auto* const found = std::ranges::find(tools, name, &helper_tool::name);
  if (found != tools.end()) return *found;
  std::vector<std::string> names;
  names.reserve(tools.size());
  for (const helper_tool& each : tools) names.emplace_back(each.name);
  fail(errc::bad_request,
       "there is no helper for " + printable(name) + suggestion(name, names) + " (latchkey help helper)");
}

}  // namespace

int verb_helper(invocation& call) {
  if (call.arguments.empty()) {
    say(explanation());
    return usage_exit;
  }
  const std::string first = call.arguments.front();
  if (first == "--help" || first == "-h") {
    call.out.print(explanation());
    return 0;
  }
  const helper_tool& tool = require_tool(first);
  call.arguments.erase(call.arguments.begin());
  call.verb += " " + first;
  return tool.run(call);
}

}  // namespace latchkey::cli
