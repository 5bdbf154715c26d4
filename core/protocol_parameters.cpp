#include <algorithm>
#include <array>

#include "core/provider.h"

namespace latchkey {

bool is_protocol_parameter(std::string_view name) noexcept {
  // RFC 6749 §4.1.1, RFC 7636 §4.3, OIDC Core §3.1.2.1; the last three would replace or reroute all the others (OAuth
  // 2.0 Multiple Response Types §2.1, RFC 9101 §5).
  constexpr std::array<std::string_view, 12> names{
      "response_type",         "client_id",     "redirect_uri", "scope",       "state",   "nonce", "code_challenge",
      "code_challenge_method", "response_mode", "request",      "request_uri", "dpop_jkt"};
  return std::ranges::find(names, name) != names.end();
}

}  // namespace latchkey
