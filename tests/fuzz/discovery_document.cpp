// Authorization server metadata: an accepted document has endpoints that may be talked to.
#include "core/discovery.h"
#include "core/url.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  http_response response;
  response.status = 200;
  response.body = secret(fuzz::as_text(data, size));
  const auto server = parse_discovery("https://id.example", response);
  if (!server) return 0;
  fuzz::require(server->issuer == "https://id.example");
  fuzz::require(parse_endpoint("token_endpoint", server->token_endpoint).has_value());
  fuzz::require(parse_endpoint("authorization_endpoint", server->authorization_endpoint).has_value());
  return 0;
}
