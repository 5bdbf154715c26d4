// A request and a response as plain values, and the few forms that the sandbox's responses take. Used by sandbox_api,
// which fills them, and sandbox_server, which moves the bytes.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tests/sandbox/rotation_log.h"
#include "tests/sandbox/sandbox_state.h"

namespace latchkey::sandbox {

struct request {
  std::string method;
  std::string path;   ///< Without the query.
  std::string query;  ///< Still encoded, without "?".
  std::string authorization;
  std::string content_type;
  std::string body;
  std::string api_key = {};   ///< The header API-Key: the public half of a Fast API key …
  std::string api_sign = {};  ///< … and API-Sign, the signature with the other.
};

enum class delivery {
  answer,
  reset  ///< The connection is reset, and nothing of the response goes out.
};

struct response {
  unsigned status = 200;
  std::string content_type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::chrono::milliseconds delay{0};  ///< The decision is made; the answer travels this much later.
  answer_serial tokens = no_tokens;    ///< The rotation_log's.
  delivery how = delivery::answer;
};

/// Never cached: it may hold tokens (RFC 6749 §5.1).
[[nodiscard]] response json_response(unsigned status, const nlohmann::json& value);
/// RFC 6749 §5.2; invalid_client is a 401 with a Basic challenge.
[[nodiscard]] response error_response(const oauth_error& why);
/// Nothing where the body is no form (application/x-www-form-urlencoded), or a malformed one: malformed_form().
[[nodiscard]] std::optional<parameters> form_of(const request& asked);
[[nodiscard]] response malformed_form();
/// Of the endpoints that want the client's Basic authentication.
[[nodiscard]] response unknown_client();
/// No script, no frame, no referrer.
[[nodiscard]] response page_response(unsigned status, std::string html);
[[nodiscard]] response redirect_response(const redirection& to);
/// 401 without a living token, 403 without the scope (RFC 6750 §3.1). `error` is empty where no token came.
[[nodiscard]] response bearer_challenge(unsigned status, std::string_view error, std::string_view scope);
/// The exchange's own way to say no: status 200, and an `error`.
[[nodiscard]] response exchange_refusal(std::string_view error);

}  // namespace latchkey::sandbox
