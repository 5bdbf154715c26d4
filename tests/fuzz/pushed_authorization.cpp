// Answers to a pushed authorization request (RFC 9126): the reference of an accepted one fits into an address.
#include "core/pushed_authorization.h"

#include "core/limits.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  constexpr unsigned statuses[] = {201, 200, 400, 401, 429, 503, 302};
  const http_response response = fuzz::as_answer(data, size, statuses);
  const auto reference = parse_pushed_authorization(response, wall_time(seconds(1'800'000'000)));
  if (!reference) {
    fuzz::require_said(reference.error());
    return 0;
  }
  fuzz::require(!reference->empty() && reference->size() <= limits::request_uri);
  provider server;
  server.authorization_endpoint = "https://id.example/authorize";
  fuzz::require(parse_endpoint("address", pushed_authorize_url(server, "client", *reference)).has_value());
  return 0;
}
