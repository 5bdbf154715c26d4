// Kubernetes' exec plugins (client.authentication.k8s.io): what the client asks in KUBERNETES_EXEC_INFO, and the
// ExecCredential that answers. Pure.
#pragma once

#include <string>

#include "core/error.h"
#include "latchkey/client.h"

namespace latchkey::cli {

/// The API version that is asked for, and must be answered with: client.authentication.k8s.io/v1 or v1beta1.
/// `exec_info`: the variable; v1 where it is null or empty, as when a person tries the command.
/// Errors: bad_request where it is no ExecCredential, or of a version that this does not speak.
[[nodiscard]] result<std::string> exec_api_version(const char* exec_info);

/// One line of JSON: status.token, and status.expirationTimestamp (RFC 3339) where the end is known. Wipe it.
[[nodiscard]] std::string exec_credential(const std::string& api_version, const token& given);

}  // namespace latchkey::cli
