// Answers of a token endpoint: a token that is accepted is one that fits into a header line.
#include "core/limits.h"
#include "core/token_endpoint.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  constexpr unsigned statuses[] = {200, 400, 401, 429, 503, 302, 204};
  const http_response response = fuzz::as_answer(data, size, statuses);
  const auto parsed = parse_token_response(response, wall_time(seconds(1'800'000'000)));
  if (!parsed) {
    fuzz::require_said(parsed.error().why);
    return 0;
  }
  const auto token = parsed->access_token.reveal();
  fuzz::require(response.status / 100 == 2 && !token.empty() && token.size() <= limits::token_bytes);
  fuzz::require(fuzz::is_visible_ascii(token));
  if (parsed->expires_in)
    fuzz::require(*parsed->expires_in > seconds(0) && *parsed->expires_in <= limits::longest_lifetime);
  return 0;
}
