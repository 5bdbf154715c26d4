// A sandbox_api with one client, numbered tokens and a clock in the test's hand. Used by the tests of its addresses.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/sandbox/sandbox_api.h"

namespace latchkey::sandbox {

using nlohmann::json;

inline constexpr auto form_type = "application/x-www-form-urlencoded";
inline constexpr auto demo_basic = "Basic ZGVtby1jbGllbnQ6";
inline constexpr auto login_query =
    "client_id=demo-client&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcb&response_type=code";

inline settings demo_settings() {
  settings rules;
  rules.clients.push_back({"demo-client", "Demo <app> & \"co\"", std::nullopt});
  return rules;
}

class SandboxApi : public testing::Test {
 protected:
  explicit SandboxApi(consent_mode mode = consent_mode::ask)
      : state(demo_settings(), [this] { return "token-" + std::to_string(++made_); }), api(state, {.mode = mode}) {}

  static std::string header(const response& from, std::string_view name) {
    const auto found = std::ranges::find(from.headers, name, &std::pair<std::string, std::string>::first);
    return found == from.headers.end() ? std::string() : found->second;
  }
  response get(const std::string& path, const std::string& query = {}, const std::string& authorization = {}) {
    return api.answer({"GET", path, query, authorization, {}, {}}, now);
  }
  response post(const std::string& path, const std::string& query = {}) {
    return api.answer({"POST", path, query, {}, {}, {}}, now);
  }
  response token(const std::string& body, const std::string& authorization = demo_basic) {
    return api.answer({"POST", "/oauth/token", {}, authorization, form_type, body}, now);
  }

  int made_ = 0;
  sandbox_state state;
  sandbox_api api;
  moment now = moment{} + std::chrono::hours(1);
};

/// Grants what is asked for, without a page.
class AllowingApi : public SandboxApi {
 protected:
  AllowingApi() : SandboxApi(consent_mode::allow_all) {}
  // The Authorization header of an access token for `scope`.
  std::string bearer(const std::string& scope) {
    const std::string location = header(get("/oauth/authorize", login_query + ("&scope=" + scope)), "Location");
    const std::string query = location.substr(location.find('?') + 1);
    const response answer =
        token("grant_type=authorization_code&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcb&" + query);
    return "Bearer " + json::parse(answer.body)["access_token"].get<std::string>();
  }
};

}  // namespace latchkey::sandbox
