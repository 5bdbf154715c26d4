// Answers of a token endpoint: a token that is accepted is one that fits into a header line.
#include <algorithm>

#include "core/limits.h"
#include "core/token_endpoint.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  if (size == 0) return 0;
  constexpr unsigned statuses[] = {200, 400, 401, 429, 503, 302, 204};
  http_response response;
  response.status = statuses[data[0] % std::size(statuses)];
  response.body = secret(fuzz::as_text(data + 1, size - 1));
  const auto parsed = parse_token_response(response, wall_time(seconds(1'800'000'000)));
  if (!parsed) {
    fuzz::require(!parsed.error().why.message.empty());
    return 0;
  }
  const auto token = parsed->access_token.reveal();
  fuzz::require(response.status / 100 == 2 && !token.empty() && token.size() <= limits::token_bytes);
  fuzz::require(std::ranges::none_of(token, [](char c) { return c <= ' ' || c == '\x7F'; }));
  if (parsed->expires_in)
    fuzz::require(*parsed->expires_in > seconds(0) && *parsed->expires_in <= limits::longest_lifetime);
  return 0;
}
