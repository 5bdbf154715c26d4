// sandbox_api's addresses of the device flow (RFC 8628): the device's endpoint, and the page where the person answers.
#include <nlohmann/json.hpp>

#include "tests/sandbox/consent_page.h"
#include "tests/sandbox/sandbox_api.h"

namespace latchkey::sandbox {

response sandbox_api::authorize_device(const request& asked, moment now) {
  ++state_.count.device_requests;
  if (const auto failure = ordered(endpoint::device)) return *failure;
  const client* const by = state_.authenticate(basic_credentials(asked.authorization));
  if (by == nullptr) return unknown_client();
  const auto form = form_of(asked);
  if (!form) return malformed_form();
  const auto codes = state_.begin_device(*by, *form, now);
  if (!codes) return error_response(codes.error());
  const std::string verification_uri = base_url_ + std::string(verification_path);
  return json_response(
      200, {{"device_code", codes->device_code},
            {"user_code", codes->user_code},
            {"verification_uri", verification_uri},
            {"verification_uri_complete", with_parameters(verification_uri, {{"user_code", codes->user_code}})},
            {"expires_in", state_.device().lifetime.count()},
            {"interval", state_.device().interval.count()}});
}

response sandbox_api::verification(const request& asked, moment now) {
  const auto query = parameters::parse(asked.query);
  if (!query) return page_response(400, refusal_page("The request is malformed, or names a parameter twice."));
  const std::string& user_code = (*query)["user_code"];
  if (user_code.empty()) return page_response(200, user_code_page({}));
  const auto question = state_.ask_device(user_code, now);
  if (!question) return page_response(400, user_code_page("This code is unknown, was answered, or is too old."));
  return page_response(200, device_consent_page(*question, state_.find_client(question->client_id)->name));
}

response sandbox_api::device_consent(const request& asked, moment now) {
  const auto form = form_of(asked);
  const auto chosen = form ? decision_named((*form)["decision"]) : std::nullopt;
  if (!chosen) return page_response(400, refusal_page("The answer is malformed."));
  if (!state_.decide_device((*form)["consent_id"], *chosen, now)) {
    return page_response(400, refusal_page("This question was answered before, or is too old."));
  }
  return page_response(200, device_answered_page(*chosen));
}

}  // namespace latchkey::sandbox
