#include "core/exchange_answer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/limits.h"
#include "core/provider_answer.h"

namespace latchkey {
namespace {

using nlohmann::json;

struct meaning {
  std::string_view prefix;
  errc code;
  std::string_view sentence;
};

// The first prefix that fits counts.
constexpr meaning known[] = {
    {"EGeneral:Permission denied", errc::access_denied, "the API refused it: the token or key lacks a permission"},
    {"EGeneral:Temporary lockout", errc::temporarily_unavailable, "the API has locked this account out for a while"},
    {"EGeneral:Too many requests", errc::temporarily_unavailable, "the API got too many requests"},
    {"EGeneral:Internal error", errc::temporarily_unavailable, "the API has a problem of its own"},
    {"EGeneral:", errc::bad_request, "the API does not accept what was asked for"},
    {"EAPI:Rate limit exceeded", errc::temporarily_unavailable, "the API got too many requests"},
    {"EAPI:", errc::access_denied, "the API does not accept this key or token"},
    {"EAuth:", errc::access_denied, "the API does not accept this key or token"},
    {"EService:", errc::temporarily_unavailable, "the API is not available now"},
    {"EQuery:", errc::bad_request, "the API does not know what was asked for"},
    {"EOrder:Rate limit exceeded", errc::temporarily_unavailable, "the API got too many requests"},
};

fault failed(const provider_failure& said, const http_response& response) {
  const auto* const row =
      std::ranges::find_if(known, [&](const meaning& each) { return said.code.starts_with(each.prefix); });
  if (row != std::end(known)) return {row->code, std::string(row->sentence), said.shown()};
  if (is_transient(response.status))
    return {errc::temporarily_unavailable, "the API is not available now", said.shown()};
  if (response.status == 401 || response.status == 403)
    return {errc::access_denied, "the API refused the access token", said.shown()};
  return {errc::provider_error, "the API answered with an error", said.shown()};
}

fault refused(const http_response& response) {
  const std::string status = "status " + std::to_string(response.status);
  const std::string said = printable(find_header(response.headers, "WWW-Authenticate").value_or(""));
  if (is_transient(response.status))
    return {errc::temporarily_unavailable, "the API is not available now (" + status + ")", said};
  if (response.status == 401 || response.status == 403)
    return {errc::access_denied, "the API refused the access token (" + status + ")", said};
  return {errc::provider_error, "the API refused the call (" + status + ")", said};
}

}  // namespace

result<json> read_exchange_answer(std::string_view what, const http_response& response) {
  auto fields = read_answer(response.body.reveal());
  const auto error = fields ? find_error(*fields) : std::nullopt;
  if (error) return failed(*error, response);
  if (!is_success(response.status)) return refused(response);
  if (!fields) return fault(errc::provider_error, std::string(what) + " cannot be read: " + fields.error().message);
  const auto found = fields->find("result");
  return found == fields->end() ? json(nullptr) : std::move(*found);
}

}  // namespace latchkey
