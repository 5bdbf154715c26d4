// Clients with a secret: how the program gets them, and how long their access tokens live.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/sandbox/http_connection.h"
#include "tests/sandbox/sandbox_process.h"
#include "tests/sandbox/sandbox_state_fixture.h"

namespace latchkey::sandbox {
namespace {

using nlohmann::json;

constexpr auto public_basic = "Authorization: Basic ZGVtby1jbGllbnQ6\r\n";  // base64 of "demo-client:"
constexpr auto desk_basic = "Authorization: Basic ZGVzazpzM2NyZXQ=\r\n";    // base64 of "desk:s3cret"
constexpr auto wrong_basic = "Authorization: Basic ZGVzazp3cm9uZw==\r\n";   // base64 of "desk:wrong"

reply ask_token(http_connection& connection, const std::string& basic, const std::string& form) {
  return connection.ask("POST /oauth/token", basic + "Content-Type: application/x-www-form-urlencoded\r\n", form);
}

json log_in(http_connection& connection, const std::string& client_id, const std::string& basic) {
  const reply redirect = connection.ask("GET /oauth/authorize?response_type=code&client_id=" + client_id +
                                        "&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcb");
  const std::string& location = redirect.headers.at("location");
  const std::string query = location.substr(location.find('?') + 1);
  return json::parse(ask_token(connection, basic,
                               "grant_type=authorization_code&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcb&" + query)
                         .body);
}

TEST(ConfidentialClient, StandsBesideTheDemoClientAndItsTokensLiveADay) {
  const sandbox_process sandbox(LATCHKEY_SANDBOX_PROGRAM,
                                {"--auto-consent", "--client", "desk:s3cret", "--client", "other:secret:with=signs"});
  http_connection connection(sandbox.port());
  const json desk = log_in(connection, "desk", desk_basic);
  EXPECT_EQ(desk["expires_in"], 24 * 3600);
  EXPECT_EQ(log_in(connection, "demo-client", public_basic)["expires_in"], 4 * 3600);
  // base64 of "other:secret%3Awith%3Dsigns": RFC 6749 §2.3.1 has both halves form-encoded.
  const auto* const other_basic = "Authorization: Basic b3RoZXI6c2VjcmV0JTNBd2l0aCUzRHNpZ25z\r\n";
  EXPECT_EQ(log_in(connection, "other", other_basic)["token_type"], "bearer");
  const std::string form = "grant_type=refresh_token&refresh_token=" + desk["refresh_token"].get<std::string>();
  EXPECT_EQ(json::parse(ask_token(connection, desk_basic, form).body)["expires_in"], 24 * 3600);
}

TEST(ConfidentialClient, AWrongSecretIsInvalidClient) {
  const sandbox_process sandbox(LATCHKEY_SANDBOX_PROGRAM, {"--client", "desk:s3cret"});
  http_connection connection(sandbox.port());
  const reply refused = ask_token(connection, wrong_basic, "grant_type=refresh_token&refresh_token=x");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(json::parse(refused.body)["error"], "invalid_client");
  const reply known = ask_token(connection, desk_basic, "grant_type=refresh_token&refresh_token=x");
  EXPECT_EQ(json::parse(known.body)["error"], "invalid_grant");
}

TEST(ConfidentialClient, LifetimesCanBeSetForAllOrForItAlone) {
  const struct {
    std::vector<std::string> options;
    int of_public;
    int of_confidential;
  } rows[] = {{{"--access-token-lifetime", "60"}, 60, 60},
              {{"--confidential-access-token-lifetime", "90"}, 4 * 3600, 90},
              {{"--access-token-lifetime", "60", "--confidential-access-token-lifetime", "90"}, 60, 90}};
  for (const auto& [options, of_public, of_confidential] : rows) {
    std::vector<std::string> all{"--auto-consent", "--client", "desk:s3cret"};
    all.insert(all.end(), options.begin(), options.end());
    const sandbox_process sandbox(LATCHKEY_SANDBOX_PROGRAM, all);
    http_connection connection(sandbox.port());
    EXPECT_EQ(log_in(connection, "demo-client", public_basic)["expires_in"], of_public) << options.front();
    EXPECT_EQ(log_in(connection, "desk", desk_basic)["expires_in"], of_confidential) << options.front();
  }
}

class ConfidentialGrant : public SandboxState {};

TEST_F(ConfidentialGrant, DiesAfterADayAndNotBefore) {
  const auto question = std::get<consent_question>(state.authorize(
      form({{"client_id", "other-client"}, {"redirect_uri", redirect_uri}, {"response_type", "code"}}), now));
  const std::string code = parameter_of(state.decide(question.id, decision::allow, now)->location, "code");
  const auto asked = form({{"grant_type", "authorization_code"}, {"code", code}, {"redirect_uri", redirect_uri}});
  const issued_tokens tokens = *state.token(other(), asked, now);
  now += std::chrono::hours(24) - seconds(1);
  EXPECT_TRUE(is_alive(tokens.access_token));
  now += seconds(1);
  EXPECT_FALSE(is_alive(tokens.access_token));
}

}  // namespace
}  // namespace latchkey::sandbox
