// What latchkey::client takes and gives: plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace latchkey {

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
  /// Where the person has not said yet whether this app may use the account: wait so long for the answer, and at most
  /// as long as the question stands. Absent: throw ConsentPending at once.
  std::optional<std::chrono::seconds> wait_for_consent;
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

/// What becomes of the account's grant where another person logs in than it is of (OpenID Connect).
enum class other_user {
  refuse,  ///< The login fails, and the grant stays.
  accept,  ///< The new grant takes its place.
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

// Which app may use which account. An app is "flatpak:ORG.EXAMPLE.APP", "unit:BOT.SERVICE" or the absolute path of an
// executable.

enum class app_answer { allow, deny };
struct app_access {
  std::string app;
  std::string account;  ///< "*": every account.
  app_answer decision = app_answer::deny;
  std::optional<std::vector<std::string>> scopes;  ///< No others; absent: whatever the account has.
  std::optional<std::int64_t> until;               ///< Unix seconds; absent: until it is forgotten.
};
/// An app that waits for the person's answer.
struct pending_consent {
  std::string id;
  std::string app;
  std::int64_t process = 0;
  std::string account;
  std::vector<std::string> scopes;  ///< What it asked for; empty: nothing in particular.
  std::int64_t since = 0;           ///< Unix seconds.
  std::int64_t expires_at = 0;      ///< The question ends then, unanswered.
};
struct app_overview {
  std::vector<app_access> rules;
  std::string unknown_apps;  ///< What happens to an app without a rule: ask, allow or deny.
  std::vector<pending_consent> pending;
};
struct app_choice {
  std::string app;
  std::string account;  ///< "*": every account.
  app_answer decision = app_answer::deny;
  std::optional<std::vector<std::string>> scopes;  ///< With allow: no others.
  std::optional<std::chrono::seconds> valid_for;   ///< Absent: until it is forgotten.
};

/// One use of an account, or one decision about that. Never holds a token.
struct audit_entry {
  std::int64_t time = 0;  ///< Unix seconds.
  std::string app;
  std::int64_t process = 0;
  std::string account;
  std::string method;   ///< Of the interface: "GetToken".
  std::string outcome;  ///< As in AuditEntry.outcome of the interface.
  std::vector<std::string> scopes;
  std::optional<std::int64_t> generation;  ///< Of the token that was given.
};
/// Which entries; what is empty or absent does not matter.
struct audit_filter {
  std::string account;
  std::string app;
  std::optional<std::int64_t> limit;  ///< So many of the newest.
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
  bool locked = false;  ///< client::lock() was called, or the desktop's session was locked.
  std::optional<std::int64_t> locked_since;
};

}  // namespace latchkey
