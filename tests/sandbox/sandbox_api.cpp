#include "tests/sandbox/sandbox_api.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "tests/sandbox/consent_page.h"

namespace latchkey::sandbox {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 14> languages{"en-us", "es-es", "fil-ph", "fr",    "de",    "it-it", "nl",
                                                     "pl",    "pt-br", "ru-ru",  "tr-tr", "uk-ua", "vi-vn", "zh-cn"};
constexpr unsigned longest_token_delay_ms = 60'000;

// "/de/oauth/authorize" is "/oauth/authorize" in German; the sandbox speaks English to all.
std::string_view without_language(std::string_view path) {
  constexpr std::string_view authorize = "/oauth/authorize";
  if (path.size() <= authorize.size() || !path.ends_with(authorize)) return path;
  const std::string_view language = path.substr(1, path.size() - authorize.size() - 1);
  return std::ranges::find(languages, language) == languages.end() ? path : authorize;
}

std::optional<unsigned> number(const std::string& text) {
  unsigned value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<parameters> form_of(const request& asked) {
  if (!asked.content_type.starts_with("application/x-www-form-urlencoded")) return std::nullopt;
  return parameters::parse(asked.body);
}

response malformed_form() {
  return error_response({"invalid_request", "Send application/x-www-form-urlencoded, each parameter once."});
}

response unknown_client() {
  return error_response({"invalid_client", "Send Authorization: Basic with the client's id and its secret, or none."});
}

response done() {
  return json_response(200, {{"done", true}});
}

answer_kind kind_of(const parameters& form, const issued_tokens& tokens) {
  if (form["grant_type"] == "authorization_code") return answer_kind::login;
  return tokens.age == freshness::made ? answer_kind::rotation : answer_kind::repetition;
}

std::string_view name_of(answer_kind kind) {
  switch (kind) {
    case answer_kind::login:
      return "login";
    case answer_kind::rotation:
      return "rotation";
    case answer_kind::repetition:
      return "repetition";
  }
  return {};
}

std::string_view name_of(answer_end how) {
  switch (how) {
    case answer_end::open:
      return "open";
    case answer_end::read:
      return "read";
    case answer_end::unread:
      return "unread";
  }
  return {};
}

// CLOCK_MONOTONIC, which a test in another process reads, too.
std::int64_t nanoseconds_of(moment when) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(when.time_since_epoch()).count();
}

response usage(const std::string& what) {
  return json_response(400, {{"error", "invalid_request"}, {"error_description", what}});
}

}  // namespace

const std::vector<sandbox_api::route>& sandbox_api::routes() {
  static const std::vector<route> table{
      {"GET", "/oauth/authorize", &sandbox_api::authorize},
      {"POST", "/oauth/consent", &sandbox_api::consent},
      {"POST", "/oauth/token", &sandbox_api::token},
      {"POST", "/oauth/revoke", &sandbox_api::revoke},
      {"GET", "/oauth/userinfo", &sandbox_api::userinfo},
      {"GET", "/0/balance", &sandbox_api::balance},
      {"GET", "/sandbox/counters", &sandbox_api::counters_report},
      {"GET", "/sandbox/rotations", &sandbox_api::rotations_report},
      {"POST", "/sandbox/expire-access-tokens", &sandbox_api::expire_access_tokens},
      {"POST", "/sandbox/forget-grants", &sandbox_api::forget_grants},
      {"POST", "/sandbox/fail-next", &sandbox_api::fail_next},
      {"POST", "/sandbox/delay-token", &sandbox_api::delay_token},
  };
  return table;
}

response sandbox_api::answer(const request& asked, moment now) {
  const auto found = std::ranges::find(routes(), without_language(asked.path), &route::path);
  if (found == routes().end()) return json_response(404, {{"error", json::array({"EGeneral:Unknown method"})}});
  if (found->method != asked.method) {
    response refused = json_response(405, {{"error", json::array({"EGeneral:Unknown method"})}});
    refused.headers.emplace_back("Allow", std::string(found->method));
    return refused;
  }
  return (this->*found->handle)(asked, now);
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
  if (mode_ == consent_mode::ask) return page_response(200, consent_page(question));
  return redirect_response(*state_.decide(question.id, decision::allow, now));
}

response sandbox_api::consent(const request& asked, moment now) {
  const auto form = form_of(asked);
  const std::string chosen = form ? (*form)["decision"] : std::string();
  if (chosen != "allow" && chosen != "deny") return page_response(400, refusal_page("The answer is malformed."));
  const auto back = state_.decide((*form)["consent_id"], chosen == "allow" ? decision::allow : decision::deny, now);
  if (!back) return page_response(400, refusal_page("This question was answered before, or is too old."));
  return redirect_response(*back);
}

response sandbox_api::token(const request& asked, moment now) {
  ++state_.count.token_requests;
  response answer;
  if (failure_.count > 0) {
    --failure_.count;
    answer = json_response(failure_.status, {{"error", failure_.error}});
    if (!failure_.retry_after.empty()) answer.headers.emplace_back("Retry-After", failure_.retry_after);
  } else {
    answer = decide_token(asked, now);
  }
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

response sandbox_api::userinfo(const request& asked, moment now) {
  const auto token = bearer_token(asked.authorization);
  const scope_list* const scopes = token ? state_.scopes_of(*token, now) : nullptr;
  if (scopes == nullptr) return bearer_challenge(401, token ? "invalid_token" : "", {});
  constexpr std::string_view needed = "account.info:basic";
  if (!holds(*scopes, needed)) return bearer_challenge(403, "insufficient_scope", needed);
  json person = {{"email", "demo@example.com"}, {"iiban", "AA00 N84G DEMO 2345"}};
  if (holds(*scopes, "account.info:name")) person["first_name"] = "Robin";
  if (holds(*scopes, "account.info:location")) person["location"] = {{"country", "IS"}, {"subdivision", "IS-1"}};
  if (holds(*scopes, "account.info:kraken-verified")) person["kraken_verified"] = true;
  return json_response(200, person);
}

response sandbox_api::balance(const request& asked, moment now) {
  const auto token = bearer_token(asked.authorization);
  const scope_list* const scopes = token ? state_.scopes_of(*token, now) : nullptr;
  if (scopes == nullptr) {
    ++state_.count.balance_401;
    return bearer_challenge(401, token ? "invalid_token" : "", {});
  }
  constexpr std::string_view needed = "account.fast-api-key:funds-query";
  if (!holds(*scopes, needed)) return bearer_challenge(403, "insufficient_scope", needed);
  ++state_.count.balance_ok;
  return json_response(200, {{"error", json::array()}, {"result", {{"XXBT", "0.4210000000"}, {"ZUSD", "1523.0700"}}}});
}

response sandbox_api::counters_report(const request&, moment) {
  const counters& count = state_.count;
  return json_response(200, {{"authorize", count.authorize},
                             {"consent", count.consent},
                             {"token_requests", count.token_requests},
                             {"code_exchanges", count.code_exchanges},
                             {"refreshes", count.refreshes},
                             {"refreshes_refused", count.refreshes_refused},
                             {"refreshes_repeated", count.refreshes_repeated},
                             {"reuse_detected", count.reuse_detected},
                             {"revocations", count.revocations},
                             {"balance_ok", count.balance_ok},
                             {"balance_401", count.balance_401}});
}

response sandbox_api::rotations_report(const request&, moment) {
  json list = json::array();
  for (const token_answer& each : rotations_.answers()) {
    json entry = {{"serial", list.size() + 1},
                  {"kind", name_of(each.kind)},
                  {"refresh_token_fingerprint", each.refresh_token_fingerprint},
                  {"answered_at", nullptr},
                  {"ended", name_of(each.ended)}};
    if (each.answered_at) entry["answered_at"] = nanoseconds_of(*each.answered_at);
    list.push_back(std::move(entry));
  }
  return json_response(200, list);
}

response sandbox_api::expire_access_tokens(const request&, moment) {
  state_.expire_access_tokens();
  return done();
}

response sandbox_api::forget_grants(const request&, moment) {
  state_.forget_grants();
  return done();
}

response sandbox_api::fail_next(const request& asked, moment) {
  const auto query = parameters::parse(asked.query);
  const auto status = query ? number((*query)["status"]) : std::nullopt;
  const auto count = query && !(*query)["count"].empty() ? number((*query)["count"]) : std::optional<unsigned>(1);
  if (!status || *status < 400 || *status > 599 || !count) {
    return usage("status must be 400 to 599; count, retry_after and error may be left out.");
  }
  const std::string& error = (*query)["error"];
  failure_ = {*status, error.empty() ? "temporarily_unavailable" : error, (*query)["retry_after"], *count};
  return done();
}

response sandbox_api::delay_token(const request& asked, moment) {
  const auto query = parameters::parse(asked.query);
  const auto delay = query ? number((*query)["ms"]) : std::nullopt;
  if (!delay || *delay > longest_token_delay_ms) return usage("ms must be 0 to 60000; 0 ends the delay.");
  token_delay_ = std::chrono::milliseconds(*delay);
  return done();
}

}  // namespace latchkey::sandbox
