// A provider is data: endpoints, quirks and scope texts, from a TOML preset (providers/NAME.toml), an account's
// overrides, or discovery. There is no class hierarchy of providers.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/scopes.h"
#include "core/types.h"

namespace latchkey {

/// How a client names itself at the token endpoint (RFC 6749 §2.3, OIDC Core §9).
enum class client_authentication {
  none,                 ///< client_id in the body (RFC 6749 §3.2.1).
  client_secret_basic,  ///< Authorization: Basic; with an empty secret for a public client.
  client_secret_post,   ///< client_id and client_secret in the body.
};

/// Their names in files and on the wire (OIDC Core §9).
inline constexpr std::array client_authentication_words{
    std::pair{std::string_view("none"), client_authentication::none},
    std::pair{std::string_view("client_secret_basic"), client_authentication::client_secret_basic},
    std::pair{std::string_view("client_secret_post"), client_authentication::client_secret_post},
};

/// What a new access token does to the one before it.
enum class rotation {
  coexisting,  ///< Nothing: the old one lives on to its expiry.
  exclusive,   ///< It kills the old one at once.
};

enum class scope_risk { read, write, moves_money };

/// What the provider grants where no scope is asked for (RFC 6749 §3.3 leaves it to the provider).
enum class empty_scope {
  unknown,         ///< Not documented, or nothing to be told of.
  all_registered,  ///< Every scope that was registered for the client.
};

struct scope_text {
  std::string name;
  std::string category;
  std::string description;
  scope_risk risk = scope_risk::read;
};

/// What a variable's value may be; see check_variable_value().
enum class variable_kind {
  host,      ///< A host name.
  segment,   ///< One segment of a path.
  base_url,  ///< https://host[:port][/path], without a slash at the end.
};

/// A part of a preset's addresses that an account gives a value: {name} (core/provider_variables).
struct provider_variable {
  std::string name;
  std::string description;
  variable_kind kind = variable_kind::host;
  std::string default_value;  ///< Empty: each account has to give one.
  std::string example;        ///< For the person who has to give one.

  friend bool operator==(const provider_variable&, const provider_variable&) = default;
};

struct provider {
  std::string name;             ///< Preset name, or the issuer's host.
  std::string display_name;     ///< For people.
  std::string issuer;           ///< Exactly as the provider writes it; empty where there is none.
  std::string id_token_issuer;  ///< `iss` of its ID tokens, where that names a tenant; see id_token_expectations.
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string revocation_endpoint;            ///< Empty: the provider cannot revoke (RFC 7009).
  std::string device_authorization_endpoint;  ///< Empty: no device flow (RFC 8628).
  std::string userinfo_endpoint;
  std::string jwks_uri;
  std::string pushed_authorization_request_endpoint;   ///< Empty: the provider takes none (RFC 9126).
  bool require_pushed_authorization_requests = false;  ///< It takes nothing else (RFC 9126 §5).
  std::string account_page;                            ///< Where a person withdraws a grant by hand; may be empty.
  client_authentication public_client_auth = client_authentication::none;
  client_authentication confidential_client_auth = client_authentication::client_secret_basic;
  latchkey::rotation rotation = latchkey::rotation::coexisting;
  bool pkce = true;
  bool fast_api_keys = false;  ///< Kraken's /oauth/fast-api-key and Exchange API, at the token endpoint's host.
  bool openid = false;         ///< OIDC: `openid` scope, nonce, id_token.
  /// authorization_response_iss_parameter_supported (RFC 9207 §3).
  bool iss_parameter_supported = false;
  std::optional<seconds> access_token_lifetime;             ///< For an answer without expires_in.
  std::optional<seconds> refresh_token_lifetime;            ///< Where the provider documents one.
  std::map<std::string, std::string> authorize_parameters;  ///< Added to the authorize URL.
  std::vector<scope_text> scopes;
  bool scopes_complete = false;  ///< The provider documents no other scope. Else `scopes` is a selection.
  latchkey::empty_scope empty_scope = latchkey::empty_scope::unknown;
  std::vector<provider_variable> variables;  ///< Those that the addresses above hold as {name}, by name.
  std::vector<std::string> warnings;         ///< From discovery: odd, but not fatal.
};

/// Reads providers/NAME.toml. Every key is documented in docs/PROVIDERS.md.
/// Errors: bad_request with file, line, column and key.
[[nodiscard]] result<provider> parse_provider(std::string_view toml, std::string name, std::string file_name);

/// An authorize parameter that belongs to the protocol and may not be set by hand (response_type, state …).
[[nodiscard]] bool is_protocol_parameter(std::string_view name) noexcept;

[[nodiscard]] std::string_view to_string(client_authentication method) noexcept;
[[nodiscard]] std::string_view to_string(scope_risk risk) noexcept;
[[nodiscard]] std::string_view to_string(rotation kind) noexcept;
[[nodiscard]] std::string_view to_string(empty_scope granted) noexcept;

}  // namespace latchkey
