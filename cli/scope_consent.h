// Judges the scopes that an account is to ask for, before anything is made: those that its provider does not document,
// and those that move money. A question to the person, or --yes; never a wall. Used by `add` and `login`.
#pragma once

#include <string>
#include <vector>

#include "cli/verb_options.h"
#include "latchkey/client.h"

namespace latchkey::cli {

/// What about the scopes that somebody asks for has to be agreed to. Each one once, as asked.
struct scope_findings {
  std::vector<std::string> unknown;  ///< Not documented, where the provider's list is complete.
  std::vector<scope> moving_money;

  [[nodiscard]] bool none() const noexcept { return unknown.empty() && moving_money.empty(); }
};
[[nodiscard]] scope_findings judge_scopes(const provider_description& server, const std::vector<std::string>& asked);

/// What to say where nobody can be asked: every finding is named, for --yes agrees to all of them.
[[nodiscard]] std::string scope_refusal(const scope_findings& found, const provider_description& server);
/// The lines before the question.
[[nodiscard]] std::string scope_concerns(const scope_findings& found, const provider_description& server);

class scope_consent {
 public:
  /// Adds --yes to `options`, which outlives this.
  explicit scope_consent(verb_options& options);

  /// Whether scopes `asked` of the provider known as `provider` may be asked for. False: the person said no, and has
  /// been told that nothing was done. Throws client_error with exit code 2 where a question is due and nobody is there.
  [[nodiscard]] bool given(client& agent, const std::string& provider, const std::vector<std::string>& asked) const;

 private:
  bool yes_ = false;
};

/// For a new account that asks for no scope: tells what it gets where `provider` grants more than people may think.
void note_empty_scope(client& agent, const std::string& provider);

}  // namespace latchkey::cli
