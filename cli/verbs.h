// The verbs of the command, one file each (verb_NAME.cpp). The table is the table of contents: dispatch, `latchkey
// help` and the suggestion for a mistyped verb all read it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/invocation.h"

namespace latchkey::cli {

enum class verb_group { grants, tokens, looking, help };

struct verb {
  std::string_view name;
  verb_group group;
  std::string_view summary;
  /// Returns the exit code; throws client_error.
  int (*run)(invocation&);
};

/// In the order of `latchkey help`.
[[nodiscard]] std::span<const verb> verbs() noexcept;
/// Nothing where there is none of this name.
[[nodiscard]] const verb* find_verb(std::string_view name) noexcept;
/// For suggestion().
[[nodiscard]] std::vector<std::string> verb_names();
/// The text of `latchkey --help`.
[[nodiscard]] std::string overview();

int verb_add(invocation& call);
int verb_login(invocation& call);
int verb_logout(invocation& call);
int verb_lock(invocation& call);
int verb_unlock(invocation& call);
int verb_remove(invocation& call);
int verb_token(invocation& call);
int verb_dpop(invocation& call);
int verb_exec(invocation& call);
int verb_helper(invocation& call);
int verb_kraken(invocation& call);
int verb_apps(invocation& call);
int verb_list(invocation& call);
int verb_show(invocation& call);
int verb_status(invocation& call);
int verb_watch(invocation& call);
int verb_providers(invocation& call);
int verb_scopes(invocation& call);
int verb_doctor(invocation& call);
int verb_version(invocation& call);
int verb_help(invocation& call);

}  // namespace latchkey::cli
