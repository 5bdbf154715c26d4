// Headers of an answer that refuses: what WWW-Authenticate and Retry-After say is shown on one line and waits a bounded
// time.
#include <algorithm>

#include "core/limits.h"
#include "core/token_endpoint.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  const auto text = fuzz::as_text(data, size);
  const std::size_t half = std::min(text.find('\n'), text.size());
  http_response response;
  response.headers.push_back({"www-authenticate", std::string(text.substr(0, half))});
  response.headers.push_back({"Retry-After", std::string(text.substr(std::min(half + 1, text.size())))});
  for (const unsigned status : {401U, 429U, 503U}) {
    response.status = status;
    const auto parsed = parse_token_response(response, wall_time(seconds(1'800'000'000)));
    fuzz::require(!parsed);
    const fault& why = parsed.error().why;
    const auto is_control = [](char each) { return static_cast<unsigned char>(each) < 0x20 || each == 0x7F; };
    fuzz::require(std::ranges::none_of(why.provider_text, is_control));
    fuzz::require(std::ranges::none_of(why.message, is_control));
    if (why.retry_after)
      fuzz::require(*why.retry_after >= seconds(0) && *why.retry_after <= limits::longest_retry_after);
  }
  return 0;
}
