// liblatchkey: asks the Latchkey daemon for access tokens. C++20 and the standard library only.
//
//   latchkey::client agent;                        // $XDG_RUNTIME_DIR/latchkey/latchkey.sock
//   auto token = agent.get_token("work");          // throws latchkey::client_error
//   use(token.access_token);                       // lives at least 60 s
//
// A client is one connection and is used by one thread at a time; calls block. Give `stale_generation` when a resource
// server answered 401 to a token, and you get a newer one.
#pragma once

#include <latchkey/values.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// What liblatchkey.so shows. An app that hides its own symbols must not hide these: exceptions pass between the two.
#define LATCHKEY_API __attribute__((visibility("default")))

namespace latchkey {

/// The daemon's answer was an error, or there was none. what() is a sentence for people.
class LATCHKEY_API client_error : public std::runtime_error {
 public:
  client_error(std::string name, int exit_code, const std::string& message)
      : std::runtime_error(message), name_(std::move(name)), exit_code_(exit_code) {}
  client_error(const client_error&) = default;
  client_error& operator=(const client_error&) = default;
  ~client_error() override;  // Not inline, so that the library alone holds the type's identity.

  /// "LoginRequired", "NoSuchAccount", … as in the interface; "NoDaemon" where nothing answers.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// What `latchkey` exits with: 1 failed, 2 usage, 3 login required, 4 denied, 5 try later, 6 no daemon, 7 store
  /// locked.
  [[nodiscard]] int exit_code() const noexcept { return exit_code_; }

  std::string advice;                       ///< What to do next; may be empty.
  std::string provider_text;                ///< What the provider said, safe to print; may be empty.
  std::vector<std::string> missing_scopes;  ///< With LoginRequired.
  /// With ConsentPending and AccessDenied where it is about an app and an account: this app, as the daemon knows it.
  std::string app;
  std::optional<std::chrono::seconds> retry_after;  ///< With TemporarilyUnavailable.

 private:
  std::string name_;
  int exit_code_;
};

class LATCHKEY_API client {
 public:
  /// Connects to `socket_path`; empty: $LATCHKEY_SOCKET, else $XDG_RUNTIME_DIR/latchkey/latchkey.sock.
  /// Throws client_error "NoDaemon".
  explicit client(const std::string& socket_path = {});
  client(client&&) noexcept;
  client& operator=(client&&) noexcept;
  ~client();

  /// Blocks while the daemon refreshes, at most about 40 seconds; with wait_for_consent also while the person makes up
  /// their mind. Throws ConsentPending where they have to first, and so does each function that uses the account.
  token get_token(const std::string& account, const token_options& options = {});
  /// The call that needed the token is done. A lease that is over already is no error.
  void release_lease(const std::string& lease_id);
  /// Blocks until the person is done; `on_step` sees every step. Throws where it failed; destroying the client cancels
  /// it.
  void login(const std::string& account, login_flow flow, const std::vector<std::string>& scopes,
             const std::function<void(const login_step&)>& on_step);
  /// As above. other_user::accept: the grant is replaced also where another person has logged in than it is of, which
  /// throws "OtherUser" else.
  void login(const std::string& account, login_flow flow, const std::vector<std::string>& scopes,
             const std::function<void(const login_step&)>& on_step, other_user answer);
  /// For a login that waits in another client: the address that a browser elsewhere was sent to, as the person copied
  /// it.
  void finish_login(const std::string& account, const std::string& redirect_url);
  /// Blocks for good: `on_event` sees the state of each account, then each change; it returns false to stop. Empty
  /// name: all.
  void watch(const std::string& account, const std::function<bool(const event&)>& on_event);
  std::vector<account> accounts();
  void add_account(const new_account& account);
  void remove_account(const std::string& account);
  logout_result logout(const std::string& account, bool revoke);
  std::vector<provider_description> providers(const std::string& name = {});
  daemon_status status();
  /// The daemon forgets every secret, once what is under way is stored (40 seconds at most), and answers StoreLocked to
  /// what needs one.
  void lock();
  /// It reads them from its store again when they are needed.
  void unlock();

  // These ask the provider's own API with the account's token, and block while they do: some minutes at a slow one.
  // Only user_info() and list_api_keys() are tried again where the daemon ends meanwhile. Texts of the provider are
  // printable.

  /// What the provider tells of the person: names and values are the provider's. Throws TemporarilyUnavailable after
  /// `patience`.
  std::map<std::string, std::string> user_info(const std::string& account,
                                               std::chrono::seconds patience = std::chrono::seconds(240));
  std::vector<api_key> list_api_keys(const std::string& account);
  /// On return Latchkey has the key's secret. Where it throws TemporarilyUnavailable or NoDaemon, there may be a key.
  created_api_key create_api_key(const std::string& account, const api_key_wish& wish, secret_answer answer);
  void update_api_key(const std::string& account, const api_key_wish& wish);
  /// The key at the provider, and its secret here.
  void delete_api_key(const std::string& account, const std::string& name);
  /// A private call of the Exchange API ("Balance"), signed with the stored key `key`. The result is JSON in
  /// ASCII. Sent once: where it throws TemporarilyUnavailable, an order may have been placed.
  std::string call_exchange(const std::string& account, const std::string& key, const std::string& method,
                            const std::map<std::string, std::string>& fields);
  /// A proof for one request to a resource server with the account's access token, whose token_type is DPoP (RFC
  /// 9449): the value of the header DPoP.
  dpop_proof sign_dpop(const std::string& account, const dpop_request& request);

  /// What was decided about apps, and which of them wait for an answer.
  app_overview apps();
  /// The person's decision, which also answers questions that wait for it. This and forget_app() are for the latchkey
  /// command that is installed beside the daemon: an app cannot allow itself. Throws AccessDenied.
  void decide_app(const app_choice& decision);
  /// Takes back what was decided about `app` and `account`; empty: each account. How many decisions that were.
  std::int64_t forget_app(const std::string& app, const std::string& account = {});
  /// Which app got what, and what was decided; newest last.
  std::vector<audit_entry> audit_log(const audit_filter& wanted = {});

  /// Has the daemon ask the account's provider for anything at all, without credentials. Ten seconds at most.
  provider_check check_provider(const std::string& account);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace latchkey
