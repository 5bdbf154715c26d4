#include "core/provider.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/account_config.h"
#include "core/discovery.h"
#include "core/limits.h"
#include "core/toml_reader.h"
#include "core/url.h"

namespace latchkey {
namespace {

using namespace std::string_view_literals;

constexpr std::array rotations{std::pair{"coexisting"sv, rotation::coexisting},
                               std::pair{"exclusive"sv, rotation::exclusive}};
constexpr std::array risks{std::pair{"read"sv, scope_risk::read}, std::pair{"write"sv, scope_risk::write},
                           std::pair{"moves_money"sv, scope_risk::moves_money}};

template <class Value, std::size_t count>
std::string_view word_of(const std::array<std::pair<std::string_view, Value>, count>& words, Value value) noexcept {
  const auto* const found = std::ranges::find(words, value, &std::pair<std::string_view, Value>::second);
  return found->first;
}

// An address that Latchkey itself talks to, or nothing.
std::string read_endpoint(toml_reader& reader, std::string_view key) {
  std::string address = reader.string(key).value_or("");
  if (address.empty()) return address;
  if (const auto parsed = parse_endpoint("the address", address); !parsed) reader.reject(key, parsed.error().message);
  return address;
}

std::optional<seconds> read_lifetime(toml_reader& reader, std::string_view key) {
  const std::optional<std::int64_t> count = reader.integer(key);
  if (!count) return std::nullopt;
  if (*count < 1 || *count > limits::longest_lifetime.count()) {
    reader.reject(key, "must be 1 second to ten years, in seconds, not " + std::to_string(*count));
    return std::nullopt;
  }
  return seconds(*count);
}

void read_endpoints(toml_reader& reader, provider& read) {
  read.issuer = reader.string("issuer").value_or("");
  if (!read.issuer.empty())
    if (const auto known = discovery_addresses(read.issuer); !known) reader.reject("issuer", known.error().message);
  read.authorization_endpoint = read_endpoint(reader, "authorization_endpoint");
  read.token_endpoint = read_endpoint(reader, "token_endpoint");
  read.revocation_endpoint = read_endpoint(reader, "revocation_endpoint");
  read.device_authorization_endpoint = read_endpoint(reader, "device_authorization_endpoint");
  read.userinfo_endpoint = read_endpoint(reader, "userinfo_endpoint");
  read.jwks_uri = read_endpoint(reader, "jwks_uri");
  read.account_page = read_endpoint(reader, "account_page");
}

void read_quirks(toml_reader& reader, provider& read) {
  read.public_client_auth =
      reader.choice("public_client_auth", client_authentication_words).value_or(read.public_client_auth);
  read.confidential_client_auth =
      reader.choice("confidential_client_auth", client_authentication_words).value_or(read.confidential_client_auth);
  if (read.confidential_client_auth == client_authentication::none)
    reader.reject("confidential_client_auth", "must be a way to send the secret, not \"none\"");
  read.rotation = reader.choice("rotation", rotations).value_or(read.rotation);
  read.pkce = reader.boolean("pkce").value_or(read.pkce);
  read.fast_api_keys = reader.boolean("fast_api_keys").value_or(read.fast_api_keys);
  read.openid = reader.boolean("openid").value_or(read.openid);
  read.iss_parameter_supported = reader.boolean("iss_parameter_supported").value_or(read.iss_parameter_supported);
  if (read.iss_parameter_supported && read.issuer.empty())
    reader.reject("iss_parameter_supported", "needs an issuer to compare with");
  read.access_token_lifetime = read_lifetime(reader, "access_token_lifetime");
  read.refresh_token_lifetime = read_lifetime(reader, "refresh_token_lifetime");
  read.authorize_parameters = reader.string_table("authorize_parameters").value_or(read.authorize_parameters);
  for (const auto& [name, value] : read.authorize_parameters)
    if (name.empty() || is_protocol_parameter(name))
      reader.reject("authorize_parameters." + name,
                    name.empty() ? "a parameter needs a name" : "is Latchkey's to set; leave it out");
}

void read_scopes(toml_reader& reader, provider& read) {
  std::set<std::string> seen;
  for (toml_reader& each : reader.tables("scope")) {
    scope_text scope;
    scope.name = each.string("name").value_or("");
    scope.category = each.string("category").value_or("");
    scope.description = each.string("description").value_or("");
    scope.risk = each.choice("risk", risks).value_or(scope.risk);
    const auto names = parse_scopes(scope.name);
    if (!names || names->size() != 1 || names->front() != scope.name)
      each.reject("name", names ? "must be one scope, without spaces" : names.error().message);
    else if (!seen.insert(scope.name).second)
      each.reject("name", "is there twice: \"" + scope.name + "\"");
    read.scopes.push_back(std::move(scope));
  }
}

}  // namespace

result<provider> parse_provider(std::string_view toml, std::string name, std::string file_name) {
  result<toml_reader> opened = toml_reader::parse(toml, file_name);
  if (!opened) return opened.error();
  if (!check_account_name(name))
    return fault(errc::bad_request, printable(file_name) +
                                        ": a provider is named by 1 to 64 characters of a-z A-Z 0-9 . "
                                        "_ - + @, the first not . or -: rename the file");
  toml_reader& reader = *opened;
  provider read;
  read.name = std::move(name);
  read.display_name = reader.string("display_name").value_or(read.name);
  read_endpoints(reader, read);
  read_quirks(reader, read);
  read_scopes(reader, read);
  // Unknown keys first: a mistyped name is a better answer than a missing one.
  if (const auto complete = reader.finish(); !complete) return complete.error();
  if (read.authorization_endpoint.empty()) reader.reject("authorization_endpoint", "must be there");
  if (read.token_endpoint.empty()) reader.reject("token_endpoint", "must be there");
  if (const auto complete = reader.finish(); !complete) return complete.error();
  return read;
}

std::string_view to_string(client_authentication method) noexcept {
  return word_of(client_authentication_words, method);
}

std::string_view to_string(scope_risk risk) noexcept {
  return word_of(risks, risk);
}

std::string_view to_string(rotation kind) noexcept {
  return word_of(rotations, kind);
}

}  // namespace latchkey
