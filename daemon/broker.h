// The calls of io.latchkey.Broker: one on_<method> for each. Decodes, asks accounts, encodes; decides nothing about
// OAuth.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "core/settings.h"
#include "daemon/account_book.h"
#include "daemon/app_gate.h"
#include "daemon/event_hub.h"
#include "daemon/forced_refreshes.h"
#include "daemon/key_desk.h"
#include "daemon/lease_register.h"
#include "daemon/lock_keeper.h"
#include "daemon/provider_catalog.h"
#include "ipc/messages.h"
#include "ipc/varlink_server.h"

namespace latchkey {

class broker {
 public:
  broker(account_surroundings& surroundings, account_book& accounts, event_hub& events, app_gate& gate,
         seconds login_timeout);

  /// For varlink::server.
  [[nodiscard]] varlink::interface interface();
  /// Something happened to an account: tells the watchers.
  void announce(const account& who, std::string_view kind);
  /// For the logins that begin from now on.
  void set_login_timeout(seconds timeout) { login_timeout_ = timeout; }
  void connection_opened(varlink::connection_number which, peer_app who) { gate_.opened(which, std::move(who)); }
  /// Its leases are over, and who it was is forgotten.
  void connection_closed(varlink::connection_number which) {
    leases_.release_all(which);
    gate_.closed(which);
  }
  /// The desktop's session was locked, or unlocked.
  void session_is(session_state now);
  /// Called when it was locked or unlocked.
  std::function<void()> on_lock_change = [] {};
  /// Asked at each Status for a sentence about what is not as it should be.
  std::function<std::string()> more_trouble = [] { return std::string(); };
  /// Ends logins that wait for a person, and watches. Refreshes and saves go on: see account_book::busy().
  void shut_down();

 private:
  using answer = varlink::answer;

  // The answer where no waiting is needed; else nothing, and on_get_token answers.
  std::optional<answer> token_from_memory(const varlink::call& call);
  task<answer> on_get_token(varlink::call& call);
  answer token_answer(const std::shared_ptr<account>& who, const token_wanted& wanted, const varlink::call& call);
  task<answer> on_release_lease(varlink::call& call);
  task<answer> on_login(varlink::call& call);
  task<answer> on_finish_login(varlink::call& call);
  task<answer> on_watch(varlink::call& call);
  task<answer> on_accounts(varlink::call& call);
  task<answer> on_add_account(varlink::call& call);
  task<answer> on_remove_account(varlink::call& call);
  task<answer> on_logout(varlink::call& call);
  task<answer> on_providers(varlink::call& call);
  task<answer> on_sign_dpop(varlink::call& call);
  task<answer> on_user_info(varlink::call& call);
  task<answer> on_list_fast_api_keys(varlink::call& call);
  task<answer> on_create_fast_api_key(varlink::call& call);
  task<answer> on_update_fast_api_key(varlink::call& call);
  task<answer> on_delete_fast_api_key(varlink::call& call);
  task<answer> on_call_exchange(varlink::call& call);
  task<answer> on_apps(varlink::call& call);
  task<answer> on_decide_app(varlink::call& call);
  task<answer> on_forget_app(varlink::call& call);
  task<answer> on_audit_log(varlink::call& call);
  task<answer> on_status(varlink::call& call);
  task<answer> on_lock(varlink::call& call);
  task<answer> on_unlock(varlink::call& call);
  task<answer> on_check_provider(varlink::call& call);

  // The account, for a call that needs what is secret of it. Errors: account_book::find()'s; store_locked.
  [[nodiscard]] result<std::shared_ptr<account>> unlocked(std::string_view name);
  [[nodiscard]] std::vector<std::string> warnings() const;
  // Whether the caller may use the account; tells the audit log. Errors: those of app_gate::usable().
  task<result<>> usable(std::shared_ptr<account> who, const varlink::call& call, audit_pace pace);
  // Success: current() is what the caller may have, until the next suspension. Waits for the person until `until`.
  task<result<>> token_for(std::shared_ptr<account> who, const varlink::call& call, token_wanted wanted,
                           boot_time until);
  task<result<>> log_in(std::shared_ptr<account> who, ipc::login_call wanted, varlink::call& call);
  task<std::vector<ipc::account_info>> describe_all();
  task<result<>> add(ipc::new_account wanted);
  task<result<>> make(std::shared_ptr<account> fresh, std::optional<secret> client_secret);
  task<result<>> remove(std::shared_ptr<account> who, std::string name, pid_t remover);
  // Errors: temporarily_unavailable where the caller has had the token replaced too often.
  result<> may_force(const account& who, const token_wanted& wanted, const varlink::call& call);

  account_surroundings& surroundings_;
  account_book& accounts_;
  event_hub& events_;
  lease_register leases_;
  forced_refreshes forced_;
  std::set<std::string> names_in_change_;  // of the accounts that are being added or removed
  key_desk keys_;
  app_gate& gate_;
  seconds login_timeout_;
  wall_time started_at_;
  bool stopping_ = false;
  broadcast stopped_;  // Also by a lock: no login goes on.
  lock_keeper lock_;
};

/// An account as the interface shows it.
[[nodiscard]] ipc::account_info describe(const account& who, const provider_catalog& providers);

}  // namespace latchkey
