// Whose account it is: the provider's user information (OIDC Core §5.3, and Kraken's endpoint of the same shape). Pure.
// The fields are the provider's; which come depends on the scopes.
#pragma once

#include <map>
#include <string>

#include "core/error.h"
#include "core/http_message.h"
#include "core/provider.h"
#include "core/secret.h"

namespace latchkey {

/// Names and values, safe to show. A nested object's members come as "address.country".
using user_information = std::map<std::string, std::string>;

[[nodiscard]] http_request userinfo_request(const provider& server, const secret& access_token);
/// The fields themselves (OIDC) or those in `result` (Kraken), at most limits::user_information_fields of them.
/// Errors: access_denied (401, 403), temporarily_unavailable, provider_error.
[[nodiscard]] result<user_information> parse_userinfo(const http_response& response);

}  // namespace latchkey
