// What the answers of a provider's endpoints have in common: fields as JSON or form encoding, errors in the shapes that
// providers use, and when to come back. Used by the parsers in core; holds no decision about a grant.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/http_message.h"
#include "core/types.h"

namespace latchkey {

/// The fields of `body` as a JSON object, whatever the content type says: JSON first, then a form (RFC 6749 §5.1, and
/// what GitHub sends), whose values are strings.
/// Errors: provider_error "the answer …", which quotes nothing of the body.
[[nodiscard]] result<nlohmann::json> read_answer(std::string_view body);

/// An error as the provider sent it, not escaped.
struct provider_failure {
  std::string code;
  std::string description;

  /// "code: description" for fault::provider_text, escaped, within limits::provider_text.
  [[nodiscard]] std::string shown() const;
};

/// `error` as a string (RFC 6749 §5.2), as the Kraken exchange's list (["EGeneral:Invalid arguments"], whose entries
/// with W are warnings), or as an object with code and message. Nothing where `fields` names no error.
[[nodiscard]] std::optional<provider_failure> find_error(const nlohmann::json& fields);

/// 2xx.
[[nodiscard]] bool is_success(unsigned status) noexcept;
/// 408, 429 and 5xx: the same request may work later.
[[nodiscard]] bool is_transient(unsigned status) noexcept;
/// The Retry-After header, as parse_retry_after() reads it.
[[nodiscard]] std::optional<seconds> retry_after_of(const http_response& response, wall_time now);

}  // namespace latchkey
