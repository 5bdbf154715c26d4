#include <cstdlib>

#include "cli/exec_credential.h"
#include "cli/failure.h"
#include "cli/helper_tools.h"
#include "cli/token_request.h"
#include "core/secret.h"

namespace latchkey::cli {

int helper_kubectl(invocation& call) {
  verb_options options(call,
                       "The exec plugin of kubectl, helm, k9s and other programs that read a kubeconfig: prints an "
                       "ExecCredential (client.authentication.k8s.io/v1, or v1beta1 where KUBERNETES_EXEC_INFO asks "
                       "for it). It is never interactive.",
                       "kubectl config set-credentials work --exec-api-version=client.authentication.k8s.io/v1 \\\n"
                       "    --exec-interactive-mode=Never --exec-command=latchkey \\\n"
                       "    --exec-arg=helper --exec-arg=kubectl --exec-arg=work");
  options.account()->required();
  const token_wishes wishes(options);
  if (!options.parse()) return 0;

  const result<std::string> version = exec_api_version(std::getenv("KUBERNETES_EXEC_INFO"));
  if (!version) fail(version.error());
  token given = ask_bearer_token(call.account, wishes.wanted());
  std::string answer = exec_credential(*version, given);
  wipe(given.access_token);
  call.out.print(answer);
  wipe(answer);
  return 0;
}

}  // namespace latchkey::cli
