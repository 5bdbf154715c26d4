// What a proxy answers to CONNECT: the tunnel is open after a 2xx and not one byte more, else a sentence says why not.
#include <boost/asio/co_spawn.hpp>
#include <optional>

#include "daemon/adapters/proxy_tunnel.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/socket_pair.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  const auto bytes = fuzz::as_text(data, size);
  fuzz::socket_pair pair(bytes);
  proxy_server proxy;
  proxy.host = "proxy.example";
  const auto target = parse_endpoint("address", "https://id.example/token");
  std::optional<result<>> opened;
  boost::asio::co_spawn(pair.io(), open_tunnel(pair.stream(), proxy, *target, "latchkey"),
                        [&](std::exception_ptr failure, result<> answer) {
                          fuzz::require(failure == nullptr);
                          opened.emplace(std::move(answer));
                        });
  pair.io().run();
  fuzz::require(opened.has_value());
  if (!*opened) {
    fuzz::require_said(opened->error());
    return 0;
  }
  fuzz::require(bytes.starts_with("HTTP/1.") && bytes.size() > 9 && bytes.substr(8, 2) == " 2");
  fuzz::require(bytes.ends_with("\n"));
  return 0;
}
