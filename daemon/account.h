// One account at work: feeds one account_fsm with what happens and carries out what it decides, holds the grant in
// memory, refreshes it once for all who wait, and publishes a new token only after the store has it. Made by
// account_book; used by the broker. account.cpp has what callers see, account_rotation.cpp the refresh,
// account_login.cpp and account_logout.cpp the beginning and the end of a grant, account_id_token.cpp whose it is,
// account_dpop.cpp the proofs of a key, account_view.cpp what it looks like.
#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/account_config.h"
#include "core/account_fsm.h"
#include "core/deliberate_fault.h"
#include "core/dpop.h"
#include "core/grant.h"
#include "core/grant_codec.h"
#include "core/id_token.h"
#include "daemon/broadcast.h"
#include "daemon/daemon_lock.h"
#include "daemon/in_progress.h"
#include "daemon/ports.h"
#include "daemon/provider_catalog.h"

namespace latchkey {

/// What an account needs of the daemon. All outlive it.
struct account_surroundings {
  boost::asio::any_io_executor executor;
  ports world;
  provider_catalog& providers;
  /// Something changed; `kind` is a member of Event.kind of the interface.
  std::function<void(const class account&, std::string_view kind)> on_event;
  /// account::upkeep() has something to do at that time.
  std::function<void(const std::shared_ptr<class account>&, boot_time)> on_upkeep_due = [](auto&&...) {};
  daemon_lock lock{};
};

/// A look at an account, for lists and events.
struct account_view {
  std::string state;   ///< A member of Account.state of the interface.
  std::string reason;  ///< Why, where the state is a bad one.
  generation_number generation = 0;
  scope_list granted_scopes;
  std::optional<wall_time> expires_at;
  std::optional<wall_time> refreshed_at;
  bool has_refresh_token = false;
  std::string_view next_action;  ///< A member of Account.next_action of the interface; empty: nothing.
  std::optional<wall_time> next_action_at;
  std::optional<wall_time> last_used_at;
  std::string last_used_by;
  std::string subject;  ///< Whom the ID token names; empty: not known.
};

struct logout_outcome {
  bool revoked = false;
  std::string note;
};

class account : public std::enable_shared_from_this<account> {
 public:
  account(account_surroundings& surroundings, account_config config);

  [[nodiscard]] const account_config& config() const noexcept { return config_; }
  /// The file changed. The grant stays.
  void reconfigure(account_config config);
  /// Its file is gone, or about to go: no login that is under way ends in a grant any more. Until reinstate().
  void retire() noexcept { retired_ = true; }
  void reinstate() noexcept { retired_ = false; }
  [[nodiscard]] bool retired() const noexcept { return retired_; }
  [[nodiscard]] account_view view() const;
  /// The store was read: view() tells what is there.
  [[nodiscard]] bool loaded() const noexcept { return loaded_; }
  /// The grant that token() gave its word for. Valid until the next suspension.
  [[nodiscard]] const grant& current() const noexcept { return grant_; }

  /// True where current() answers `wanted` at once, from memory.
  [[nodiscard]] bool answers_now(const token_wanted& wanted);
  /// `wanted` would have a living token replaced, because of its stale_generation alone.
  [[nodiscard]] bool would_force_refresh(const token_wanted& wanted) const;
  /// Loads, refreshes or waits as needed; on success current() answers `wanted`. A cancelled caller cancels nothing.
  task<result<>> token(token_wanted wanted);
  /// To be asked for right after current() was promised: no rotation before the lease is over (account_fsm::lease()).
  [[nodiscard]] lease_number lease(seconds wanted);
  void release(lease_number which);
  /// `program` got current(). One text is shared by all accounts that its connection asks for.
  void used_by(std::shared_ptr<const std::string> program);
  /// What is due without anybody asking.
  void upkeep();
  /// The provider documents how long an unused refresh token lives.
  [[nodiscard]] bool refresh_token_may_die() const;
  /// Reads the grant from the store, once. Errors: what the store says; store_locked while the daemon is locked.
  task<result<>> load();

  /// Exchanges `code` and saves the grant; runs to its end even where the caller is cancelled.
  struct code_exchange {
    provider server;
    secret code;
    secret code_verifier;
    std::string redirect_uri;
    scope_list asked;
    std::string bound_to;            ///< grant_binding() of the account when the login began.
    std::string nonce;               ///< That was sent; for the ID token (OIDC Core §3.1.3.7).
    bool accept_other_user = false;  ///< The grant may be another person's than the one that it replaces.
  };
  /// Errors also: login_failed where the account is another one by now, or gone, or where the ID token is not good;
  /// other_user. Then nothing is stored, and an older grant stays.
  task<result<>> finish_login(code_exchange exchange);
  /// Asks once whether the person has finished a device login (RFC 8628 §3.4), and saves the grant where one came.
  /// Nothing: it is saved. Runs to its end even where the caller is cancelled.
  struct device_question {
    provider server;
    secret device_code;
    scope_list asked;
    std::string bound_to;            ///< As in code_exchange.
    bool accept_other_user = false;  ///< As in code_exchange.
  };
  task<std::optional<token_failure>> poll_device(device_question question);
  /// What the account's client names itself with. Errors: bad_request where the client secret is gone; the store's.
  task<result<client_credentials>> credentials(const provider& server);
  /// The thumbprint of the key that the account's tokens are bound to, which is made where there is none (RFC 9449).
  /// Errors: the store's; internal.
  task<result<std::string>> dpop_thumbprint();
  /// A proof for one request to a resource server with current(). Errors: bad_request where the token is not bound to a
  /// key, or is not the one of `generation`; login_required; the store's.
  struct dpop_request {
    std::string method;
    std::string url;
    std::string nonce;                            ///< The server's; empty: none.
    std::optional<generation_number> generation;  ///< Of the token that the request carries; absent: current()'s.
  };
  struct proof {
    std::string text;
    generation_number generation = 0;  ///< Of the token that has to go with it.
  };
  task<result<proof>> dpop_proof(dpop_request request);

  /// Revokes where `revoke` and possible, then forgets: the store first, so that a logout which fails leaves the
  /// account as it was, and what a refresh brings meanwhile is kept. Once it has succeeded, a refresh under way is
  /// dropped, and its tokens are revoked. Runs to its end even where the caller is cancelled. API keys that were made
  /// with the grant outlive it: their secrets are kept, and the note says so.
  task<result<logout_outcome>> logout(bool revoke);
  /// Forgets the grant, the client secret and the secrets of API keys, once nobody changes any of those. Runs to its
  /// end even where the caller is cancelled.
  task<result<>> erase();
  /// While one lives, erase() waits: a secret that is stored later would be left behind.
  [[nodiscard]] awaited_progress change_of_api_keys() { return {key_changes_, changed_}; }
  /// Stores the secret of a confidential client, over an earlier one.
  task<result<>> store_client_secret(secret value);

  /// For a locked daemon: the tokens and the key leave memory, and view() still tells of them; load() brings them back.
  /// False where work is under way, or a received grant is in no store yet: ask again.
  bool withhold();
  /// The daemon was unlocked: what is still in memory has its upkeep again.
  void resume();
  /// Those who wait for a token look again whether there is one to be had.
  void wake_waiters() { changed_.notify_all(); }

  /// Where the secrets of the account's API keys rest.
  [[nodiscard]] record_id api_keys_id() const;

  /// Runs `work` in a coroutine of its own, which no cancellation reaches: a client that leaves ends nothing that a
  /// server has seen. busy() meanwhile.
  template <class Result>
  task<Result> to_its_end(task<Result> work) {
    const auto self = shared_from_this();
    const in_progress busy_now(under_way_);
    co_return co_await boost::asio::co_spawn(
        surroundings_.executor, std::move(work),
        boost::asio::bind_cancellation_slot(boost::asio::cancellation_slot(), boost::asio::use_awaitable));
  }

  /// Secrets of the account are in use while the result lives: busy() meanwhile.
  [[nodiscard]] in_progress in_use() { return in_progress(under_way_); }
  /// A token request or a save is under way: the process should not end now.
  [[nodiscard]] bool busy() const noexcept { return under_way_ > 0 && !deliberate(deliberate_fault::stop_while_busy); }
  /// It holds a received grant that neither journal nor store could take: it would end with the process.
  [[nodiscard]] bool holds_unsaved() const noexcept { return unsaved_.has_value(); }
  /// Why the ID token of the last refresh is not believed; empty: it is, or there was none.
  [[nodiscard]] const std::string& id_token_trouble() const noexcept { return id_token_trouble_; }
  /// At most one login at a time: the broker holds this.
  bool login_under_way = false;
  /// While a login waits for the browser's redirect: takes one that the person brings. Errors: bad_request, saying what
  /// is wrong with it; the login then goes on waiting.
  std::function<result<>(const redirect_request&)> take_redirect;

 private:
  struct unsaved_grant {
    grant value;
    std::string_view event;  // to publish once it is saved
    secret id_token = {};    // came with a refresh: looked at once the tokens are safe
  };

  /// Starts what the machine has decided; true where it is to serve.
  bool carry_out(account_action action);
  void start(task<> work);
  void changed();
  void plan_upkeep();
  void ended_in_a_bug(std::string_view what);
  task<> rotate();
  task<bool> wait_for_leases();
  task<> refresh_failed(token_failure failure);
  task<bool> read_store();
  result<> take_over(const stored_record& record);
  task<std::optional<token_failure>> request_refresh();
  task<> came_too_late(provider server, grant value);
  task<> keep_aside(grant value);
  task<> save();
  task<result<record_version>> save_after_another();
  void save_failed(fault why);
  task<bool> adopt_newer_from_store();
  task<result<>> exchange_code(code_exchange exchange);
  task<std::optional<token_failure>> ask_device(device_question question);
  task<result<http_response>> ask_token_endpoint(http_request request, token_binding binding);
  task<result<const dpop_key*>> proof_key();
  task<result<dpop_key>> stored_proof_key();
  [[nodiscard]] dpop_claims claims_for(const std::string& method, const std::string& url);
  /// What a login hands over.
  struct beginning {
    provider server;
    scope_list asked;
    std::string bound_to;
    std::string nonce;
    bool accept_other_user = false;
  };
  task<std::optional<token_failure>> begin_grant(beginning login, http_request request);
  task<result<>> identify(const beginning& login, secret id_token, grant& next);
  task<result<id_token_claims>> claims_of(const provider& server, const secret& id_token, shared_jwk_set keys,
                                          id_token_expectations expected);
  task<> check_refreshed(secret id_token, secret access_token);
  [[nodiscard]] std::optional<fault> changed_since(const std::string& bound_to) const;
  task<result<logout_outcome>> leave(bool revoke_too);
  task<result<bool>> revoke_held();
  task<result<>> forget();
  task<> logout_decided();
  task<result<>> erase_records();
  task<std::string> about_kept_keys();
  task<result<bool>> revoke(provider server, grant value);
  task<> drop(provider server, grant value);
  task<> turn_away(beginning login, grant value);
  task<bool> may_have_a_grant(std::string bound_to);
  [[nodiscard]] const grant& held() const noexcept { return unsaved_ ? unsaved_->value : grant_; }
  [[nodiscard]] bool holds_a_grant() const noexcept { return fsm_.state() != account_state::logged_out || unsaved_; }
  void adopt(grant value, std::string_view event);
  void warn_of_short_life();
  void plan_into(account_view& seen, const instant& now) const;
  [[nodiscard]] record_id grant_id() const;
  [[nodiscard]] record_id client_secret_id() const;
  [[nodiscard]] record_id dpop_key_id() const;
  [[nodiscard]] token_terms terms_of(const grant& value) const;
  void stamp(grant& value) const;
  [[nodiscard]] double jitter();

  account_surroundings& surroundings_;
  account_config config_;
  account_fsm fsm_;
  grant grant_;
  record_version version_ = 0;
  std::optional<unsaved_grant> unsaved_;  // received, not yet in the store: never handed out, never asked for again
  std::optional<fault> store_trouble_;    // why the last load failed
  std::string id_token_trouble_;
  bool loaded_ = false;
  bool loading_ = false;
  bool withheld_ = false;  // loaded once; grant_ and fsm_ know everything but the secrets
  bool brief_told_ = false;
  bool retired_ = false;
  int under_way_ = 0;
  int leaving_ = 0;  // erasures of the grant under way: nobody is served, and no answer counts, before they end
  int key_changes_ = 0;
  std::optional<boot_time> planned_upkeep_;
  std::optional<wall_time> last_used_at_;
  std::shared_ptr<const std::string> last_used_by_;
  std::optional<dpop_key> dpop_key_;  // read from the store when it was first needed
  std::string dpop_nonce_;            // the last one that the token endpoint gave
  std::uint64_t epoch_ = 0;           // counts logins and logouts: an answer to a question of an older epoch is dropped
  broadcast changed_;
};

}  // namespace latchkey
