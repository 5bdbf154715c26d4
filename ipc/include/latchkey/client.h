// liblatchkey: asks the Latchkey daemon for access tokens. C++20 and the standard library only.
//
//   latchkey::client agent;                        // $XDG_RUNTIME_DIR/latchkey/latchkey.sock
//   auto token = agent.get_token("work");          // throws latchkey::client_error
//   use(token.access_token);                       // lives at least 60 s
//
// A client is one connection and is used by one thread at a time; calls block. Give `stale_generation` when a resource
// server answered 401 to a token, and you get a newer one.
#pragma once

#include <chrono>
#include <cstdint>
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

  std::string advice;                               ///< What to do next; may be empty.
  std::string provider_text;                        ///< What the provider said, safe to print; may be empty.
  std::vector<std::string> missing_scopes;          ///< With LoginRequired.
  std::optional<std::chrono::seconds> retry_after;  ///< With TemporarilyUnavailable.

 private:
  std::string name_;
  int exit_code_;
};

struct token {
  std::string access_token;
  std::string token_type;
  std::optional<std::int64_t> expires_at;  ///< Unix seconds.
  std::vector<std::string> scopes;
  std::int64_t generation = 0;
  std::string lease_id;  ///< With token_options::lease: for release_lease().
};

struct token_options {
  std::vector<std::string> scopes;                ///< The token must cover these.
  std::optional<std::chrono::seconds> min_valid;  ///< It must live this long; default 60 s.
  std::optional<std::int64_t> stale_generation;   ///< This generation was refused with 401.
  /// The token is in use for so long, at most 30 s: no refresh kills it meanwhile (exclusive providers). Ends with
  /// release_lease() or this client.
  std::optional<std::chrono::seconds> lease;
};

struct account {
  std::string name;
  std::string provider;
  std::string client_id;
  bool confidential = false;
  std::vector<std::string> scopes;
  std::string redirect_uri;
  bool exclusive = false;
  std::string state;  ///< As in Account.state of the interface.
  std::string reason;
  std::int64_t generation = 0;
  std::vector<std::string> granted_scopes;
  std::optional<std::int64_t> expires_at;
  std::optional<std::int64_t> refreshed_at;
  bool has_refresh_token = false;
  // What comes next without anybody asking, as in the interface: refresh, retry, save, login; empty: nothing.
  std::string next_action;
  std::optional<std::int64_t> next_action_at;
  std::optional<std::int64_t> last_used_at;
  std::string last_used_by;  ///< "/usr/bin/git (process 42)"; empty: by nobody since the daemon started.
};

/// A client secret as the provider encrypted it, and what decrypts it. The daemon does that and forgets the key.
struct encrypted_client_secret {
  std::string ciphertext;   ///< Base64.
  std::string private_key;  ///< RSA, in PEM. Wipe your copy.
  std::string passphrase;   ///< Of the private key; empty: it has none. Wipe your copy.
  bool oaep = false;        ///< The padding is OAEP, not PKCS#1 v1.5.
};

struct new_account {
  std::string name;
  std::string provider;  ///< A preset's name; or issuer; or both endpoints.
  std::string issuer;
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string revocation_endpoint;
  std::string device_authorization_endpoint;
  std::string userinfo_endpoint;
  std::string client_id;
  std::string client_secret;                        ///< Goes to the store. Wipe your copy.
  encrypted_client_secret client_secret_encrypted;  ///< In place of client_secret; empty: none.
  std::string client_authentication;  ///< none, client_secret_basic, client_secret_post; empty: the provider's.
  std::vector<std::string> scopes;
  std::string redirect_uri;
  std::map<std::string, std::string> authorize_parameters;
  bool dpop_bound_access_tokens = false;               ///< See client::sign_dpop().
  bool require_pushed_authorization_requests = false;  ///< RFC 9126, also where the provider does not ask for it.
  std::map<std::string, std::string> variables;        ///< For those of the preset: provider_description::variables.
};

enum class login_flow {
  browser,  ///< The daemon opens the browser; where it has none, a step open_url asks you to.
  url,      ///< You open the URL.
  device,   ///< The person types a code into a browser anywhere (RFC 8628): step user_code.
};

struct login_step {
  std::string state;  ///< browser_opened, open_url, user_code, retrying, redirected or done.
  std::string url;
  std::string redirect_uri;
  std::string user_code;                  ///< With user_code: what the person types in …
  std::string verification_uri;           ///< … and where.
  std::string verification_uri_complete;  ///< The same with the code inside, for a QR code; may be empty.
  std::string warning;                    ///< What the person should know; may be empty.
  std::optional<std::int64_t> expires_at;
};

struct event {
  std::string kind;  ///< state, added, logged_in, refreshed, refresh_failed, login_required, logged_out, removed.
  latchkey::account account;
};

struct logout_result {
  bool revoked = false;
  std::string note;  ///< What could not be done at the provider, and how to do it by hand; may be empty.
};

struct scope {
  std::string name;
  std::string category;
  std::string description;
  std::string risk;  ///< read, write or moves_money.
};

/// A part of a preset's addresses that an account fills in: {name}.
struct variable {
  std::string name;
  std::string description;
  std::string default_value;  ///< Empty: an account has to give one.
  std::string example;
};

struct provider_description {
  std::string name;
  std::string display_name;
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string revocation_endpoint;
  std::string device_authorization_endpoint;  ///< Empty: login_flow::device does not work.
  bool exclusive = false;
  std::string account_page;
  std::string source;
  std::vector<scope> scopes;
  std::vector<variable> variables;
  bool scopes_complete = false;         ///< The provider documents no other scope. Else `scopes` is a selection.
  std::string empty_scope = "unknown";  ///< all_registered: where no scope is asked for, it grants every one.
};

struct provider_check {
  std::string endpoint;  ///< What was asked.
  bool reachable = false;
  std::string message;  ///< What is wrong, or empty.
  /// By how much the provider's clock is ahead of this computer's; negative: behind. Absent: it did not tell.
  std::optional<std::chrono::seconds> clock_skew;
};

/// A Fast API key of the Kraken exchange.
struct api_key {
  std::string name;
  std::string id;
  std::string api_key;  ///< The public half.
  std::vector<std::string> permissions;
  std::vector<std::string> ip_allowlist;    ///< Empty: from anywhere.
  std::optional<std::int64_t> valid_until;  ///< Unix seconds.
  std::optional<std::int64_t> created_at;
  std::optional<std::int64_t> last_used_at;
  bool stored = false;  ///< Latchkey has its secret: call_exchange() works with it.
};

/// What a key is to be. An absent member is left to the provider, or unchanged by an update.
struct api_key_wish {
  std::string name;                                      ///< 1 to 32 characters.
  std::optional<std::string> new_name;                   ///< For an update.
  std::optional<std::vector<std::string>> permissions;   ///< Those that are on.
  std::optional<std::vector<std::string>> ip_allowlist;  ///< Addresses or networks.
  std::optional<std::int64_t> nonce_window;
  std::optional<std::int64_t> query_from;  ///< Unix seconds; 0: none.
  std::optional<std::int64_t> query_to;
  std::optional<std::int64_t> valid_until;
};

enum class secret_answer {
  stored,    ///< The secret goes to the store alone.
  revealed,  ///< It comes back, too, this once.
};
struct created_api_key {
  latchkey::api_key key;
  std::string key_secret;  ///< With secret_answer::revealed. Wipe it.
};

/// The request that a DPoP proof is for.
struct dpop_request {
  std::string method;  ///< "GET"
  std::string url;
  std::string nonce;                       ///< The one that the server asked for with use_dpop_nonce; empty: none.
  std::optional<std::int64_t> generation;  ///< Of the token that goes with it; absent: the current one.
};
struct dpop_proof {
  std::string proof;            ///< For this request alone, once.
  std::int64_t generation = 0;  ///< Of the token that has to go with it.
};

struct daemon_status {
  std::string version;
  std::int64_t pid = 0;
  std::int64_t started_at = 0;
  std::string store;
  std::string store_description;
  bool can_open_browser = false;
  std::vector<std::string> warnings;
  std::vector<account> accounts;
};

class LATCHKEY_API client {
 public:
  /// Connects to `socket_path`; empty: $LATCHKEY_SOCKET, else $XDG_RUNTIME_DIR/latchkey/latchkey.sock.
  /// Throws client_error "NoDaemon".
  explicit client(const std::string& socket_path = {});
  client(client&&) noexcept;
  client& operator=(client&&) noexcept;
  ~client();

  /// Blocks while the daemon refreshes, at most about 40 seconds.
  token get_token(const std::string& account, const token_options& options = {});
  /// The call that needed the token is done. A lease that is over already is no error.
  void release_lease(const std::string& lease_id);
  /// Blocks until the person is done; `on_step` sees every step. Throws where it failed; destroying the client cancels
  /// it.
  void login(const std::string& account, login_flow flow, const std::vector<std::string>& scopes,
             const std::function<void(const login_step&)>& on_step);
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

  /// Has the daemon ask the account's provider for anything at all, without credentials. Ten seconds at most.
  provider_check check_provider(const std::string& account);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace latchkey
