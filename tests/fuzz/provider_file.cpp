// providers/NAME.toml: with an account's values in place of its variables, all its addresses may be talked to.
#include "core/provider.h"

#include "core/provider_variables.h"
#include "core/url.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  auto preset = parse_provider(fuzz::as_text(data, size), "name", "name.toml");
  if (!preset) {
    fuzz::require_said(preset.error());
    return 0;
  }
  const auto values = sample_values(preset->variables);
  const auto whole = with_variables(std::move(*preset), values);
  fuzz::require(whole.has_value());
  for (const std::string* address : {&whole->authorization_endpoint, &whole->token_endpoint,
                                     &whole->revocation_endpoint, &whole->device_authorization_endpoint,
                                     &whole->userinfo_endpoint, &whole->pushed_authorization_request_endpoint})
    fuzz::require(address->empty() || parse_endpoint("address", *address).has_value());
  for (const auto& [name, value] : whole->authorize_parameters) fuzz::require(!is_protocol_parameter(name));
  return 0;
}
