#include "tests/sandbox/sandbox_api.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "tests/sandbox/consent_page.h"

namespace latchkey::sandbox {
namespace {

using nlohmann::json;

constexpr std::string_view fast_api_keys = "/oauth/fast-api-key";

constexpr std::array<std::string_view, 14> languages{"en-us", "es-es", "fil-ph", "fr",    "de",    "it-it", "nl",
                                                     "pl",    "pt-br", "ru-ru",  "tr-tr", "uk-ua", "vi-vn", "zh-cn"};

// "/de/oauth/authorize" is "/oauth/authorize" in German; the sandbox speaks English to all.
std::string_view without_language(std::string_view path) {
  constexpr std::string_view authorize = "/oauth/authorize";
  if (path.size() <= authorize.size() || !path.ends_with(authorize)) return path;
  const std::string_view language = path.substr(1, path.size() - authorize.size() - 1);
  return std::ranges::find(languages, language) == languages.end() ? path : authorize;
}

answer_kind kind_of(const parameters& form, const issued_tokens& tokens) {
  if (form["grant_type"] != "refresh_token") return answer_kind::login;
  return tokens.age == freshness::made ? answer_kind::rotation : answer_kind::repetition;
}

}  // namespace

const std::vector<sandbox_api::route>& sandbox_api::routes() {
  static const std::vector<route> table{
      {"GET", "/oauth/authorize", &sandbox_api::authorize},
      {"POST", "/oauth/consent", &sandbox_api::consent},
      {"POST", "/oauth/token", &sandbox_api::token},
      {"POST", "/oauth/revoke", &sandbox_api::revoke},
      {"POST", device_authorization_path, &sandbox_api::authorize_device},
      {"GET", verification_path, &sandbox_api::verification},
      {"POST", "/oauth/device/consent", &sandbox_api::device_consent},
      {"GET", "/oauth/userinfo", &sandbox_api::userinfo},
      {"GET", fast_api_keys, &sandbox_api::list_api_keys},
      {"POST", fast_api_keys, &sandbox_api::create_api_key},
      {"PUT", fast_api_keys, &sandbox_api::update_api_key},
      {"DELETE", fast_api_keys, &sandbox_api::delete_api_key},
      {"GET", "/0/balance", &sandbox_api::balance},
      {"POST", private_calls, &sandbox_api::private_call},
      {"GET", "/sandbox/counters", &sandbox_api::counters_report},
      {"GET", "/sandbox/rotations", &sandbox_api::rotations_report},
      {"POST", "/sandbox/expire-access-tokens", &sandbox_api::expire_access_tokens},
      {"POST", "/sandbox/forget-grants", &sandbox_api::forget_grants},
      {"POST", "/sandbox/fail-next", &sandbox_api::fail_next},
      {"POST", "/sandbox/slow-down-next", &sandbox_api::slow_down_next},
      {"POST", "/sandbox/delay-token", &sandbox_api::delay_token},
  };
  return table;
}

response sandbox_api::answer(const request& asked, moment now) {
  const std::string_view path = without_language(asked.path);
  const bool is_absent = settings_.device == device_endpoints::absent && path.starts_with(verification_path);
  std::string allowed;
  for (const route& each : routes()) {
    const bool fits = each.path == private_calls ? path.starts_with(private_calls) : each.path == path;
    if (!fits || is_absent) continue;
    if (each.method == asked.method) return (this->*each.handle)(asked, now);
    allowed.append(allowed.empty() ? "" : ", ").append(each.method);
  }
  response refused = json_response(allowed.empty() ? 404 : 405, {{"error", json::array({"EGeneral:Unknown method"})}});
  if (!allowed.empty()) refused.headers.emplace_back("Allow", allowed);
  return refused;
}

response sandbox_api::authorize(const request& asked, moment now) {
  const auto query = parameters::parse(asked.query);
  if (!query) return page_response(400, refusal_page("The request is malformed, or names a parameter twice."));
  const authorize_answer answer = state_.authorize(*query, now);
  if (const auto* refused = std::get_if<authorize_refused>(&answer)) {
    return page_response(400, refusal_page(refused->why));
  }
  if (const auto* back = std::get_if<redirection>(&answer)) return redirect_response(*back);
  const auto& question = std::get<consent_question>(answer);
  if (settings_.mode == consent_mode::ask) return page_response(200, consent_page(question));
  return redirect_response(*state_.decide(question.id, decision::allow, now));
}

response sandbox_api::consent(const request& asked, moment now) {
  const auto form = form_of(asked);
  const auto chosen = form ? decision_named((*form)["decision"]) : std::nullopt;
  if (!chosen) return page_response(400, refusal_page("The answer is malformed."));
  const auto back = state_.decide((*form)["consent_id"], *chosen, now);
  if (!back) return page_response(400, refusal_page("This question was answered before, or is too old."));
  return redirect_response(*back);
}

response sandbox_api::token(const request& asked, moment now) {
  ++state_.count.token_requests;
  const auto form = form_of(asked);
  if (form && (*form)["grant_type"] == device_grant_type) ++state_.count.device_polls;
  const auto failure = ordered(endpoint::token);
  response answer = failure ? *failure : decide_token(asked, now);
  answer.delay = token_delay_;
  return answer;
}

response sandbox_api::decide_token(const request& asked, moment now) {
  const client* const by = state_.authenticate(basic_credentials(asked.authorization));
  if (by == nullptr) return unknown_client();
  const auto form = form_of(asked);
  if (!form) return malformed_form();
  const auto tokens = state_.token(*by, *form, now);
  if (!tokens) return error_response(tokens.error());
  response answer = json_response(200, {{"access_token", tokens->access_token},
                                        {"token_type", "bearer"},
                                        {"expires_in", tokens->expires_in.count()},
                                        {"refresh_token", tokens->refresh_token}});
  answer.tokens = rotations_.add(kind_of(*form, *tokens), tokens->refresh_token);
  return answer;
}

response sandbox_api::revoke(const request& asked, moment) {
  const client* const by = state_.authenticate(basic_credentials(asked.authorization));
  if (by == nullptr) return unknown_client();
  const auto form = form_of(asked);
  if (!form) return malformed_form();
  if (const auto fault = state_.revoke(*by, *form)) return error_response(*fault);
  return json_response(200, json::object());
}

std::int64_t sandbox_api::unix_time(moment now) const {
  return settings_.epoch + std::chrono::floor<seconds>(now.time_since_epoch()).count();
}

}  // namespace latchkey::sandbox
