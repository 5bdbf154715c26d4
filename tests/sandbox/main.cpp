// latchkey-sandbox: an authorization server and resource API on loopback that behaves as Kraken Connect does, for the
// demo, tests and benchmarks. Reads the command line and puts the parts together.
#include <openssl/rand.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "os/files.h"
#include "tests/sandbox/sandbox_server.h"

namespace latchkey::sandbox {
namespace {

constexpr int usage_exit_code = 2;
constexpr std::size_t longest_secret_file = 64UL * 1024;

struct command_line {
  std::uint16_t port = 0;
  std::vector<std::string> clients;
  std::vector<std::string> confidential_clients;
  std::vector<std::string> redirect_uris;
  std::optional<std::int64_t> access_token_lifetime;
  std::optional<std::int64_t> confidential_access_token_lifetime;
  std::int64_t refresh_token_lifetime = 30LL * 24 * 3600;
  std::optional<std::int64_t> grace;
  bool is_coexisting = false;
  bool is_pkce_required = false;
  bool is_any_loopback_port = false;
  bool is_auto_consent = false;
  std::int64_t device_interval = 5;
  std::int64_t device_lifetime = 600;
  bool is_without_device = false;
  bool is_verbose = false;
};

constexpr auto example =
    "Besides login, token and revocation endpoints it answers, with \"Authorization: Bearer\":\n"
    "  GET /oauth/userinfo              what the account.info scopes allow\n"
    "  GET /oauth/fast-api-key          the list of API keys; POST makes, PUT changes, DELETE removes one\n"
    "  GET /0/balance, POST /0/private/Balance, POST /0/private/OpenOrders\n"
    "The private calls also take API-Key and API-Sign of a key made here. Keys outlive /sandbox/forget-grants; their\n"
    "ip_allowlist is kept, not enforced.\n"
    "\n"
    "Example:\n"
    "  latchkey-sandbox --port 8080 --client \"demo-client=Demo app\" --access-token-lifetime 60\n"
    "prints one line of JSON with its port and addresses, then serves until SIGTERM or Ctrl-C.\n"
    "Tests drive it with GET /sandbox/counters, GET /sandbox/rotations (each token answer, and whether the client\n"
    "read it) and POST /sandbox/expire-access-tokens, /sandbox/forget-grants,\n"
    "/sandbox/fail-next?status=503&retry_after=2&count=3 (or status=reset; endpoint=device for the device's "
    "endpoint),\n"
    "/sandbox/slow-down-next?count=1 and /sandbox/delay-token?ms=500.";

void declare(CLI::App& app, command_line& line) {
  constexpr std::int64_t longest_lifetime = 366LL * 24 * 3600;
  app.add_option("--port", line.port, "Port on 127.0.0.1; 0 takes a free one")->capture_default_str();
  app.add_option(
         "--client", line.clients,
         "ID[=NAME]: a public client (default demo-client), or ID:SECRET: one with a secret beside them; repeatable")
      ->allow_extra_args(false);
  app.add_option("--confidential-client", line.confidential_clients,
                 "ID:SECRET-FILE: a client whose secret no process list shows; repeatable")
      ->allow_extra_args(false);
  app.add_option("--exact-redirect", line.redirect_uris, "URI: register this redirect URI, and only such; repeatable")
      ->allow_extra_args(false);
  app.add_flag("--any-loopback-port", line.is_any_loopback_port,
               "Take any http redirect URI on loopback (the default; says it beside --exact-redirect)");
  app.add_option("--access-token-lifetime", line.access_token_lifetime,
                 "Seconds (default: 14400 for public clients, 86400 for those with a secret)")
      ->check(CLI::Range(std::int64_t{1}, longest_lifetime));
  app.add_option("--confidential-access-token-lifetime", line.confidential_access_token_lifetime,
                 "Seconds, for clients with a secret alone")
      ->check(CLI::Range(std::int64_t{1}, longest_lifetime));
  app.add_option("--refresh-token-lifetime", line.refresh_token_lifetime, "Seconds")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{1}, longest_lifetime));
  app.add_option("--grace", line.grace, "Seconds in which the last refresh token may be repeated (default: none)")
      ->check(CLI::Range(std::int64_t{0}, longest_lifetime));
  app.add_flag("--coexisting", line.is_coexisting, "A new access token leaves the old one alive");
  app.add_flag("--require-pkce", line.is_pkce_required, "Refuse logins without PKCE");
  app.add_option("--device-interval", line.device_interval, "Seconds between two polls of a device")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{0}, longest_lifetime));
  app.add_option("--device-lifetime", line.device_lifetime, "Seconds in which the person can answer a device")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{0}, longest_lifetime));
  app.add_flag("--no-device", line.is_without_device, "Have no endpoint for devices");
  app.add_flag("--auto-consent", line.is_auto_consent,
               "Say Allow at once, without a page; to a device at the first poll after one authorization_pending");
  app.add_flag("--verbose", line.is_verbose, "Log method, path and status to standard error");
  app.footer(example);
}

client named_client(const std::string& argument) {
  const std::size_t mark = std::min(argument.find_first_of("=:"), argument.size());
  const std::string id = argument.substr(0, mark);
  const bool has_secret = mark < argument.size() && argument[mark] == ':';
  if (id.empty() || (has_secret && mark + 1 == argument.size()))
    throw std::invalid_argument("--client needs ID, ID=NAME or ID:SECRET");
  if (has_secret) return {id, id, secret(std::string_view(argument).substr(mark + 1))};
  return {id, mark == argument.size() ? id : argument.substr(mark + 1), std::nullopt};
}

client confidential_client(const std::string& argument) {
  const std::size_t mark = argument.find(':');
  if (mark == 0 || mark == std::string::npos) throw std::invalid_argument("--confidential-client needs ID:SECRET-FILE");
  const std::string id = argument.substr(0, mark);
  const std::string path = argument.substr(mark + 1);
  const auto bytes = read_file(path, longest_secret_file);
  if (!bytes) throw std::runtime_error(bytes.error().message);
  if (!*bytes) throw std::runtime_error("There is no file " + path);
  std::string_view text = (*bytes)->reveal();
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  if (text.empty()) throw std::runtime_error("The secret in " + path + " is empty");
  return {id, id, secret(text)};
}

settings settings_from(const command_line& line) {
  settings chosen;
  for (const std::string& argument : line.clients) chosen.clients.push_back(named_client(argument));
  for (const std::string& argument : line.confidential_clients) {
    chosen.clients.push_back(confidential_client(argument));
  }
  const auto is_public = [](const client& each) { return !each.client_secret; };
  if (std::ranges::none_of(chosen.clients, is_public))
    chosen.clients.push_back({"demo-client", "Demo app", std::nullopt});
  for (const std::string& uri : line.redirect_uris) {
    if (!is_uri(uri)) throw std::invalid_argument("--exact-redirect needs an absolute URI without a fragment");
    chosen.redirect_uris.push_back(uri);
  }
  if (!line.redirect_uris.empty() && !line.is_any_loopback_port) chosen.redirects = redirect_rule::exact;
  if (line.is_pkce_required) chosen.proof = pkce::required;
  if (line.is_coexisting) chosen.tokens.kind = access_tokens::coexisting;
  token_rules& tokens = chosen.tokens;
  tokens.access_token_lifetime = seconds(line.access_token_lifetime.value_or(tokens.access_token_lifetime.count()));
  tokens.confidential_access_token_lifetime = seconds(line.confidential_access_token_lifetime.value_or(
      line.access_token_lifetime.value_or(tokens.confidential_access_token_lifetime.count())));
  chosen.tokens.refresh_token_lifetime = seconds(line.refresh_token_lifetime);
  chosen.device.interval = seconds(line.device_interval);
  chosen.device.lifetime = seconds(line.device_lifetime);
  if (line.is_auto_consent) chosen.device.consent = device_consent::after_one_pending;
  if (line.grace) chosen.tokens.grace = seconds(*line.grace);
  return chosen;
}

std::string random_token() {
  std::array<unsigned char, 32> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) throw std::runtime_error("no randomness");
  return base64url(bytes);
}

api_settings api_settings_from(const command_line& line) {
  const auto unix_now = std::chrono::system_clock::now().time_since_epoch();
  const auto since_moment_zero = std::chrono::steady_clock::now().time_since_epoch();
  return {line.is_auto_consent ? consent_mode::allow_all : consent_mode::ask,
          line.is_without_device ? device_endpoints::absent : device_endpoints::served,
          std::chrono::round<seconds>(unix_now - since_moment_zero).count()};
}

void announce(std::uint16_t port, const std::string& base, device_endpoints device) {
  nlohmann::json line = {{"port", port},
                         {"authorize_url", base + "/oauth/authorize"},
                         {"token_url", base + "/oauth/token"},
                         {"revocation_url", base + "/oauth/revoke"},
                         {"userinfo_url", base + "/oauth/userinfo"},
                         {"base_url", base}};
  if (device == device_endpoints::served) {
    line["device_authorization_url"] = base + std::string(device_authorization_path);
    line["verification_url"] = base + std::string(verification_path);
  }
  std::cout << line.dump() << std::endl;
}

int run(int argc, char** argv) {
  CLI::App app("An authorization server and resource API on loopback, as Kraken Connect behaves; for tests.",
               "latchkey-sandbox");
  command_line line;
  declare(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& fault) {
    return app.exit(fault) == 0 ? 0 : usage_exit_code;
  }

  sandbox_state state(settings_from(line), random_token);
  const api_settings chosen = api_settings_from(line);
  sandbox_api api(state, chosen);
  const server_settings server{line.port, line.is_verbose ? request_log::on : request_log::off};
  serve(api, server, [&](std::uint16_t port) {
    const std::string base = "http://127.0.0.1:" + std::to_string(port);
    api.serve_at(base);
    announce(port, base, chosen.device);
  });
  return 0;
}

}  // namespace
}  // namespace latchkey::sandbox

int main(int argc, char** argv) {
  try {
    return latchkey::sandbox::run(argc, argv);
  } catch (const std::exception& fault) {
    std::cerr << "latchkey-sandbox: " << fault.what() << '\n';
    return 1;
  }
}
