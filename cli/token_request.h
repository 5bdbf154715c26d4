// The options with which verbs ask for a token, and the asking.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/verb_options.h"
#include "latchkey/client.h"

namespace latchkey::cli {

/// Asks the daemon. Wipe the token after use. Throws client_error, also where the token is nothing that could be passed
/// on safely: empty, or with control characters or spaces (RFC 6750 §2.1).
[[nodiscard]] token ask_token(const std::string& account, const token_options& wanted);

/// As ask_token(), for a program that knows bearer tokens alone (RFC 6750): one that is bound to a key (RFC 9449) is
/// not for it. Throws bad_request then.
[[nodiscard]] token ask_bearer_token(const std::string& account, const token_options& wanted);

/// What the token must be: --min-valid and --scope. All that is asked of a tool's next token.
class token_wishes {
 public:
  /// Adds both to `options`.
  explicit token_wishes(verb_options& options);

  [[nodiscard]] token_options wanted() const;

 private:
  std::optional<std::int64_t> min_valid_;
  std::vector<std::string> scopes_;
};

/// The options of `token` and `exec`: the wishes, and --stale-generation for who was refused.
class token_request {
 public:
  explicit token_request(verb_options& options);

  /// As ask_token().
  [[nodiscard]] token get(const std::string& account) const;

 private:
  token_wishes wishes_;
  std::optional<std::int64_t> stale_generation_;
};

}  // namespace latchkey::cli
