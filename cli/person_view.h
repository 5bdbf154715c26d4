// Whose account it is: what the provider tells of the person. Asked only where that causes no refresh, and never a
// reason to fail. Texts are safe to show.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "cli/table.h"
#include "latchkey/client.h"

namespace latchkey::cli {

struct person {
  std::map<std::string, std::string> fields;  ///< As the provider names them.
  std::string problem;                        ///< Why it cannot be asked now; empty: it was.
};

/// Asks the provider, and waits as long as `patience`. Nothing where the provider has no such endpoint, told nothing,
/// or the account's token is not good for long enough to be used without a refresh.
[[nodiscard]] std::optional<person> ask_person(client& agent, const account& whose, std::chrono::seconds patience);

/// The field by which a person knows an account: address, user name, name or public id; empty where there is none.
[[nodiscard]] std::string person_name(const std::optional<person>& shown);

/// A row for each field, the known ones first and in words, each marked as the person's.
void add_rows(table& details, const std::optional<person>& shown);

}  // namespace latchkey::cli
