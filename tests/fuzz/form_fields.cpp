// Queries, forms, addresses, Retry-After, scope lists and base64.
#include "core/base64.h"
#include "core/scopes.h"
#include "core/token_endpoint.h"
#include "core/url.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  const auto text = fuzz::as_text(data, size);
  (void)form_decode(text);
  const auto encoded = form_encode(text);
  fuzz::require(encoded.find_first_of("&=+ ") == std::string::npos || text.find(' ') != std::string_view::npos);
  if (const auto parsed = parse_endpoint("address", text)) fuzz::require(parsed->tls || is_loopback_host(parsed->host));
  if (const auto redirect = parse_loopback_redirect(text)) fuzz::require(is_loopback_host(redirect->host));
  if (const auto scopes = parse_scopes(text)) fuzz::require(parse_scopes(join_scopes(*scopes)).value() == *scopes);
  if (const auto bytes = base64_decode("text", text)) {
    const auto* from = reinterpret_cast<const unsigned char*>(bytes->data());
    fuzz::require(base64_encode({from, bytes->size()}) == text);
  }
  if (const auto wait = parse_retry_after(text, wall_time(seconds(1'800'000'000)))) fuzz::require(wait->count() >= 0);
  return 0;
}
