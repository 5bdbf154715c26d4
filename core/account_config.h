// An account: a name the user chose, bound to provider, client id, scopes and redirect. One file accounts/NAME.toml;
// holds no secret. Read and written here as text; files are the daemon's.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/provider.h"
#include "core/scopes.h"
#include "core/url.h"

namespace latchkey {

struct account_config {
  std::string name;
  std::string provider;  ///< Preset name; or empty, with issuer or endpoints below.
  std::string issuer;    ///< For discovery; or empty.
  std::string client_id;
  bool confidential = false;  ///< A client secret rests in the store.
  scope_list scopes;
  std::string redirect_uri = "http://127.0.0.1/callback";
  /// Over the provider's own: a test host, or a provider without preset and discovery.
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string revocation_endpoint;
  std::string device_authorization_endpoint;
  std::string userinfo_endpoint;
  bool dpop_bound_access_tokens = false;               ///< Tokens are bound to a key of the account's (RFC 9449 §5.2).
  bool require_pushed_authorization_requests = false;  ///< Also where the provider does not ask for it (RFC 9126 §6).
  std::optional<client_authentication> client_auth;    ///< Over the provider's choice.
  std::map<std::string, std::string> authorize_parameters;
  std::map<std::string, std::string> variables;  ///< For the {name} in the preset's addresses; see with_variables().

  friend bool operator==(const account_config&, const account_config&) = default;
};

/// 1 to limits::account_name characters of a-z A-Z 0-9 . _ - +  @, not starting with '.' or '-'.
/// Errors: bad_request.
[[nodiscard]] result<> check_account_name(std::string_view name);

/// All rules that need no other file: name, client_id there and printable, exactly one source of endpoints (provider,
/// issuer, or both authorization and token endpoint), endpoints and redirect_uri valid, no protocol parameter set.
/// Errors: bad_request naming the key.
[[nodiscard]] result<> check_account(const account_config& account);

/// Errors: bad_request with file, line, column and key; also what check_account() finds.
[[nodiscard]] result<account_config> parse_account(std::string_view toml, std::string name, std::string file_name);
/// The file's text; parse_account() of it gives the same account.
[[nodiscard]] std::string format_account(const account_config& account);

/// `base` (preset, discovery or empty) with the account's overrides. An empty base is named by its token endpoint's
/// host.
[[nodiscard]] provider apply_overrides(provider base, const account_config& account);
/// Where the tokens of this account may be sent: its provider with its variables, or its issuer, its token endpoint,
/// its client. A grant that was given to another binding is not used.
[[nodiscard]] std::string grant_binding(const account_config& account);
/// The method this account uses at the token endpoint.
[[nodiscard]] client_authentication client_auth_of(const provider& server, bool confidential);

}  // namespace latchkey
