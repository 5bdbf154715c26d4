// What the providers of the shipped presets answer, as their documents show it, and what is made of it. The values are
// made up; the members and their types are the providers'.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/device_flow.h"
#include "core/grant.h"
#include "core/token_endpoint.h"

namespace latchkey {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr wall_time now{seconds{1'800'000'000}};

http_response answered(unsigned status, std::string_view body) {
  return {status, {}, secret(body)};
}

struct good_answer {
  const char* provider;
  std::string_view body;
  std::optional<seconds> lifetime;
  bool refresh_token;
  std::optional<scope_list> scopes;
};

TEST(ProviderShapes, TokenAnswersAreRead) {
  const good_answer cases[] = {
      {"google, first",
       R"({"access_token":"ya29.a","expires_in":3599,"refresh_token":"1//r","refresh_token_expires_in":604799,
           "scope":"https://www.googleapis.com/auth/drive.file openid","token_type":"Bearer","id_token":"e.y.J"})",
       3599s, true, scope_list{"https://www.googleapis.com/auth/drive.file", "openid"}},
      {"google, refresh", R"({"access_token":"ya29.b","expires_in":3599,"scope":"openid","token_type":"Bearer"})",
       3599s, false, scope_list{"openid"}},
      {"microsoft",
       R"({"token_type":"Bearer","scope":"User.Read profile openid email","expires_in":3599,"ext_expires_in":3599,
           "access_token":"eyJ0","refresh_token":"0.AX","id_token":"e.y.J"})",
       3599s, true, scope_list{"User.Read", "profile", "openid", "email"}},
      {"github, OAuth app", R"({"access_token":"gho_a","scope":"repo,gist","token_type":"bearer"})", std::nullopt,
       false, scope_list{"repo", "gist"}},
      {"github, form", "access_token=gho_a&scope=repo%2Cgist&token_type=bearer", std::nullopt, false,
       scope_list{"repo", "gist"}},
      {"github, GitHub App",
       R"({"access_token":"ghu_a","expires_in":28800,"refresh_token":"ghr_r","refresh_token_expires_in":15897600,
           "scope":"","token_type":"bearer"})",
       28800s, true, std::nullopt},
      {"gitlab",
       R"({"access_token":"de67","token_type":"bearer","expires_in":7200,"refresh_token":"8257","created_at":1607635748})",
       7200s, true, std::nullopt},
      {"gitlab, device",
       R"({"access_token":"t","token_type":"Bearer","expires_in":7200,"scope":"read_user","created_at":1593096829})",
       7200s, false, scope_list{"read_user"}},
      {"auth0",
       R"({"access_token":"eyJz","refresh_token":"GEbR","id_token":"e.y.J","token_type":"Bearer","expires_in":86400})",
       86400s, true, std::nullopt},
      {"okta",
       R"({"token_type":"Bearer","expires_in":3600,"access_token":"eyJr","scope":"offline_access openid",
           "refresh_token":"i6ma","id_token":"e.y.J"})",
       3600s, true, scope_list{"offline_access", "openid"}},
      {"keycloak",
       R"({"access_token":"eyJh","expires_in":300,"refresh_expires_in":1800,"refresh_token":"eyJr","token_type":"Bearer",
           "not-before-policy":0,"session_state":"0f","scope":"email profile"})",
       300s, true, scope_list{"email", "profile"}},
      {"dropbox, first",
       R"({"access_token":"sl.A","expires_in":14400,"token_type":"bearer","scope":"account_info.read files.content.read",
           "refresh_token":"nBiM","account_id":"dbid:AA","uid":"12345"})",
       14400s, true, scope_list{"account_info.read", "files.content.read"}},
      {"dropbox, refresh", R"({"access_token":"sl.B","expires_in":14400,"token_type":"bearer"})", 14400s, false,
       std::nullopt},
      {"spotify",
       R"({"access_token":"NgCX","token_type":"Bearer","scope":"user-read-private user-read-email","expires_in":3600,
           "refresh_token":"NgAa"})",
       3600s, true, scope_list{"user-read-private", "user-read-email"}},
      {"slack, sign in", R"({"ok":true,"access_token":"xoxp-1","token_type":"Bearer","id_token":"e.y.J"})",
       std::nullopt, false, std::nullopt},
      {"slack, sign in with rotation",
       R"({"ok":true,"access_token":"xoxe.xoxp-1","token_type":"Bearer","id_token":"e.y.J","expires_in":43200,
           "refresh_token":"xoxe-1-a"})",
       43200s, true, std::nullopt},
      {"discord",
       R"({"access_token":"6qrZ","token_type":"Bearer","expires_in":604800,"refresh_token":"D43f","scope":"identify"})",
       604800s, true, scope_list{"identify"}},
      {"atlassian",
       R"({"access_token":"eyJh","refresh_token":"eyJr","expires_in":3600,"scope":"read:jira-work offline_access",
           "token_type":"Bearer"})",
       3600s, true, scope_list{"read:jira-work", "offline_access"}},
  };
  for (const auto& each : cases) {
    const auto read = parse_token_response(answered(200, each.body), now);
    ASSERT_TRUE(read) << each.provider << ": " << read.error().why.message;
    EXPECT_EQ(read->expires_in, each.lifetime) << each.provider;
    EXPECT_EQ(read->refresh_token.empty(), !each.refresh_token) << each.provider;
    EXPECT_EQ(read->scopes, each.scopes) << each.provider;
  }
}

TEST(ProviderShapes, T11_ARefreshWithoutANewRefreshTokenKeepsTheOneThereIs) {
  grant before;
  before.refresh_token = secret("1//first");
  before.generation = 1;
  auto read =
      parse_token_response(answered(200, R"({"access_token":"b","expires_in":3599,"token_type":"Bearer"})"), now);
  const grant next = next_grant(provider(), std::move(*read), {"openid"}, &before, 1, {boot_time(), now});
  EXPECT_EQ(next.refresh_token.reveal(), "1//first");
  EXPECT_EQ(next.scopes, scope_list{"openid"});
}

struct bad_answer {
  const char* provider;
  unsigned status;
  std::string_view body;
  token_failure::kind what;
  errc code;
};

TEST(ProviderShapes, T12_T14_ErrorAnswersMeanWhatTheyMean) {
  using kind = token_failure::kind;
  const bad_answer cases[] = {
      {"google", 400, R"({"error":"invalid_grant","error_description":"Token has been expired or revoked."})",
       kind::dead_grant, errc::login_required},
      {"google", 401, R"({"error":"invalid_client","error_description":"The OAuth client was not found."})",
       kind::permanent, errc::provider_error},
      {"microsoft", 400,
       R"({"error":"invalid_grant","error_description":"AADSTS70008: expired","error_codes":[70008],"trace_id":"0"})",
       kind::dead_grant, errc::login_required},
      {"microsoft", 400, R"({"error":"interaction_required","error_description":"AADSTS50076","error_codes":[50076]})",
       kind::dead_grant, errc::login_required},
      {"microsoft, device", 400, R"({"error":"authorization_declined","error_description":"AADSTS70020"})",
       kind::permanent, errc::access_denied},
      {"github, refresh", 200,
       R"({"error":"bad_refresh_token","error_description":"The refresh token passed is incorrect or expired."})",
       kind::dead_grant, errc::login_required},
      {"github, form", 200, "error=bad_refresh_token&error_description=incorrect+or+expired", kind::dead_grant,
       errc::login_required},
      {"github, code", 200, R"({"error":"bad_verification_code","error_description":"incorrect or expired"})",
       kind::permanent, errc::provider_error},
      {"gitlab", 400, R"({"error":"invalid_grant","error_description":"The provided authorization grant is invalid"})",
       kind::dead_grant, errc::login_required},
      {"auth0", 403, R"({"error":"invalid_grant","error_description":"Unknown or invalid refresh token."})",
       kind::dead_grant, errc::login_required},
      {"atlassian", 403, R"({"error":"invalid_grant","error_description":"Unknown or invalid refresh token."})",
       kind::dead_grant, errc::login_required},
      {"okta", 400, R"({"error":"invalid_grant","error_description":"The refresh token is invalid or expired."})",
       kind::dead_grant, errc::login_required},
      {"keycloak", 400, R"({"error":"invalid_grant","error_description":"Token is not active"})", kind::dead_grant,
       errc::login_required},
      {"dropbox", 400, R"({"error":"invalid_grant","error_description":"refresh token is invalid or revoked"})",
       kind::dead_grant, errc::login_required},
      {"spotify", 400, R"({"error":"invalid_grant","error_description":"Refresh token revoked"})", kind::dead_grant,
       errc::login_required},
      {"slack", 200, R"({"ok":false,"error":"invalid_refresh_token"})", kind::dead_grant, errc::login_required},
      {"slack", 200, R"({"ok":false,"error":"invalid_code"})", kind::permanent, errc::provider_error},
      {"discord", 400, R"({"error":"invalid_grant","error_description":"Invalid \"refresh_token\" in request."})",
       kind::dead_grant, errc::login_required},
      {"discord", 429, R"({"message":"You are being rate limited.","retry_after":3.2,"global":false})", kind::transient,
       errc::temporarily_unavailable},
  };
  for (const auto& each : cases) {
    const auto read = parse_token_response(answered(each.status, each.body), now);
    ASSERT_FALSE(read) << each.provider;
    EXPECT_EQ(read.error().what, each.what) << each.provider << ": " << read.error().why.message;
    EXPECT_EQ(read.error().why.code, each.code) << each.provider << ": " << read.error().why.message;
  }
}

// docs/providers/slack.md says so: this is why the preset is Sign in with Slack.
TEST(ProviderShapes, SlacksWebApiTokensAreNotTaken) {
  const auto bot =
      parse_token_response(answered(200, R"({"ok":true,"access_token":"xoxb-1","token_type":"bot","scope":"commands",
                        "authed_user":{"id":"U1","access_token":"xoxp-1","token_type":"user"}})"),
                           now);
  ASSERT_FALSE(bot);
  EXPECT_THAT(bot.error().why.message, HasSubstr("token_type bot"));
  const auto user = parse_token_response(
      answered(200, R"({"ok":true,"authed_user":{"id":"U1","scope":"chat:write","access_token":"xoxe.xoxp-1",
                        "token_type":"user","refresh_token":"xoxe-1","expires_in":43200}})"),
      now);
  ASSERT_FALSE(user);
  EXPECT_THAT(user.error().why.message, HasSubstr("no access_token"));
}

struct device_answer {
  const char* provider;
  std::string_view body;
  const char* address;
  seconds lifetime;
};

TEST(ProviderShapes, DeviceCodesAreRead) {
  const device_answer cases[] = {
      {"google",
       R"({"device_code":"4/4","user_code":"GQVQ-JKEC","verification_url":"https://www.google.com/device","expires_in":1800,"interval":5})",
       "https://www.google.com/device", 1800s},
      {"microsoft",
       R"({"user_code":"HK8","device_code":"HAQ","verification_uri":"https://microsoft.com/devicelogin","expires_in":900,"interval":5,"message":"To sign in"})",
       "https://microsoft.com/devicelogin", 900s},
      {"github",
       R"({"device_code":"3584","user_code":"WDJB-MJHT","verification_uri":"https://github.com/login/device","expires_in":900,"interval":5})",
       "https://github.com/login/device", 900s},
      {"gitlab",
       R"({"device_code":"GmRh","user_code":"0A44L90H","verification_uri":"https://gitlab.example.com/oauth/device","verification_uri_complete":"https://gitlab.example.com/oauth/device?user_code=0A44L90H","expires_in":300,"interval":5})",
       "https://gitlab.example.com/oauth/device", 300s},
      {"okta",
       R"({"device_code":"f5ec","user_code":"HMBSRJRC","verification_uri":"https://org.example/activate","expires_in":600,"interval":5})",
       "https://org.example/activate", 600s},
  };
  for (const auto& each : cases) {
    const auto read = parse_device_authorization(answered(200, each.body), now);
    ASSERT_TRUE(read) << each.provider << ": " << read.error().message;
    EXPECT_EQ(read->verification_uri, each.address);
    EXPECT_EQ(read->expires_in, each.lifetime);
    EXPECT_TRUE(read->warnings.empty()) << each.provider;
  }
}

}  // namespace
}  // namespace latchkey
