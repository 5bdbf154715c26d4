// Answers of a provider's API, as each of its readers takes them: what is shown is printable, and no error is empty.
#include <nlohmann/json.hpp>

#include "core/exchange_answer.h"
#include "core/exchange_call.h"
#include "core/fast_api_key.h"
#include "core/limits.h"
#include "core/userinfo.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  constexpr unsigned statuses[] = {200, 400, 401, 403, 429, 503, 302, 204};
  const http_response response = fuzz::as_answer(data, size, statuses);
  if (const auto answer = read_exchange_answer("the answer", response); !answer) fuzz::require_said(answer.error());
  const auto keys = parse_fast_api_keys(response);
  if (!keys) fuzz::require_said(keys.error());
  if (const auto done = parse_fast_api_key_done(response); !done) fuzz::require_said(done.error());
  const auto created = parse_created_fast_api_key(response);
  if (!created) fuzz::require_said(created.error());
  if (created) {
    fuzz::require(fuzz::is_visible_ascii(created->api_key));
    // Its secret signs calls, or is said to be none.
    const auto call = exchange_call("https://api.example", *created, "Balance", 1, {});
    if (!call) fuzz::require_said(call.error());
  }
  const auto called = parse_exchange_answer(response);
  if (!called) fuzz::require_said(called.error());
  if (called) fuzz::require_printable(*called);
  const auto person = parse_userinfo(response);
  if (!person) fuzz::require_said(person.error());
  if (person) {
    fuzz::require(person->size() <= limits::user_information_fields);
    for (const auto& [name, value] : *person) fuzz::require_printable(name + value);
  }
  return 0;
}
