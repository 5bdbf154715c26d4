#include "daemon/adapters/proxy.h"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <cstdlib>

#include "core/base64.h"
#include "core/url.h"

namespace latchkey {
namespace {

fault malformed(std::string_view problem) {
  return {errc::temporarily_unavailable, "HTTPS_PROXY " + std::string(problem) +
                                             ": set it to http://HOST:PORT, or unset it, and start latchkeyd again"};
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& letter : lower)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return lower;
}

std::optional<std::uint16_t> parse_port(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (ec != std::errc() || end != digits.data() + digits.size() || port == 0) return std::nullopt;
  return port;
}

std::string_view without_dots_around(std::string_view name) {
  while (name.starts_with('.')) name.remove_prefix(1);
  while (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

bool is_or_is_below(std::string_view host, std::string_view name) {
  if (host == name) return true;
  if (host.find_first_not_of("0123456789.") == std::string_view::npos) return false;  // An address has no names below.
  return host.size() > name.size() && host.ends_with(name) && host[host.size() - name.size() - 1] == '.';
}

// RFC 7617 §2.
secret basic_credentials(const boost::urls::url_view& url) {
  if (!url.has_userinfo()) return {};
  const secret pair = secret::take(url.user() + ":" + url.password());
  const std::string_view bytes = pair.reveal();
  // An unsigned char may look at any bytes.
  return secret::take("Basic " + base64_encode({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()}));
}

std::string environment(const char* lower, const char* upper) {
  for (const char* name : {lower, upper})
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  return {};
}

result<proxy_server> parse_server(std::string_view address) {
  const bool has_scheme = address.find("://") != std::string_view::npos;
  const secret whole = secret::take((has_scheme ? "" : "http://") + std::string(address));
  const std::string_view text = whole.reveal();
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!parsed) return malformed("is not an address");
  if (lower_case(text.substr(0, text.find(':'))) != "http") return malformed("names a kind of proxy other than http");
  proxy_server server;
  const auto name = parsed->encoded_host_address();
  server.host = lower_case({name.data(), name.size()});
  if (server.host.empty()) return malformed("names no host");
  if (parsed->has_port() && !parsed->port().empty()) {
    const auto port = parse_port({parsed->port().data(), parsed->port().size()});
    if (!port) return malformed("has an impossible port");
    server.port = *port;
  }
  server.authorization = basic_credentials(*parsed);
  return server;
}

}  // namespace

result<proxy_settings> proxy_settings::parse(std::string_view https_proxy, std::string_view no_proxy) {
  proxy_settings settings;
  if (!https_proxy.empty()) {
    auto server = parse_server(https_proxy);
    if (!server) return server.error();
    settings.server_ = std::move(*server);
  }
  constexpr std::string_view separators = ", \t";
  while (!no_proxy.empty()) {
    const auto end = std::min(no_proxy.find_first_of(separators), no_proxy.size());
    if (const auto one = parse_exception(no_proxy.substr(0, end)); !one.name.empty())
      settings.exceptions_.push_back(one);
    no_proxy.remove_prefix(std::min(end + 1, no_proxy.size()));
  }
  return settings;
}

result<proxy_settings> proxy_settings::from_environment() {
  std::string https_proxy = environment("https_proxy", "HTTPS_PROXY");
  auto settings = parse(https_proxy, environment("no_proxy", "NO_PROXY"));
  wipe(https_proxy);
  return settings;
}

// NAME, .NAME, NAME:PORT, [ADDRESS], [ADDRESS]:PORT, or an IPv6 address as it is.
proxy_settings::exception proxy_settings::parse_exception(std::string_view word) {
  std::string_view name = word;
  std::string_view port;
  if (word.starts_with('[')) {
    const auto end = std::min(word.find(']'), word.size());
    name = word.substr(1, end - 1);
    port = word.substr(std::min(end + 1, word.size()));
    if (port.starts_with(':')) port.remove_prefix(1);
  } else if (std::ranges::count(word, ':') == 1) {
    name = word.substr(0, word.find(':'));
    port = word.substr(word.find(':') + 1);
  }
  return {lower_case(without_dots_around(name)), parse_port(port)};
}

const proxy_server* proxy_settings::proxy_for(std::string_view host, std::uint16_t port) const {
  if (!server_ || is_loopback_host(host)) return nullptr;
  const std::string name = lower_case(without_dots_around(host));
  const bool excepted = std::ranges::any_of(exceptions_, [&](const exception& one) {
    return (one.name == "*" || is_or_is_below(name, one.name)) && (!one.port || *one.port == port);
  });
  return excepted ? nullptr : &*server_;
}

}  // namespace latchkey
