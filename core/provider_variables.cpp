#include "core/provider_variables.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/nearest_word.h"
#include "core/url.h"

namespace latchkey {
namespace {

constexpr std::string_view lower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view digits = "0123456789";
constexpr std::string_view https = "https://";
constexpr std::size_t longest_name = 32;
constexpr std::size_t longest_value = 512;
constexpr std::size_t longest_host = 253;  // RFC 1035 §2.3.4
constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_segment = 128;

bool is_lower(char c) {
  return lower.find(c) != std::string_view::npos;
}
bool is_digit(char c) {
  return digits.find(c) != std::string_view::npos;
}
// RFC 3986 §2.3: what never needs an escape and never ends a segment.
bool is_unreserved(char c) {
  return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z') ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= longest_label && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

// Takes what stands before the next `separator` off `rest`.
std::string_view next_part(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

// Lower case alone: an issuer is compared to the letter.
bool is_host(std::string_view host) {
  if (host.empty() || host.size() > longest_host || host.back() == '.') return false;
  while (!host.empty())
    if (!is_label(next_part(host, '.'))) return false;
  return true;
}

bool is_segment(std::string_view segment) {
  return !segment.empty() && segment.size() <= longest_segment && segment != "." && segment != ".." &&
         std::ranges::all_of(segment, is_unreserved);
}

bool is_base_url(std::string_view url) {
  if (!url.starts_with(https) || url.size() > longest_value || url.back() == '/') return false;
  url.remove_prefix(https.size());
  std::string_view authority = next_part(url, '/');
  const bool has_port = authority.find(':') != std::string_view::npos;
  if (!is_host(next_part(authority, ':'))) return false;
  if (has_port && (authority.empty() || !std::ranges::all_of(authority, is_digit))) return false;
  while (!url.empty())
    if (!is_segment(next_part(url, '/'))) return false;
  return true;
}

struct kind_rule {
  variable_kind kind;
  bool (*holds)(std::string_view);
  std::string_view rule;
  std::string_view sample;
};
constexpr std::array rules{
    kind_rule{variable_kind::host, is_host,
              "must be a host name in lower case, such as login.example.com, without https://, port or path",
              "login.example.com"},
    kind_rule{variable_kind::segment, is_segment, "must be one part of a path: a-z A-Z 0-9 - . _ ~, and not . or ..",
              "x"},
    kind_rule{variable_kind::base_url, is_base_url,
              "must be an https address in lower case up to its last path segment, such as https://example.com/path, "
              "without / at the end",
              "https://login.example.com"},
};
const kind_rule& rule_of(variable_kind kind) {
  return *std::ranges::find(rules, kind, &kind_rule::kind);
}

std::vector<std::string> names_of(const std::vector<provider_variable>& variables) {
  std::vector<std::string> names;
  names.reserve(variables.size());
  for (const auto& each : variables) names.push_back(each.name);
  return names;
}

std::string unknown_variable(std::string_view name, const std::vector<provider_variable>& variables) {
  std::string problem = "there is no variable \"" + printable(name, longest_name) + "\"";
  const auto names = names_of(variables);
  if (const auto nearest = nearest_word(name, names)) return problem + "; did you mean \"" + *nearest + "\"?";
  for (const auto& each : names) problem += (each == names.front() ? "; there is " : ", ") + each;
  return problem;
}

// Whether a variable may stand between these two parts of an address.
bool may_stand(variable_kind kind, std::string_view before, std::string_view after) {
  if (!after.empty() && after.front() != '/') return false;
  if (kind == variable_kind::base_url) return before.empty();
  if (kind == variable_kind::host) return before == https;
  return before.ends_with('/') && !before.ends_with("//") && before.find_first_of("?#") == std::string_view::npos;
}

std::string missing_value(const provider& preset, const provider_variable& variable) {
  std::string text = "the provider " + preset.name + " needs a value for " + variable.name;
  if (!variable.description.empty()) text += " (" + variable.description + ")";
  const std::string& example = variable.example;
  return text + ": give --set " + variable.name + "=" + example + ", or write " + variable.name + " = \"" + example +
         "\" under [variables] in the account's file";
}

// All the addresses of a provider.
std::array<std::pair<std::string_view, std::string*>, 9> addresses_of(provider& server) {
  return {std::pair{std::string_view("issuer"), &server.issuer},
          {"authorization_endpoint", &server.authorization_endpoint},
          {"token_endpoint", &server.token_endpoint},
          {"revocation_endpoint", &server.revocation_endpoint},
          {"device_authorization_endpoint", &server.device_authorization_endpoint},
          {"userinfo_endpoint", &server.userinfo_endpoint},
          {"jwks_uri", &server.jwks_uri},
          {"pushed_authorization_request_endpoint", &server.pushed_authorization_request_endpoint},
          {"account_page", &server.account_page}};
}

result<std::map<std::string, std::string>> values_for(const provider& preset,
                                                      const std::map<std::string, std::string>& given) {
  for (const auto& [name, value] : given)
    if (std::ranges::find(preset.variables, name, &provider_variable::name) == preset.variables.end())
      return fault(errc::bad_request, "variables." + printable(name, longest_name) + ": in the provider " +
                                          preset.name + " " + unknown_variable(name, preset.variables));
  std::map<std::string, std::string> values;
  for (const auto& variable : preset.variables) {
    const auto own = given.find(variable.name);
    const std::string& value = own != given.end() ? own->second : variable.default_value;
    if (own == given.end() && value.empty()) return fault(errc::bad_request, missing_value(preset, variable));
    if (const auto fits = check_variable_value(variable.kind, value); !fits)
      return fault(errc::bad_request, "variables." + variable.name + ": " + fits.error().message);
    values.emplace(variable.name, value);
  }
  return values;
}

}  // namespace

bool is_variable_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= longest_name && is_lower(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

bool is_tenant_id(std::string_view value) noexcept {
  constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::ranges::equal(
      value, shape, [](char c, char place) { return place == '-' ? c == '-' : is_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool is_variable_value(std::string_view value) noexcept {
  return !value.empty() && value.size() <= longest_value &&
         std::ranges::all_of(value, [](char c) { return is_unreserved(c) || c == ':' || c == '/'; });
}

result<> check_variable_value(variable_kind kind, std::string_view value) {
  const kind_rule& rule = rule_of(kind);
  if (rule.holds(value)) return {};
  return fault(errc::bad_request, std::string(rule.rule) + ": " + printable(value, 100));
}

result<std::vector<std::string>> variables_in(std::string_view address,
                                              const std::vector<provider_variable>& variables) {
  std::vector<std::string> names;
  for (std::size_t open = address.find('{'); open != std::string_view::npos; open = address.find('{', open + 1)) {
    const std::size_t close = address.find('}', open);
    if (close == std::string_view::npos) return fault(errc::bad_request, "has a { without a }");
    const std::string_view name = address.substr(open + 1, close - open - 1);
    const auto variable = std::ranges::find(variables, name, &provider_variable::name);
    if (variable == variables.end())
      return fault(errc::bad_request, "holds a name in braces, but " + unknown_variable(name, variables));
    if (!may_stand(variable->kind, address.substr(0, open), address.substr(close + 1)))
      return fault(errc::bad_request, "must have {" + std::string(name) +
                                          "} where its kind may stand: base_url at the beginning, host between "
                                          "https:// and /, segment between two / of the path");
    names.emplace_back(name);
  }
  return names;
}

std::string fill_in(std::string_view address, const std::map<std::string, std::string>& values) {
  std::string filled;
  for (std::size_t open = address.find('{'); open != std::string_view::npos; open = address.find('{')) {
    const std::size_t close = std::min(address.find('}', open), address.size() - 1);
    const auto value = values.find(std::string(address.substr(open + 1, close - open - 1)));
    filled += address.substr(0, open);
    filled += value != values.end() ? value->second : address.substr(open, close + 1 - open);
    address.remove_prefix(close + 1);
  }
  return filled.append(address);
}

std::map<std::string, std::string> sample_values(const std::vector<provider_variable>& variables) {
  std::map<std::string, std::string> samples;
  for (const auto& each : variables) samples.emplace(each.name, rule_of(each.kind).sample);
  return samples;
}

result<provider> with_variables(provider preset, const std::map<std::string, std::string>& given) {
  const auto values = values_for(preset, given);
  if (!values) return values.error();
  if (values->empty()) return preset;
  for (const auto& [key, address] : addresses_of(preset)) {
    if (address->empty()) continue;
    *address = fill_in(*address, *values);
    if (const auto parsed = parse_endpoint(key, *address); !parsed) return parsed.error();
  }
  auto tenants = *values;
  std::erase_if(tenants, [](const auto& each) { return !is_tenant_id(each.second); });
  preset.id_token_issuer = fill_in(preset.id_token_issuer, tenants);
  return preset;
}

}  // namespace latchkey
