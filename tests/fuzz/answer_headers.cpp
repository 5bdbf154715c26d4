// Headers of an answer, a line each: WWW-Authenticate and Retry-After of one that refuses are shown on one line and
// wait a bounded time; a nonce for later proofs fits into a header (RFC 9449); a date is a date.
#include "core/dpop.h"
#include "core/http_date.h"
#include "core/limits.h"
#include "core/token_endpoint.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  const wall_time now(seconds(1'800'000'000));
  const auto [challenge, rest] = fuzz::cut_line(fuzz::as_text(data, size));
  const auto [wait, nonce] = fuzz::cut_line(rest);
  http_response response;
  response.headers.push_back({"www-authenticate", std::string(challenge)});
  response.headers.push_back({"Retry-After", std::string(wait)});
  response.headers.push_back({"DPoP-Nonce", std::string(nonce)});
  for (const unsigned status : {401U, 429U, 503U}) {
    response.status = status;
    const auto parsed = parse_token_response(response, now);
    fuzz::require(!parsed);
    const fault& why = parsed.error().why;
    fuzz::require_said(why);
    if (why.retry_after)
      fuzz::require(*why.retry_after >= seconds(0) && *why.retry_after <= limits::longest_retry_after);
    fuzz::require(!wants_dpop_nonce(response) || !dpop_nonce_of(response).empty());
  }
  fuzz::require(fuzz::is_visible_ascii(dpop_nonce_of(response)));
  if (const auto date = parse_http_date(wait, now)) {
    const auto year = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(*date)).year();
    fuzz::require(int{year} >= 0 && int{year} <= 10000);
  }
  return 0;
}
