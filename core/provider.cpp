#include "core/provider.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/account_config.h"
#include "core/discovery.h"
#include "core/limits.h"
#include "core/provider_variables.h"
#include "core/toml_reader.h"
#include "core/url.h"

namespace latchkey {
namespace {

using namespace std::string_view_literals;

constexpr std::array rotations{std::pair{"coexisting"sv, rotation::coexisting},
                               std::pair{"exclusive"sv, rotation::exclusive}};
constexpr std::array risks{std::pair{"read"sv, scope_risk::read}, std::pair{"write"sv, scope_risk::write},
                           std::pair{"moves_money"sv, scope_risk::moves_money}};
constexpr std::array empty_scopes{std::pair{"unknown"sv, empty_scope::unknown},
                                  std::pair{"all_registered"sv, empty_scope::all_registered}};

template <class Value, std::size_t count>
std::string_view word_of(const std::array<std::pair<std::string_view, Value>, count>& words, Value value) noexcept {
  const auto* const found = std::ranges::find(words, value, &std::pair<std::string_view, Value>::second);
  return found->first;
}

constexpr std::array kinds{std::pair{"host"sv, variable_kind::host}, std::pair{"segment"sv, variable_kind::segment},
                           std::pair{"base_url"sv, variable_kind::base_url}};

provider_variable read_variable(toml_reader& reader, const std::string& name) {
  const std::string table = "variable." + name + ".";
  provider_variable variable;
  variable.name = name;
  variable.description = reader.string(table + "description").value_or("");
  variable.default_value = reader.string(table + "default").value_or("");
  variable.example = reader.string(table + "example").value_or(variable.default_value);
  const auto kind = reader.choice(table + "kind", kinds);
  if (!kind) return variable;
  variable.kind = *kind;
  for (const auto& [key, value] :
       {std::pair{"default"sv, variable.default_value}, std::pair{"example"sv, variable.example}})
    if (const auto fits = check_variable_value(variable.kind, value); !value.empty() && !fits)
      reader.reject(table + std::string(key), fits.error().message);
  return variable;
}

// What a variable cannot do without.
void require_parts(toml_reader& reader, const provider_variable& variable) {
  const std::string table = "variable." + variable.name;
  if (!reader.string(table + ".kind")) reader.reject(table, "needs a kind: \"host\", \"segment\" or \"base_url\"");
  if (variable.description.empty()) reader.reject(table, "needs a description: it tells people what to fill in");
  if (variable.example.empty()) reader.reject(table, "needs an example or a default: it shows people what to fill in");
}

void read_variables(toml_reader& reader, provider& read) {
  for (const std::string& name : reader.names("variable")) {
    if (is_variable_name(name))
      read.variables.push_back(read_variable(reader, name));
    else
      reader.reject("variable", "a variable is named by 1 to 32 of a-z 0-9 _, the first a letter: " + printable(name));
  }
}

// The addresses of a preset, filled in with samples where they hold variables.
class address_reader {
 public:
  address_reader(toml_reader& reader, const std::vector<provider_variable>& variables)
      : reader_(reader), variables_(variables), samples_(sample_values(variables)) {}

  // An address that Latchkey itself talks to, or nothing.
  std::string endpoint(std::string_view key) {
    return read(key, [](const std::string& address) { return parse_endpoint("the address", address); });
  }
  std::string issuer(std::string_view key) { return read(key, discovery_addresses); }

  [[nodiscard]] const std::set<std::string>& used() const noexcept { return used_; }

 private:
  template <class Check>
  std::string read(std::string_view key, Check check) {
    std::string address = reader_.string(key).value_or("");
    if (address.empty()) return address;
    const auto names = variables_in(address, variables_);
    if (!names) {
      reader_.reject(key, names.error().message);
      return address;
    }
    used_.insert(names->begin(), names->end());
    if (const auto parsed = check(fill_in(address, samples_)); !parsed) reader_.reject(key, parsed.error().message);
    return address;
  }

  toml_reader& reader_;
  const std::vector<provider_variable>& variables_;
  std::map<std::string, std::string> samples_;
  std::set<std::string> used_;
};

std::optional<seconds> read_lifetime(toml_reader& reader, std::string_view key) {
  const std::optional<std::int64_t> count = reader.integer(key);
  if (!count) return std::nullopt;
  if (*count < 1 || *count > limits::longest_lifetime.count()) {
    reader.reject(key, "must be 1 second to ten years, in seconds, not " + std::to_string(*count));
    return std::nullopt;
  }
  return seconds(*count);
}

bool has_one_segment(std::string_view address, const std::vector<provider_variable>& variables) {
  const auto names = variables_in(address, variables);
  if (!names || names->size() != 1) return !names;  // What is wrong with the address has been told.
  const auto found = std::ranges::find(variables, names->front(), &provider_variable::name);
  return found->kind == variable_kind::segment;
}

// Returns the names of the variables in them.
std::set<std::string> read_addresses(toml_reader& reader, provider& read) {
  address_reader addresses(reader, read.variables);
  read.issuer = addresses.issuer("issuer");
  read.id_token_issuer = addresses.endpoint("id_token_issuer");
  read.authorization_endpoint = addresses.endpoint("authorization_endpoint");
  read.token_endpoint = addresses.endpoint("token_endpoint");
  read.revocation_endpoint = addresses.endpoint("revocation_endpoint");
  read.device_authorization_endpoint = addresses.endpoint("device_authorization_endpoint");
  read.userinfo_endpoint = addresses.endpoint("userinfo_endpoint");
  read.jwks_uri = addresses.endpoint("jwks_uri");
  read.pushed_authorization_request_endpoint = addresses.endpoint("pushed_authorization_request_endpoint");
  read.account_page = addresses.endpoint("account_page");
  if (!read.id_token_issuer.empty() && !has_one_segment(read.id_token_issuer, read.variables))
    reader.reject("id_token_issuer", "must have the tenant in it, one variable that is a segment; else write issuer");
  if (!read.id_token_issuer.empty() && !read.issuer.empty())
    reader.reject("id_token_issuer", "is there in place of issuer: leave one of them out");
  return addresses.used();
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
  read.require_pushed_authorization_requests =
      reader.boolean("require_pushed_authorization_requests").value_or(read.require_pushed_authorization_requests);
  if (read.require_pushed_authorization_requests && read.pushed_authorization_request_endpoint.empty())
    reader.reject("require_pushed_authorization_requests", "needs a pushed_authorization_request_endpoint");
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
  read.scopes_complete = reader.boolean("scopes_complete").value_or(read.scopes_complete);
  if (read.scopes_complete && read.scopes.empty())
    reader.reject("scopes_complete",
                  "says that no other scope exists, but the preset lists none: add a [[scope]] each");
  read.empty_scope = reader.choice("empty_scope", empty_scopes).value_or(read.empty_scope);
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
  read_variables(reader, read);
  const std::set<std::string> used = read_addresses(reader, read);
  read_quirks(reader, read);
  read_scopes(reader, read);
  // Unknown keys first: a mistyped name is a better answer than a missing one.
  if (const auto complete = reader.finish(); !complete) return complete.error();
  for (const provider_variable& each : read.variables) {
    require_parts(reader, each);
    if (!used.contains(each.name)) reader.reject("variable." + each.name, "is used by no address");
  }
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

std::string_view to_string(empty_scope granted) noexcept {
  return word_of(empty_scopes, granted);
}

}  // namespace latchkey
