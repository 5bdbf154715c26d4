// Answers of a provider's API, as each of its readers takes them: what is shown is printable, and no error is empty.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/exchange_answer.h"
#include "core/fast_api_key.h"
#include "core/limits.h"
#include "core/userinfo.h"
#include "tests/fuzz/input.h"

namespace {

void require_said(const latchkey::fault& why) {
  using namespace latchkey;
  fuzz::require(!why.message.empty() && printable(why.message, why.message.size()) == why.message);
  fuzz::require(printable(why.provider_text, why.provider_text.size()) == why.provider_text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  if (size == 0) return 0;
  constexpr unsigned statuses[] = {200, 400, 401, 403, 429, 503, 302, 204};
  http_response response;
  response.status = statuses[data[0] % std::size(statuses)];
  response.body = secret(fuzz::as_text(data + 1, size - 1));
  if (const auto answer = read_exchange_answer("the answer", response); !answer) require_said(answer.error());
  const auto keys = parse_fast_api_keys(response);
  if (!keys) require_said(keys.error());
  if (const auto done = parse_fast_api_key_done(response); !done) require_said(done.error());
  const auto created = parse_created_fast_api_key(response);
  if (!created) require_said(created.error());
  if (created) fuzz::require(std::ranges::all_of(created->api_key, [](char c) { return c > ' ' && c < 0x7F; }));
  const auto person = parse_userinfo(response);
  if (!person) require_said(person.error());
  if (person) {
    fuzz::require(person->size() <= limits::user_information_fields);
    for (const auto& [name, value] : *person)
      fuzz::require(printable(name, name.size()) == name && printable(value, value.size()) == value);
  }
  return 0;
}
