// Device authorization answers: an accepted one has a code, texts of bounded length, and times that can be waited for.
#include "core/device_flow.h"
#include "core/limits.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  http_response response;
  response.status = 200;
  response.body = secret(fuzz::as_text(data, size));
  const auto code = parse_device_authorization(response, wall_time(seconds(1'000'000)));
  if (!code) return 0;
  fuzz::require(!code->device_code.empty() && !code->user_code.empty() && !code->verification_uri.empty());
  fuzz::require(code->user_code.size() <= limits::user_code);
  fuzz::require(code->interval >= seconds(1) && code->interval <= limits::longest_device_interval);
  fuzz::require(code->expires_in >= seconds(1) && code->expires_in <= limits::longest_device_code);
  return 0;
}
