// The options with which `token` and `exec` ask for a token, and the asking.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/verb_options.h"
#include "latchkey/client.h"

namespace latchkey::cli {

class token_request {
 public:
  /// Adds --min-valid, --stale-generation and --scope to `options`.
  explicit token_request(verb_options& options);

  /// Asks the daemon. Wipe the token after use. Throws client_error, also where the token is nothing that could be
  /// passed on safely: empty, or with control characters or spaces (RFC 6750 §2.1).
  [[nodiscard]] token get(const std::string& account) const;

 private:
  std::optional<std::int64_t> min_valid_;
  std::optional<std::int64_t> stale_generation_;
  std::vector<std::string> scopes_;
};

}  // namespace latchkey::cli
