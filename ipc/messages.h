// The calls and replies of io.latchkey.Broker as C++ values: one struct for each type and method of the interface file.
// The codec (message_*.cpp) turns them into JSON and back; a test holds both to the interface file.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/secret.h"

namespace latchkey::ipc {

inline constexpr std::string_view broker_interface = "io.latchkey.Broker";

struct account_info {
  std::string name;
  std::string provider;
  std::string client_id;
  bool confidential = false;
  std::vector<std::string> scopes;
  std::string redirect_uri;
  bool exclusive = false;
  std::string state = "logged_out";
  std::optional<std::string> reason;
  std::int64_t generation = 0;
  std::vector<std::string> granted_scopes;
  std::optional<std::int64_t> expires_at;
  std::optional<std::int64_t> refreshed_at;
  bool has_refresh_token = false;
  std::optional<std::string> next_action;
  std::optional<std::int64_t> next_action_at;
  std::optional<std::int64_t> last_used_at;
  std::optional<std::string> last_used_by;
  std::optional<std::string> subject;
};

struct scope_info {
  std::string name;
  std::string category;
  std::string description;
  std::string risk;
};

struct variable_info {
  std::string name;
  std::string description;
  std::optional<std::string> default_value;  ///< "default"
  std::string example;
};

struct provider_info {
  std::string name;
  std::string display_name;
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::optional<std::string> revocation_endpoint;
  std::optional<std::string> device_authorization_endpoint;
  bool exclusive = false;
  std::optional<std::string> account_page;
  std::string source;
  std::vector<scope_info> scopes;
  std::vector<variable_info> variables;  ///< Left out where there are none.
  std::optional<bool> scopes_complete;
  std::optional<std::string> empty_scope;
};

/// A client secret as the provider encrypted it, with what decrypts it.
struct encrypted_client_secret_info {
  secret ciphertext;   ///< Base64.
  secret private_key;  ///< PEM.
  std::optional<secret> passphrase;
  std::optional<std::string> padding;
};

struct new_account {
  std::string name;
  std::optional<std::string> provider;
  std::optional<std::string> issuer;
  std::optional<std::string> authorization_endpoint;
  std::optional<std::string> token_endpoint;
  std::optional<std::string> revocation_endpoint;
  std::optional<std::string> device_authorization_endpoint;
  std::optional<std::string> userinfo_endpoint;
  std::string client_id;
  std::optional<secret> client_secret;
  std::optional<encrypted_client_secret_info> client_secret_encrypted;
  std::optional<std::string> client_authentication;
  std::optional<std::vector<std::string>> scopes;
  std::optional<std::string> redirect_uri;
  std::optional<std::map<std::string, std::string>> authorize_parameters;
  std::optional<std::map<std::string, std::string>> variables;
  std::optional<bool> dpop_bound_access_tokens;
  std::optional<bool> require_pushed_authorization_requests;
};

struct login_step {
  std::string state;
  std::optional<std::string> url;
  std::optional<std::string> redirect_uri;
  std::optional<std::string> user_code;
  std::optional<std::string> verification_uri;
  std::optional<std::string> verification_uri_complete;
  std::optional<std::string> warning;
  std::optional<std::int64_t> expires_at;
  std::optional<account_info> account;
};

struct event_info {
  std::string kind;
  account_info account;
};

struct get_token_call {
  std::string account;
  std::optional<std::vector<std::string>> scopes;
  std::optional<std::int64_t> min_valid;
  std::optional<std::int64_t> stale_generation;
  std::optional<std::int64_t> lease;
  std::optional<std::int64_t> wait_for_consent;
};
struct get_token_reply {
  secret access_token;
  std::string token_type;
  std::optional<std::int64_t> expires_at;
  std::vector<std::string> scopes;
  std::int64_t generation = 0;
  std::optional<std::string> lease_id;
};
struct login_call {
  std::string account;
  std::string flow;  ///< "browser", "device" or "url"; checked by the codec.
  std::optional<std::vector<std::string>> scopes;
  std::optional<bool> accept_other_user;
};
struct finish_login_call {
  std::string account;
  secret redirect_url;  ///< It holds the code.
};
struct logout_call {
  std::string account;
  bool revoke = true;
};
struct logout_reply {
  bool revoked = false;
  std::optional<std::string> note;
};
struct provider_check_reply {
  std::string endpoint;
  bool reachable = false;
  std::optional<std::string> message;
  std::optional<std::int64_t> clock_skew;
};
struct status_reply {
  std::string version;
  std::int64_t pid = 0;
  std::int64_t started_at = 0;
  std::string store;  ///< "secret_service" or "file"
  std::string store_description;
  bool can_open_browser = false;
  std::vector<std::string> warnings;
  std::vector<account_info> accounts;
  std::optional<bool> locked;  ///< Absent: a daemon that knows no lock.
  std::optional<std::int64_t> locked_since;
};

// Every decoder checks types, ranges, enum members and unknown members. Its error is bad_request, and the message
// starts with the name of the offending parameter followed by ':' so that the server can answer
// org.varlink.service.InvalidParameter.
[[nodiscard]] result<get_token_call> decode_get_token_call(const nlohmann::json& parameters);
[[nodiscard]] result<login_call> decode_login_call(const nlohmann::json& parameters);
[[nodiscard]] result<finish_login_call> decode_finish_login_call(const nlohmann::json& parameters);
[[nodiscard]] result<new_account> decode_new_account(const nlohmann::json& parameters);  // AddAccount
[[nodiscard]] result<logout_call> decode_logout_call(const nlohmann::json& parameters);
[[nodiscard]] result<std::string> decode_release_lease_call(const nlohmann::json& parameters);
[[nodiscard]] result<std::string> decode_account_name(
    const nlohmann::json& parameters);  // RemoveAccount, CheckProvider
[[nodiscard]] result<std::optional<std::string>> decode_optional(std::string_view member,
                                                                 const nlohmann::json& parameters);  // Watch, Providers
[[nodiscard]] result<> decode_nothing(const nlohmann::json& parameters);  // Accounts, Status, Lock, Unlock

[[nodiscard]] nlohmann::json encode(const get_token_call& value);
[[nodiscard]] nlohmann::json encode(const login_call& value);
[[nodiscard]] nlohmann::json encode(const finish_login_call& value);
[[nodiscard]] nlohmann::json encode(const new_account& value);
[[nodiscard]] nlohmann::json encode(const logout_call& value);
[[nodiscard]] nlohmann::json encode(const get_token_reply& value);
[[nodiscard]] nlohmann::json encode(const login_step& value);  ///< {"step": …}
[[nodiscard]] nlohmann::json encode(const event_info& value);  ///< {"event": …}
[[nodiscard]] nlohmann::json encode(const logout_reply& value);
[[nodiscard]] nlohmann::json encode(const provider_check_reply& value);
[[nodiscard]] nlohmann::json encode(const status_reply& value);
[[nodiscard]] nlohmann::json encode(const account_info& value);                              ///< The bare object
[[nodiscard]] nlohmann::json encode_accounts(const std::vector<account_info>& accounts);     ///< {"accounts": […]}
[[nodiscard]] nlohmann::json encode_providers(const std::vector<provider_info>& providers);  ///< {"providers": […]}

// What the client reads. Unknown members are ignored, so that an older client can talk to a newer daemon.
[[nodiscard]] result<get_token_reply> decode_get_token_reply(const nlohmann::json& parameters);
[[nodiscard]] result<login_step> decode_login_step(const nlohmann::json& parameters);
[[nodiscard]] result<event_info> decode_event(const nlohmann::json& parameters);
[[nodiscard]] result<logout_reply> decode_logout_reply(const nlohmann::json& parameters);
[[nodiscard]] result<provider_check_reply> decode_provider_check_reply(const nlohmann::json& parameters);
[[nodiscard]] result<status_reply> decode_status_reply(const nlohmann::json& parameters);
[[nodiscard]] result<std::vector<account_info>> decode_accounts(const nlohmann::json& parameters);
[[nodiscard]] result<std::vector<provider_info>> decode_providers(const nlohmann::json& parameters);

/// A fault as a declared error: {"error": "io.latchkey.Broker.LoginRequired", "parameters": {…}}.
[[nodiscard]] nlohmann::json encode_fault(const fault& why);
/// And back; also for org.varlink.service.* errors, which become bad_request (PermissionDenied: access_denied).
[[nodiscard]] fault decode_fault(const std::string& error, const nlohmann::json& parameters);

}  // namespace latchkey::ipc
