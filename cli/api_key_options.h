// What a Fast API key is to be, as options say it. Checks what can be known before the daemon is asked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/verb_options.h"
#include "latchkey/client.h"

namespace latchkey::cli {

class api_key_options {
 public:
  /// Adds --new-name, --permission, --ip, --nonce-window, --query-from, --query-to and --valid-until.
  explicit api_key_options(verb_options& options);

  /// The wish for the key `name`; what was not given is absent. `now`: Unix seconds. Throws client_error with exit code
  /// 2 that names what is wrong, for a permission with the nearest one.
  [[nodiscard]] api_key_wish wish(const std::string& name, std::int64_t now) const;

 private:
  std::string new_name_;
  std::vector<std::string> permissions_;
  std::vector<std::string> networks_;
  std::optional<std::int64_t> nonce_window_;
  std::string query_from_;
  std::string query_to_;
  std::string valid_until_;
};

/// Those of the permissions with which money can leave the account, or be put where it cannot be taken from at once.
[[nodiscard]] std::vector<std::string> money_moving(const std::vector<std::string>& permissions);

}  // namespace latchkey::cli
