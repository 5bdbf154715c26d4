// Kraken's Fast API keys: what is asked for and answered at /oauth/fast-api-key. Pure: makes http_request values, reads
// http_response values. Facts: docs/providers/kraken.md. Calls signed with such a key: exchange_call.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/http_message.h"
#include "core/secret.h"

namespace latchkey {

/// The permissions that a key may have, as the API writes them.
[[nodiscard]] const std::vector<std::string>& fast_api_key_permissions();

/// What a key is to be. An absent member is left out of the request: the API's own default at creation, unchanged at an
/// update.
struct fast_api_key_wish {
  std::string name;                                      ///< 1 to 32 characters.
  std::optional<std::string> new_name;                   ///< At an update alone.
  std::optional<std::vector<std::string>> permissions;   ///< Those that are on; all others are off.
  std::optional<std::vector<std::string>> ip_allowlist;  ///< Addresses or networks (CIDR), IPv4 and IPv6.
  std::optional<std::int64_t> nonce_window;              ///< >= 0.
  std::optional<std::int64_t> query_from;                ///< Unix seconds; 0: none.
  std::optional<std::int64_t> query_to;
  std::optional<std::int64_t> valid_until;
};

/// Name, permissions and addresses. Errors: bad_request naming what is wrong, with the nearest permission.
[[nodiscard]] result<> check_fast_api_key(const fast_api_key_wish& wish);

/// The requests; `base`: scheme and host of the API ("https://api.kraken.com").
[[nodiscard]] http_request list_fast_api_keys(std::string_view base, const secret& access_token);
[[nodiscard]] http_request create_fast_api_key(std::string_view base, const secret& access_token,
                                               const fast_api_key_wish& wish);
[[nodiscard]] http_request update_fast_api_key(std::string_view base, const secret& access_token,
                                               const fast_api_key_wish& wish);
[[nodiscard]] http_request delete_fast_api_key(std::string_view base, const secret& access_token,
                                               std::string_view name);

/// A key as the API tells of it.
struct fast_api_key {
  std::string name;
  std::string id;
  std::string api_key;  ///< The public half.
  secret key_secret;    ///< The private half, base64; only in the answer to a creation.
  std::vector<std::string> permissions;
  std::vector<std::string> ip_allowlist;
  std::optional<std::int64_t> valid_until;  ///< Unix seconds.
  std::optional<std::int64_t> created_time;
  std::optional<std::int64_t> last_used;
};

// What the answers say. Errors: access_denied (401, 403, or EAuth/EGeneral:Permission denied), bad_request
// (EGeneral:Invalid arguments), temporarily_unavailable (5xx, 429, EService, rate limits), provider_error. The API's
// own text is in provider_text.
[[nodiscard]] result<std::vector<fast_api_key>> parse_fast_api_keys(const http_response& response);
[[nodiscard]] result<fast_api_key> parse_created_fast_api_key(const http_response& response);
[[nodiscard]] result<> parse_fast_api_key_done(const http_response& response);

}  // namespace latchkey
