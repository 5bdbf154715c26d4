// Pushed authorization requests (RFC 9126): the parameters go to the provider directly, and the browser carries only a
// reference to them. Pure. Called by daemon/login_browser.
#pragma once

#include <string>
#include <string_view>

#include "core/authorize.h"
#include "core/http_message.h"
#include "core/provider.h"
#include "core/token_endpoint.h"

namespace latchkey {

/// RFC 9126 §2.1; the client names itself as at the token endpoint.
[[nodiscard]] http_request pushed_authorization_request(const provider& server, const client_credentials& client,
                                                        const authorize_request& request);

/// The request_uri of the answer (RFC 9126 §2.2). Errors: login_failed, provider_error, temporarily_unavailable.
[[nodiscard]] result<std::string> parse_pushed_authorization(const http_response& response, wall_time now);

/// The URL to open in the browser: client_id and request_uri alone (RFC 9126 §4).
[[nodiscard]] std::string pushed_authorize_url(const provider& server, std::string_view client_id,
                                               std::string_view request_uri);

}  // namespace latchkey
