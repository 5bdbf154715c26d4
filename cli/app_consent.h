// Where an account may not be used before the person has said so, this command asks on its own terminal, about itself.
// Used by every verb that uses an account.
#pragma once

#include <string>

#include "latchkey/client.h"

namespace latchkey::cli {

/// The daemon waits for the person: `error` is ConsentPending. Asks here and has the daemon know; returns where the
/// answer is yes. Throws client_error: AccessDenied after a no, `error` itself where it is another, or nobody can be
/// asked, or answers.
void answer_on_terminal(const client_error& error, const std::string& account);

/// What `use` gives, and where the person has to agree first, what it gives then.
template <class Use>
auto with_consent(const std::string& account, const Use& use) -> decltype(use()) {
  try {
    return use();
  } catch (const client_error& error) {
    answer_on_terminal(error, account);
  }
  return use();
}

}  // namespace latchkey::cli
