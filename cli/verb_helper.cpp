#include <array>

#include "cli/helper_tools.h"
#include "cli/verb_tools.h"
#include "cli/verbs.h"

namespace latchkey::cli {
namespace {

constexpr std::array tools{
    verb_tool{"git", "Git's credential helper: git fetch, push and clone over https", helper_git},
    verb_tool{"kubectl", "Kubernetes' exec plugin: an ExecCredential for kubectl and its kin", helper_kubectl},
    verb_tool{"xoauth2", "Mail programs: the token alone, or the SASL response with it", helper_xoauth2},
};

}  // namespace

int verb_helper(invocation& call) {
  verb_with_tools verb;
  verb.what =
      "Gives other programs the access token of an account, each in the way that it\n"
      "asks for one. Nothing is prompted for and nothing is kept: the token goes to the\n"
      "program on standard output, whole or not at all.\n";
  verb.usage = "TOOL ACCOUNT [OPTIONS]";
  verb.tools = tools;
  verb.example =
      "  git config --global credential.https://git.example.com.helper '!latchkey helper git work'\n"
      "  kubectl config set-credentials work --exec-api-version=client.authentication.k8s.io/v1 \\\n"
      "    --exec-interactive-mode=Never --exec-command=latchkey \\\n"
      "    --exec-arg=helper --exec-arg=kubectl --exec-arg=work\n"
      "  passwordeval \"latchkey helper xoauth2 work\"     (a line of ~/.msmtprc, below: auth oauthbearer)\n";
  verb.no_such = "there is no helper for";
  return run_tool(call, verb);
}

}  // namespace latchkey::cli
