#include "core/account_config.h"

#include <algorithm>

#include "core/discovery.h"
#include "core/limits.h"
#include "core/provider_variables.h"
#include "core/toml_quote.h"
#include "core/toml_reader.h"

namespace latchkey {
namespace {

// What is wrong with an account, and at which key.
struct account_problem {
  std::string key;
  std::string what;
};
using verdict = std::optional<account_problem>;

bool is_printable(std::string_view text) {
  return printable(text, text.size()) == text;
}

verdict check_endpoint(std::string_view key, std::string_view address) {
  if (address.empty()) return std::nullopt;
  const auto parsed = parse_endpoint("the address", address);
  if (parsed) return std::nullopt;
  return account_problem{std::string(key), parsed.error().message};
}

verdict check_source(const account_config& account) {
  const bool both = !account.authorization_endpoint.empty() && !account.token_endpoint.empty();
  if (!account.provider.empty() && !account.issuer.empty())
    return account_problem{"issuer", "is there beside a provider; keep one of the two"};
  if (account.provider.empty() && account.issuer.empty() && !both)
    return account_problem{"provider",
                           "is missing; set provider, or issuer, or both authorization_endpoint and token_endpoint"};
  if (!account.provider.empty() && !check_account_name(account.provider))
    return account_problem{"provider", "is no name of a provider: " + printable(account.provider, 100)};
  if (!account.issuer.empty())
    if (const auto known = discovery_addresses(account.issuer); !known)
      return account_problem{"issuer", known.error().message};
  if (auto wrong = check_endpoint("authorization_endpoint", account.authorization_endpoint)) return wrong;
  if (auto wrong = check_endpoint("token_endpoint", account.token_endpoint)) return wrong;
  if (auto wrong = check_endpoint("revocation_endpoint", account.revocation_endpoint)) return wrong;
  if (auto wrong = check_endpoint("device_authorization_endpoint", account.device_authorization_endpoint)) return wrong;
  return check_endpoint("userinfo_endpoint", account.userinfo_endpoint);
}

verdict check_client(const account_config& account) {
  if (account.client_id.empty()) return account_problem{"client_id", "is missing; the provider gave you one"};
  if (!is_printable(account.client_id))
    return account_problem{"client_id", "holds a control character or one that cannot be seen"};
  if (account.confidential && account.client_auth == client_authentication::none)
    return account_problem{"client_authentication", "must not be \"none\": the account has a client secret to send"};
  return std::nullopt;
}

verdict check_scopes(const scope_list& scopes) {
  scope_list seen;
  for (const std::string& scope : scopes) {
    const auto parsed = parse_scopes(scope);
    if (!parsed) return account_problem{"scopes", parsed.error().message};
    if (parsed->size() != 1 || parsed->front() != scope)
      return account_problem{"scopes", "must hold one scope in each string: \"" + printable(scope, 100) + "\""};
    if (std::ranges::find(seen, scope) != seen.end())
      return account_problem{"scopes", "must not hold \"" + scope + "\" twice"};
    seen.push_back(scope);
  }
  return std::nullopt;
}

verdict check_redirect(std::string_view uri) {
  const auto parsed = parse_loopback_redirect(uri);
  if (parsed) return std::nullopt;
  std::string message = parsed.error().message;
  constexpr std::string_view what = "redirect_uri ";
  if (message.starts_with(what)) message.erase(0, what.size());  // The key stands before it already.
  return account_problem{"redirect_uri", std::move(message)};
}

verdict check_parameters(const std::map<std::string, std::string>& parameters) {
  for (const auto& [name, value] : parameters) {
    std::string key = "authorize_parameters." + printable(name, 100);
    if (name.empty()) return account_problem{std::move(key), "a parameter needs a name"};
    if (!is_printable(name) || !is_printable(value))
      return account_problem{std::move(key), "holds a control character or one that cannot be seen"};
    if (is_protocol_parameter(name)) return account_problem{std::move(key), "is Latchkey's to set; leave it out"};
  }
  return std::nullopt;
}

// What the preset asks for is checked where the preset is at hand; no value may be odd enough to blur the binding.
verdict check_variables(const account_config& account) {
  if (account.variables.empty()) return std::nullopt;
  if (account.provider.empty())
    return account_problem{"variables", "are for a provider known by name, and there is none"};
  for (const auto& [name, value] : account.variables) {
    std::string key = "variables." + printable(name, 100);
    if (!is_variable_name(name))
      return account_problem{std::move(key), "a variable is named by 1 to 32 of a-z 0-9 _, the first a letter"};
    if (!is_variable_value(value))
      return account_problem{std::move(key), "must be a host name, a part of a path or an https address: \"" +
                                                 printable(value, 100) + "\""};
  }
  return std::nullopt;
}

verdict find_problem(const account_config& account) {
  if (auto wrong = check_client(account)) return wrong;
  if (auto wrong = check_source(account)) return wrong;
  if (auto wrong = check_scopes(account.scopes)) return wrong;
  if (auto wrong = check_redirect(account.redirect_uri)) return wrong;
  if (auto wrong = check_variables(account)) return wrong;
  return check_parameters(account.authorize_parameters);
}

// One line of the file; nothing for an empty value.
void add_line(std::string& text, std::string_view key, std::string_view value) {
  if (!value.empty()) text.append(key).append(" = ").append(toml_quote(value)).append("\n");
}

// A table of strings; nothing for an empty one.
void add_table(std::string& text, std::string_view key, const std::map<std::string, std::string>& values) {
  if (!values.empty()) text.append("\n[").append(key).append("]\n");
  for (const auto& [name, value] : values)
    text.append(toml_quote(name)).append(" = ").append(toml_quote(value)).append("\n");
}

void override_with(std::string& value, const std::string& own) {
  if (!own.empty()) value = own;
}

}  // namespace

result<> check_account_name(std::string_view name) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+@";
  if (name.empty()) return fault(errc::bad_request, "a name must not be empty");
  if (name.size() > limits::account_name)
    return fault(errc::bad_request, "a name has at most 64 characters: " + printable(name, 80));
  if (name.find_first_not_of(allowed) != std::string_view::npos)
    return fault(errc::bad_request, "a name is made of a-z A-Z 0-9 . _ - + @ only: " + printable(name, 200));
  if (name.front() == '.' || name.front() == '-')
    return fault(errc::bad_request, "a name must not begin with . or -: " + std::string(name));
  return {};
}

result<> check_account(const account_config& account) {
  if (auto named = check_account_name(account.name); !named) return named;
  const verdict wrong = find_problem(account);
  if (!wrong) return {};
  return fault(errc::bad_request, wrong->key + ": " + wrong->what);
}

result<account_config> parse_account(std::string_view toml, std::string name, std::string file_name) {
  if (const auto named = check_account_name(name); !named)
    return fault(errc::bad_request, printable(file_name) + ": rename the file: " + named.error().message);
  result<toml_reader> opened = toml_reader::parse(toml, std::move(file_name));
  if (!opened) return opened.error();
  toml_reader& reader = *opened;
  account_config read;
  read.name = std::move(name);
  read.provider = reader.string("provider").value_or("");
  read.issuer = reader.string("issuer").value_or("");
  read.client_id = reader.string("client_id").value_or("");
  read.confidential = reader.boolean("confidential").value_or(false);
  read.scopes = reader.strings("scopes").value_or(scope_list());
  read.redirect_uri = reader.string("redirect_uri").value_or(read.redirect_uri);
  read.authorization_endpoint = reader.string("authorization_endpoint").value_or("");
  read.token_endpoint = reader.string("token_endpoint").value_or("");
  read.revocation_endpoint = reader.string("revocation_endpoint").value_or("");
  read.device_authorization_endpoint = reader.string("device_authorization_endpoint").value_or("");
  read.userinfo_endpoint = reader.string("userinfo_endpoint").value_or("");
  read.dpop_bound_access_tokens = reader.boolean("dpop_bound_access_tokens").value_or(false);
  read.require_pushed_authorization_requests = reader.boolean("require_pushed_authorization_requests").value_or(false);
  read.client_auth = reader.choice("client_authentication", client_authentication_words);
  read.authorize_parameters = reader.string_table("authorize_parameters").value_or(read.authorize_parameters);
  read.variables = reader.string_table("variables").value_or(read.variables);
  // Unknown keys first: a mistyped name is a better answer than a missing one.
  if (const auto complete = reader.finish(); !complete) return complete.error();
  if (const verdict wrong = find_problem(read)) reader.reject(wrong->key, wrong->what);
  if (const auto complete = reader.finish(); !complete) return complete.error();
  return read;
}

std::string format_account(const account_config& account) {
  std::string text;
  add_line(text, "provider", account.provider);
  add_line(text, "issuer", account.issuer);
  add_line(text, "client_id", account.client_id);
  if (account.confidential) text += "confidential = true\n";
  if (!account.scopes.empty()) {
    text += "scopes = [\n";
    for (const std::string& scope : account.scopes) text.append("  ").append(toml_quote(scope)).append(",\n");
    text += "]\n";
  }
  add_line(text, "redirect_uri", account.redirect_uri);
  add_line(text, "authorization_endpoint", account.authorization_endpoint);
  add_line(text, "token_endpoint", account.token_endpoint);
  add_line(text, "revocation_endpoint", account.revocation_endpoint);
  add_line(text, "device_authorization_endpoint", account.device_authorization_endpoint);
  add_line(text, "userinfo_endpoint", account.userinfo_endpoint);
  if (account.dpop_bound_access_tokens) text += "dpop_bound_access_tokens = true\n";
  if (account.require_pushed_authorization_requests) text += "require_pushed_authorization_requests = true\n";
  if (account.client_auth) add_line(text, "client_authentication", to_string(*account.client_auth));
  add_table(text, "variables", account.variables);
  add_table(text, "authorize_parameters", account.authorize_parameters);
  return text;
}

provider apply_overrides(provider base, const account_config& account) {
  // A token from another token endpoint is not for the provider's own revocation endpoint, nor a code from the
  // provider's own device endpoint for that token endpoint.
  if (!account.token_endpoint.empty() && account.token_endpoint != base.token_endpoint) {
    base.revocation_endpoint.clear();
    base.device_authorization_endpoint.clear();
    base.userinfo_endpoint.clear();
    base.pushed_authorization_request_endpoint.clear();
    // Nor does the provider vouch for its ID tokens.
    base.jwks_uri.clear();
    base.openid = false;
  }
  override_with(base.authorization_endpoint, account.authorization_endpoint);
  override_with(base.token_endpoint, account.token_endpoint);
  override_with(base.revocation_endpoint, account.revocation_endpoint);
  override_with(base.device_authorization_endpoint, account.device_authorization_endpoint);
  override_with(base.userinfo_endpoint, account.userinfo_endpoint);
  base.require_pushed_authorization_requests |= account.require_pushed_authorization_requests;
  if (account.client_auth)
    (account.confidential ? base.confidential_client_auth : base.public_client_auth) = *account.client_auth;
  for (const auto& [name, value] : account.authorize_parameters) base.authorize_parameters[name] = value;
  if (base.name.empty()) {
    // Neither preset nor discovery: the host is what people know it by.
    if (const auto token = parse_endpoint("token_endpoint", base.token_endpoint)) base.name = token->host;
    base.display_name = base.name;
  }
  return base;
}

std::string grant_binding(const account_config& account) {
  // No part can hold a space: names, addresses and client ids with one are refused or come last. No name of a provider
  // can hold a brace, and no variable a comma or a brace.
  std::string provider = account.provider;
  for (const auto& [name, value] : account.variables) {
    provider += provider == account.provider ? "{" : ",";
    provider += name;
    provider += "=";
    provider += value;
  }
  if (!account.variables.empty()) provider += "}";
  return provider + " " + account.issuer + " " + account.token_endpoint + " " + account.client_id;
}

client_authentication client_auth_of(const provider& server, bool confidential) {
  return confidential ? server.confidential_client_auth : server.public_client_auth;
}

}  // namespace latchkey
