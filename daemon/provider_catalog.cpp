#include "daemon/provider_catalog.h"

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>

#include "core/discovery.h"
#include "core/limits.h"
#include "core/provider_variables.h"
#include "core/toml_reader.h"
#include "daemon/log.h"
#include "os/files.h"
#include "providers/builtin_providers.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;

result<listed_provider> read_own(const fs::path& file) {
  auto text = read_file(file, limits::config_file);
  if (!text) return text.error();
  if (!*text) return fault(errc::bad_request, "there is no file " + printable(file.native()));
  auto parsed = parse_provider((*text)->reveal(), file.stem().string(), file.string());
  if (!parsed) return parsed.error();
  return listed_provider{std::move(*parsed), file.string()};
}

result<listed_provider> read_builtin(const builtin_provider& preset) {
  const std::string name(preset.name);
  auto parsed = parse_provider(preset.toml, name, name + ".toml");
  if (!parsed) return parsed.error();
  return listed_provider{std::move(*parsed), "built-in"};
}

std::vector<std::string> own_names(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code none;  // No such folder: the user has no providers of their own.
  for (const auto& entry : fs::directory_iterator(folder, none))
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

std::string host_of(const std::string& address) {
  const auto parsed = parse_endpoint("address", address);
  return parsed ? parsed->host : address;
}

}  // namespace

provider_catalog::provider_catalog(http_transport& http, fs::path folder)
    : http_(http), keys_(http), folder_(std::move(folder)) {}

result<std::vector<listed_provider>> provider_catalog::list() const {
  std::vector<listed_provider> all;
  const auto own = own_names(folder_);
  for (const auto& name : own) {
    auto read = read_own(folder_ / (name + ".toml"));
    if (!read) return read.error();
    all.push_back(std::move(*read));
  }
  for (const auto& preset : builtin_providers()) {
    if (std::ranges::find(own, preset.name) != own.end()) continue;
    auto read = read_builtin(preset);
    if (!read) return read.error();
    all.push_back(std::move(*read));
  }
  std::ranges::sort(all, {}, [](const listed_provider& each) { return each.server.name; });
  return all;
}

result<listed_provider> provider_catalog::find(std::string_view name) const {
  std::vector<std::string> known = own_names(folder_);
  if (std::ranges::find(known, name) != known.end()) return read_own(folder_ / (std::string(name) + ".toml"));
  for (const auto& preset : builtin_providers()) {
    if (preset.name == name) return read_builtin(preset);
    known.emplace_back(preset.name);
  }
  std::string message = "there is no provider \"" + printable(name) + "\"";
  if (const auto nearest = nearest_word(name, known)) message += "; did you mean \"" + *nearest + "\"?";
  return fault(
      errc::bad_request,
      message + " `latchkey providers` lists them; for another one give --issuer, or --authorize-url and --token-url");
}

provider provider_catalog::known(const account_config& account) const {
  provider base;
  if (!account.provider.empty()) {
    if (auto found = find(account.provider))
      if (auto filled = with_variables(std::move(found->server), account.variables)) base = std::move(*filled);
    base.name = account.provider;
  } else if (!account.issuer.empty()) {
    if (const auto found = discovered_.find(account.issuer); found != discovered_.end()) base = found->second;
    base.name = account.issuer;
  } else {
    base.name = host_of(account.token_endpoint);
  }
  return apply_overrides(std::move(base), account);
}

task<result<provider>> provider_catalog::resolve(account_config account) {
  if (!account.provider.empty()) {
    auto found = find(account.provider);
    if (!found) co_return found.error();
    auto filled = with_variables(std::move(found->server), account.variables);
    if (!filled) co_return filled.error();
    co_return apply_overrides(std::move(*filled), account);
  }
  if (!account.issuer.empty())
    if (const auto learned = co_await learn(account.issuer); !learned) co_return learned.error();
  co_return known(account);
}

// On success the issuer is in discovered_.
task<result<>> provider_catalog::learn(std::string issuer) {
  if (discovered_.contains(issuer)) co_return result<>();
  auto found = co_await discover(issuer);
  if (!found) co_return found.error();
  for (const auto& warning : found->warnings) log::warning("provider " + printable(issuer) + ": " + warning);
  discovered_.insert_or_assign(std::move(issuer), std::move(*found));
  co_return result<>();
}

task<result<provider>> provider_catalog::discover(std::string issuer) {
  const auto addresses = discovery_addresses(issuer);
  if (!addresses) co_return addresses.error();
  fault last(errc::provider_error, "discovery of " + printable(issuer) + " gave nothing");
  for (const auto& address : *addresses) {
    http_request request;
    request.url = address;
    request.headers.push_back(http_header{"Accept", "application/json"});
    auto response = co_await http_.send(std::move(request));
    if (!response) co_return response.error();
    auto parsed = parse_discovery(issuer, *response);
    if (parsed) co_return std::move(*parsed);
    last = parsed.error();
    // Only a document that is not there sends us to the next address; a lying one is not worth a second chance.
    if (response->status != 404) break;
  }
  co_return last;
}

void provider_catalog::forget_discovered() {
  discovered_.clear();
  keys_.forget();
}

// Empty where there is none. A preset that names an issuer and no address of keys leaves that to discovery.
task<result<std::string>> provider_catalog::jwks_uri_of(provider server) {
  if (server.issuer.empty() && server.id_token_issuer.empty()) co_return std::string();
  if (!server.jwks_uri.empty() || server.issuer.empty()) co_return server.jwks_uri;
  if (const auto learned = co_await learn(server.issuer); !learned) co_return learned.error();
  const auto found = discovered_.find(server.issuer);
  co_return found == discovered_.end() ? std::string() : found->second.jwks_uri;
}

task<result<shared_jwk_set>> provider_catalog::keys_of(provider server, boot_time now) {
  auto address = co_await jwks_uri_of(std::move(server));
  if (!address) co_return address.error();
  if (address->empty()) co_return shared_jwk_set();
  co_return co_await keys_.get(std::move(*address), now);
}

task<result<shared_jwk_set>> provider_catalog::newer_keys_of(provider server, shared_jwk_set seen, boot_time now) {
  auto address = co_await jwks_uri_of(std::move(server));
  if (!address) co_return address.error();
  co_return co_await keys_.get_newer(std::move(*address), std::move(seen), now);
}

}  // namespace latchkey
