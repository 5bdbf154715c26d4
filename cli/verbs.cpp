#include "cli/verbs.h"

#include <algorithm>
#include <array>

#include "cli/text_width.h"

namespace latchkey::cli {
namespace {

constexpr std::array table{
    verb{"login", verb_group::grants, "Log an account in with the browser; makes the account if asked to", verb_login},
    verb{"logout", verb_group::grants, "Revoke an account's grant at the provider and forget it", verb_logout},
    verb{"add", verb_group::grants, "Make an account: a name for provider, client id and scopes", verb_add},
    verb{"remove", verb_group::grants, "Forget an account with all that is stored for it", verb_remove},
    verb{"apps", verb_group::grants, "Which app may use which account, and which did", verb_apps},
    verb{"lock", verb_group::grants, "Have the daemon forget every secret until it is unlocked", verb_lock},
    verb{"unlock", verb_group::grants, "Have the daemon read grants from its store again", verb_unlock},
    verb{"token", verb_group::tokens, "Print an access token that works now", verb_token},
    verb{"dpop", verb_group::tokens, "Print a proof for one request with a token that is bound to a key", verb_dpop},
    verb{"exec", verb_group::tokens, "Run a program with an access token in its environment", verb_exec},
    verb{"helper", verb_group::tokens, "Give git, kubectl and mail programs their tokens, in their own ways",
         verb_helper},
    verb{"kraken", verb_group::tokens, "Kraken's API keys, calls signed with them, and a client's key pair",
         verb_kraken},
    verb{"list", verb_group::looking, "The accounts and their state", verb_list},
    verb{"show", verb_group::looking, "One account in full", verb_show},
    verb{"status", verb_group::looking, "The daemon, its store and the accounts", verb_status},
    verb{"watch", verb_group::looking, "What happens to the accounts, as it happens", verb_watch},
    verb{"providers", verb_group::looking, "The providers that are known by name", verb_providers},
    verb{"scopes", verb_group::looking, "What a provider's scopes allow", verb_scopes},
    verb{"doctor", verb_group::help, "Check that everything is in order, and say how to mend what is not", verb_doctor},
    verb{"version", verb_group::help, "The version of this program", verb_version},
    verb{"help", verb_group::help, "Explain a verb", verb_help},
};

struct group_title {
  verb_group group;
  std::string_view title;
};
constexpr std::array titles{
    group_title{verb_group::grants, "Grants and accounts"},
    group_title{verb_group::tokens, "Tokens"},
    group_title{verb_group::looking, "What there is"},
    group_title{verb_group::help, "Help"},
};

}  // namespace

std::span<const verb> verbs() noexcept {
  return table;
}

const verb* find_verb(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(table, name, &verb::name);
  return found == table.end() ? nullptr : found;
}

std::vector<std::string> verb_names() {
  std::vector<std::string> names;
  names.reserve(std::size(table));
  for (const verb& each : table) names.emplace_back(each.name);
  return names;
}

std::string overview() {
  std::string text =
      "Usage: latchkey VERB [ARGUMENTS]\n\n"
      "Asks the Latchkey daemon, which holds your OAuth 2 grants, for access tokens.\n";
  for (const group_title& title : titles) {
    text += "\n" + std::string(title.title) + ":\n";
    for (const verb& each : table)
      if (each.group == title.group) text += "  " + padded(each.name, 11) + std::string(each.summary) + "\n";
  }
  return text +
         "\n`latchkey help VERB` explains one. Exit codes: 0 done, 1 failed, 2 usage, 3 login required, 4 denied,\n"
         "5 try later, 6 no daemon, 7 store locked.\n\n"
         "Example:\n  latchkey login work --provider kraken --client-id MY_CLIENT_ID\n"
         "  curl -H \"Authorization: Bearer $(latchkey token work)\" https://api.example.com/\n";
}

}  // namespace latchkey::cli
