// The options that describe a new account, as `add` and `login` take them, and the rules that need no daemon to check.
#pragma once

#include <string>
#include <vector>

#include "cli/client_secret.h"
#include "cli/verb_options.h"
#include "latchkey/client.h"

namespace latchkey::cli {

class account_options {
 public:
  /// Adds them all to `options`, which outlives this. --scope is among them.
  explicit account_options(verb_options& options);

  /// One of those that only a new account needs was given: anything but --scope.
  [[nodiscard]] bool given() const;
  [[nodiscard]] std::vector<std::string> scopes() const { return split_scopes(scopes_); }
  /// Empty: an issuer or addresses instead.
  [[nodiscard]] const std::string& provider() const noexcept { return account_.provider; }
  /// Throws client_error with exit code 2 where something is missing or contradicts itself, the secret apart.
  void check_complete() const;
  /// The account that they describe; reads the client secret, so wipe that after use. Throws client_error with exit
  /// code 2 where something is missing or contradicts itself.
  [[nodiscard]] new_account describe(const std::string& name) const;
  /// Throws client_error with exit code 2 where an option says otherwise than `existing`, or sets what only a new
  /// account takes.
  void check_agreement(const account& existing) const;

 private:
  void check_source() const;
  void refuse_changes(const std::string& name) const;

  new_account account_;
  std::vector<std::string> scopes_;
  std::vector<std::string> parameters_;
  std::vector<std::string> variables_;
  std::string secret_file_;
  encrypted_client_secret_files encrypted_;
};

/// Makes the account at the daemon and wipes its secret.
void add_account(client& agent, new_account described);

}  // namespace latchkey::cli
