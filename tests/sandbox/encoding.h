// The encodings that an authorization server meets: base64 (RFC 4648), S256 (RFC 7636 §4.2), form parameters and
// redirect URIs. Pure. Written apart from core/ on purpose: the sandbox is the other side, and a mistake that both
// sides share would be seen by neither.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace latchkey::sandbox {

/// The parameters of a query or a form (application/x-www-form-urlencoded), decoded.
class parameters {
 public:
  /// Nothing where `encoded` is not well-formed, or names a parameter twice (RFC 6749 §3.1, §3.2).
  [[nodiscard]] static std::optional<parameters> parse(std::string_view encoded);
  /// Empty where it is missing: a parameter without a value counts as omitted (RFC 6749 §3.1).
  [[nodiscard]] const std::string& operator[](std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

struct credentials {
  std::string id;
  std::string password;
};

/// The credentials of an `Authorization: Basic` header, form-decoded (RFC 6749 §2.3.1).
[[nodiscard]] std::optional<credentials> basic_credentials(std::string_view authorization);
/// The token of an `Authorization: Bearer` header (RFC 6750 §2.1).
[[nodiscard]] std::optional<std::string> bearer_token(std::string_view authorization);

/// With padding (RFC 4648 §4).
[[nodiscard]] std::string base64(std::span<const unsigned char> bytes);
[[nodiscard]] std::optional<std::string> base64_decoded(std::string_view text);
[[nodiscard]] std::string base64url(std::span<const unsigned char> bytes);
[[nodiscard]] std::string s256_challenge(std::string_view code_verifier);

/// `text` as HTML text or as a quoted attribute's value.
[[nodiscard]] std::string html_escaped(std::string_view text);

[[nodiscard]] std::vector<std::string> split_at_spaces(std::string_view text);

/// http on 127.0.0.1, [::1] or localhost, any port and path, no user info, no fragment (RFC 8252 §7.3).
[[nodiscard]] bool is_loopback_redirect(std::string_view uri);
/// An absolute URI without a fragment, as a redirect_uri must be (RFC 6749 §3.1.2).
[[nodiscard]] bool is_uri(std::string_view text);
/// `uri`, for which is_uri() holds, with `added` appended to its query.
[[nodiscard]] std::string with_parameters(const std::string& uri,
                                          const std::vector<std::pair<std::string, std::string>>& added);

}  // namespace latchkey::sandbox
