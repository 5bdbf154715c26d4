// Requests to the token and revocation endpoints and what their answers mean (RFC 6749 §4.1.3, §5, §6; RFC 7009).
// Pure: makes http_request values, reads http_response values. Called by daemon/login_* and daemon/account.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/http_message.h"
#include "core/provider.h"
#include "core/secret.h"
#include "core/types.h"

namespace latchkey {

struct client_credentials {
  std::string client_id;
  std::optional<secret> client_secret;  ///< Absent: a public client.
};

/// grant_type=authorization_code (RFC 6749 §4.1.3); `code_verifier` is left out where it is empty.
[[nodiscard]] http_request code_request(const provider& server, const client_credentials& client, const secret& code,
                                        std::string_view redirect_uri, const secret& code_verifier);
/// grant_type=refresh_token (RFC 6749 §6), for the scopes of the grant.
[[nodiscard]] http_request refresh_request(const provider& server, const client_credentials& client,
                                           const secret& refresh_token);
/// RFC 7009 §2.1. `token_type_hint`: "refresh_token" or "access_token".
[[nodiscard]] http_request revocation_request(const provider& server, const client_credentials& client,
                                              const secret& token, std::string_view token_type_hint);

/// What an access token is good for by itself.
enum class token_binding {
  bearer,  ///< Everything: whoever has it may use it (RFC 6750).
  dpop,    ///< Nothing without a proof of the key that it is bound to (RFC 9449).
};

struct token_response {
  secret access_token;
  std::string token_type;             ///< As the server wrote it, "Bearer" where it said nothing.
  std::optional<seconds> expires_in;  ///< Absent where the server said nothing usable.
  secret refresh_token;               ///< Empty: none came.
  std::optional<scope_list> scopes;   ///< Absent: as asked for (RFC 6749 §5.1).
  secret id_token;                    ///< Empty: none came.
  std::vector<std::string> warnings;  ///< Lies that were put right, for the log; hold no secret.
};

/// Why a token request gave no token.
struct token_failure {
  enum class kind {
    /// 408, 429, 5xx whatever they say, temporarily_unavailable, server_error, or no answer at all: back off and try
    /// again.
    transient,
    permanent,   ///< The same request will never work (invalid_client, nonsense as an answer).
    dead_grant,  ///< invalid_grant or interaction_required and its like: a login is needed.
  };
  kind what = kind::permanent;
  fault why;
  std::string error;  ///< The `error` code as sent, escaped; may be empty.
};

using token_result = boost::system::result<token_response, token_failure>;
[[noreturn]] void throw_exception_from_error(const token_failure& why, const boost::source_location& where);

/// Reads by content, whatever the content type says: JSON first, then a form-encoded answer. A 200 with an `error` is
/// an error. `now` is for Retry-After dates. A token that is not bound as it was asked for is refused.
[[nodiscard]] token_result parse_token_response(const http_response& response, wall_time now,
                                                token_binding wanted = token_binding::bearer);
/// A transport failure as a token failure.
[[nodiscard]] token_failure unreachable(fault why);
/// RFC 7009 §2.2: 200 is success, also for a token the server does not know.
/// Errors: temporarily_unavailable, provider_error.
[[nodiscard]] result<> parse_revocation_response(const http_response& response, wall_time now);

/// Seconds or an HTTP date (RFC 9110 §10.2.3), within [0, limits::longest_retry_after]; nothing where it is neither.
[[nodiscard]] std::optional<seconds> parse_retry_after(std::string_view value, wall_time now);

}  // namespace latchkey
