// A provider and its scopes as tables. Used by `providers` and `scopes`. Texts are safe to show.
#pragma once

#include <string>
#include <vector>

#include "cli/table.h"
#include "latchkey/client.h"

namespace latchkey::cli {

[[nodiscard]] table provider_table(const std::vector<provider_description>& providers);
[[nodiscard]] table provider_details(const provider_description& shown);
/// What moves money stands out. On a terminal by category, in a pipe with the category as a field.
[[nodiscard]] table scope_table(const std::vector<scope>& scopes, const terminal& where);
/// What comes of asking for no scope, where that is more than people may think. Empty, or a line.
[[nodiscard]] std::string empty_scope_note(const provider_description& shown);
/// Sentences beside the table: is it all there is, and what comes without any. Empty, or ends with a line end.
[[nodiscard]] std::string scope_notes(const provider_description& shown);

/// Asks the daemon for one. Throws client_error, also where the daemon knows none of this name.
[[nodiscard]] provider_description find_provider(const std::string& name);

}  // namespace latchkey::cli
