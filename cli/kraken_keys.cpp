#include <unistd.h>

#include <algorithm>
#include <array>

#include "cli/account_view.h"
#include "cli/api_key_options.h"
#include "cli/api_key_view.h"
#include "cli/app_consent.h"
#include "cli/confirm.h"
#include "cli/failure.h"
#include "cli/json_output.h"
#include "cli/kraken_tools.h"
#include "cli/nearest_word.h"
#include "core/secret.h"

namespace latchkey::cli {
namespace {

constexpr int refused_exit = 1;

struct keys_order {
  std::string name;
  bool reveal = false;
  bool yes = false;
};

struct action {
  std::string_view name;
  std::vector<std::string> options;  ///< Beside --json.
  int (*run)(invocation&, const keys_order&, const api_key_options&);
};

bool may_go_on(const keys_order& order, const api_key_wish& wish) {
  const std::vector<std::string> dangerous = money_moving(wish.permissions.value_or(std::vector<std::string>()));
  if (order.yes || dangerous.empty()) return true;
  const std::string which = joined(dangerous);
  return consent("Whoever has this key can move money (" + which + "). Go on?",
                 "a key with " + which + " can move money");
}

int list(invocation& call, const keys_order& order, const api_key_options& /*options*/) {
  if (!order.name.empty())
    fail(errc::bad_request, "list takes no name of a key: it shows them all (latchkey help kraken keys)");
  const std::vector<api_key> keys = with_consent(call.account, [&] { return client().list_api_keys(call.account); });
  if (call.json) {
    call.out.print(json::of(keys));
    return 0;
  }
  if (keys.empty())
    say("There is no key yet. Make one: latchkey kraken keys create " + printable(call.account) + " NAME\n");
  const terminal where = terminal_of(STDOUT_FILENO);
  call.out.print(api_key_table(keys, now_seconds(), where).render(where));
  return 0;
}

void tell_created(invocation& call, const created_api_key& made) {
  const std::string what =
      "The key " + printable(made.key.name) + " is there; its public half is " + word(made.key.api_key) + ". ";
  if (made.key_secret.empty()) {
    call.out.print(what + "Its secret went to the store and is shown to nobody: latchkey kraken call " +
                   printable(call.account) + " uses it.\n");
    return;
  }
  std::string line = printable(made.key_secret);
  call.out.print(line);
  call.out.print("\n");
  wipe(line);
  say(what + "Its secret, this once, is on standard output, and in the store, too.\n");
}

int create(invocation& call, const keys_order& order, const api_key_options& options) {
  const api_key_wish wish = options.wish(order.name, now_seconds());
  if (!wish.permissions)
    fail(errc::bad_request,
         "what may the key do? give --permission, as in --permission \"funds_query trades_query_open\"");
  if (!may_go_on(order, wish)) {
    say("No key was made.\n");
    return refused_exit;
  }
  const secret_answer answer = order.reveal ? secret_answer::revealed : secret_answer::stored;
  created_api_key made =
      with_consent(call.account, [&] { return client().create_api_key(call.account, wish, answer); });
  if (!call.json) {
    tell_created(call, made);
  } else {
    std::string object = json::of(made);
    call.out.print(object);
    wipe(object);
  }
  wipe(made.key_secret);
  return 0;
}

int update(invocation& call, const keys_order& order, const api_key_options& options) {
  const api_key_wish wish = options.wish(order.name, now_seconds());
  const bool changes = wish.new_name || wish.permissions || wish.ip_allowlist || wish.nonce_window || wish.query_from ||
                       wish.query_to || wish.valid_until;
  if (!changes) fail(errc::bad_request, "what shall change? give an option (latchkey help kraken keys)");
  if (!may_go_on(order, wish)) {
    say("Nothing was changed.\n");
    return refused_exit;
  }
  with_consent(call.account, [&] { client().update_api_key(call.account, wish); });
  const std::string name = wish.new_name.value_or(order.name);
  call.out.print(call.json ? json::member("updated", name) : "The key " + printable(name) + " is changed.\n");
  return 0;
}

int remove(invocation& call, const keys_order& order, const api_key_options& /*options*/) {
  const std::string name = printable(order.name);
  if (!order.yes && !consent("Delete the key " + name + " at the provider? Whatever uses it stops working.",
                             "deleting the key " + name + " stops whatever uses it")) {
    say("Nothing was deleted.\n");
    return refused_exit;
  }
  with_consent(call.account, [&] { client().delete_api_key(call.account, order.name); });
  call.out.print(call.json ? json::member("deleted", order.name) : "The key " + name + " is deleted.\n");
  return 0;
}

std::vector<action> actions() {
  const std::vector<std::string> wishes{"--permission", "--ip",          "--nonce-window", "--query-from",
                                        "--query-to",   "--valid-until", "--yes"};
  std::vector<action> all{
      {"list", {}, list}, {"create", wishes, create}, {"update", wishes, update}, {"delete", {"--yes"}, remove}};
  all[1].options.emplace_back("--reveal");
  all[2].options.emplace_back("--new-name");
  return all;
}

action require_action(const std::string& name) {
  const std::vector<action> all = actions();
  const auto found = std::ranges::find(all, name, &action::name);
  if (found != all.end()) return *found;
  fail(errc::bad_request, "keys can be listed, created, updated and deleted, not " + printable(name) +
                              suggestion(name, {"list", "create", "update", "delete"}) +
                              " (latchkey help kraken keys)");
}

// An option that means nothing to this action was meant for something else.
void check_options(const action& chosen, const CLI::App& app, const keys_order& order) {
  for (const CLI::Option* each : app.get_options()) {
    if (each->count() == 0 || !each->nonpositional()) continue;
    const std::string name = "--" + each->get_lnames().front();
    if (name != "--json" && std::ranges::find(chosen.options, name) == chosen.options.end())
      fail(errc::bad_request,
           name + " means nothing to keys " + std::string(chosen.name) + " (latchkey help kraken keys)");
  }
  if (order.name.empty() && chosen.name != "list")
    fail(errc::bad_request,
         "which key? give its name: latchkey kraken keys " + std::string(chosen.name) + " ACCOUNT NAME");
}

}  // namespace

int kraken_keys(invocation& call) {
  verb_options options(
      call,
      "Lists the account's Fast API keys, or creates, updates or deletes one. The secret of a new key goes to the "
      "store, from where it signs calls (latchkey kraken call). An update changes what is given and nothing else. The "
      "permissions are export_data, funds_add, funds_earn, funds_query, funds_withdraw, ledger_query, trades_close, "
      "trades_modify, trades_query_closed, trades_query_open, withdrawal_address_add and withdrawal_address_update; it "
      "asks before it gives one that can move money.",
      "latchkey kraken keys list trading\n"
      "  latchkey kraken keys create trading bot --permission \"funds_query trades_query_open\" \\\n"
      "    --ip 192.0.2.0/24 --valid-until 30d\n"
      "  latchkey kraken keys update trading bot --new-name reader --valid-until none\n"
      "  latchkey kraken keys delete trading reader");
  std::string action_name;
  keys_order order;
  options.app().add_option("ACTION", action_name, "list, create, update or delete")->required()->type_name("");
  options.account()->required();
  options.app().add_option("NAME", order.name, "Name of the key; not with list")->type_name("");
  const api_key_options wishes(options);
  options.app().add_flag("--reveal", order.reveal, "With create: print the secret, alone on its line, this once");
  options.app().add_flag("-y,--yes", order.yes, "Do not ask");
  options.json("the keys, or what was done,");
  if (!options.parse()) return 0;

  const action chosen = require_action(action_name);
  check_options(chosen, options.app(), order);
  return chosen.run(call, order, wishes);
}

}  // namespace latchkey::cli
