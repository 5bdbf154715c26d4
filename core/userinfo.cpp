#include "core/userinfo.h"

#include <nlohmann/json.hpp>

#include "core/exchange_answer.h"
#include "core/limits.h"
#include "core/provider_answer.h"

namespace latchkey {
namespace {

using nlohmann::json;

std::string text_of(const json& value) {
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  return printable(text, limits::user_information);
}

void flatten(const json& object, const std::string& prefix, user_information& into) {
  for (const auto& [name, value] : object.items()) {
    if (into.size() >= limits::user_information_fields) return;
    const std::string full = prefix + printable(name, 64);
    if (value.is_object() && prefix.empty())
      flatten(value, full + ".", into);
    else if (!value.empty())  // null, [] and {} say nothing.
      into.emplace(full, text_of(value));
  }
}

}  // namespace

http_request userinfo_request(const provider& server, const secret& access_token) {
  http_request request;
  request.url = server.userinfo_endpoint;
  request.headers = {{"Accept", "application/json"}};
  request.authorization = secret::take("Bearer " + std::string(access_token.reveal()));
  return request;
}

result<user_information> parse_userinfo(const http_response& response) {
  auto wrapped = read_exchange_answer("the user information", response);
  if (!wrapped) return wrapped.error();
  user_information shown;
  // Most providers answer with the fields themselves, the Exchange API's way is to wrap them in a result.
  if (wrapped->is_object()) {
    flatten(*wrapped, "", shown);
  } else if (const auto fields = read_answer(response.body.reveal()); fields) {
    flatten(*fields, "", shown);
  }
  return shown;
}

}  // namespace latchkey
