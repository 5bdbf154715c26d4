// Authorization server metadata: RFC 8414 and OpenID Connect Discovery 1.0. Pure: where to look, and what to believe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/http_message.h"
#include "core/provider.h"

namespace latchkey {

/// The addresses to try, in order: OIDC Discovery §4 (ISSUER/.well-known/openid-configuration), then RFC 8414 §3.1
/// (/.well-known/oauth-authorization-server between host and path).
/// Errors: bad_request on an issuer that is no https (or loopback http) address, or has a query or fragment.
[[nodiscard]] result<std::vector<std::string>> discovery_addresses(std::string_view issuer);

/// Reads the document. Its `issuer` must be `issuer`, character for character (RFC 8414 §3.3), every endpoint must pass
/// parse_endpoint(), and authorization_endpoint and token_endpoint must be there.
/// Errors: provider_error; temporarily_unavailable on 408, 429 and 5xx.
[[nodiscard]] result<provider> parse_discovery(std::string_view issuer, const http_response& response);

}  // namespace latchkey
