// HTTPS_PROXY, NO_PROXY and the host to be reached, a line each: no message holds the first, as it may hold a password.
#include "daemon/adapters/proxy.h"
#include "daemon/adapters/proxy_tunnel.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  const auto [address, rest] = fuzz::cut_line(fuzz::as_text(data, size));
  const auto [exceptions, host] = fuzz::cut_line(rest);
  const auto settings = proxy_settings::parse(address, exceptions);
  if (!settings) {
    fuzz::require_said(settings.error());
    // One of the sentences that are made without it.
    const auto is_said_of = [&](std::string_view other) {
      return proxy_settings::parse(other, {}).error().message == settings.error().message;
    };
    fuzz::require(is_said_of(" ") || is_said_of("ftp://h") || is_said_of("http://:1") || is_said_of("http://h:0"));
    return 0;
  }
  const proxy_server* const server = settings->proxy_for(host, 443);
  if (server == nullptr) return 0;
  fuzz::require(!address.empty() && !server->host.empty() && server->port != 0);
  fuzz::require_printable(describe(*server));
  fuzz::require(server->authorization.reveal().find_first_of("\r\n") == std::string_view::npos);
  return 0;
}
