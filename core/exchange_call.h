// Calls to Kraken's Exchange API, signed with a Fast API key. Pure: makes http_request values, reads http_response
// values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/fast_api_key.h"
#include "core/http_message.h"
#include "core/secret.h"

namespace latchkey {

/// API-Sign of a private call: base64(HMAC-SHA512(base64-decoded secret, path + SHA256(nonce + data))).
/// Errors: bad_request where the secret is no base64.
[[nodiscard]] result<secret> sign_exchange_call(const secret& key_secret, std::string_view path, std::string_view nonce,
                                                std::string_view data);
/// POST `base`/0/private/NAME with nonce first. Errors: those of sign_exchange_call(); bad_request for a name with
/// other characters than letters and digits.
[[nodiscard]] result<http_request> exchange_call(std::string_view base, const fast_api_key& key, std::string_view name,
                                                 std::uint64_t nonce,
                                                 const std::vector<std::pair<std::string, std::string>>& fields);
/// The `result` of an Exchange API answer, as JSON text in ASCII, safe to print. Errors as above.
[[nodiscard]] result<std::string> parse_exchange_answer(const http_response& response);

}  // namespace latchkey
