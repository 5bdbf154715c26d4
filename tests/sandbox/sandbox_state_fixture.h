// A sandbox_state with two clients, numbered tokens and a clock in the test's hand, and the steps of a login.
#pragma once

#include <gtest/gtest.h>

#include "tests/sandbox/sandbox_state.h"

namespace latchkey::sandbox {

inline constexpr auto redirect_uri = "http://127.0.0.1:9000/callback";
inline constexpr auto balance_scope = "account.fast-api-key:funds-query";
// RFC 7636 appendix B.
inline constexpr auto verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
inline constexpr auto challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

using pairs = std::vector<std::pair<std::string, std::string>>;

inline parameters form(const pairs& values) {
  const std::string uri = with_parameters("http://x/", values);
  return *parameters::parse(uri.substr(uri.find('?') + 1));
}

inline std::string parameter_of(const std::string& location, std::string_view name) {
  return (*parameters::parse(location.substr(location.find('?') + 1)))[name];
}

class SandboxState : public testing::Test {
 protected:
  static settings two_clients() {
    settings rules;
    rules.clients.push_back({"demo-client", "Demo app", std::nullopt});
    rules.clients.push_back({"other-client", "Other app", secret("s3cret")});
    return rules;
  }
  explicit SandboxState(settings rules = two_clients())
      : state(std::move(rules), [this] { return "token-" + std::to_string(++made_); }) {}

  static parameters request(const pairs& more = {}) {
    pairs all{{"client_id", "demo-client"}, {"redirect_uri", redirect_uri}, {"response_type", "code"}};
    all.insert(all.end(), more.begin(), more.end());
    return form(all);
  }
  std::string asked_location(const parameters& asked) {
    return std::get<redirection>(state.authorize(asked, now)).location;
  }
  std::string code_for(const pairs& more = {}) {
    const auto question = std::get<consent_question>(state.authorize(request(more), now));
    return parameter_of(state.decide(question.id, decision::allow, now)->location, "code");
  }
  const client& demo() const { return *state.authenticate(credentials{"demo-client", ""}); }
  const client& other() const { return *state.authenticate(credentials{"other-client", "s3cret"}); }
  oauth_result<issued_tokens> exchange(const std::string& code, const pairs& more = {}) {
    pairs all{{"grant_type", "authorization_code"}, {"code", code}, {"redirect_uri", redirect_uri}};
    all.insert(all.end(), more.begin(), more.end());
    return state.token(demo(), form(all), now);
  }
  issued_tokens login(const pairs& more = {}) { return *exchange(code_for(more)); }
  oauth_result<issued_tokens> refresh(const std::string& refresh_token, const pairs& more = {}) {
    pairs all{{"grant_type", "refresh_token"}, {"refresh_token", refresh_token}};
    all.insert(all.end(), more.begin(), more.end());
    return state.token(demo(), form(all), now);
  }
  bool is_alive(const std::string& access_token) const { return state.scopes_of(access_token, now) != nullptr; }

  int made_ = 0;
  sandbox_state state;
  moment now = moment{} + std::chrono::hours(1);
};

}  // namespace latchkey::sandbox
