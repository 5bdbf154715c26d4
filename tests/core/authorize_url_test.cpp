#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/authorize.h"

namespace latchkey {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::StartsWith;
using testing::UnorderedElementsAre;

provider plain_server() {
  provider server;
  server.authorization_endpoint = "https://id.example.com/authorize";
  return server;
}

authorize_request plain_request() {
  authorize_request request;
  request.client_id = "my app";
  request.redirect_uri = "http://127.0.0.1:4711/callback";
  request.scopes = {"a:b", "c"};
  request.state = "st-ate";
  request.nonce = "non-ce";
  request.code_challenge = "chall-enge";
  return request;
}

form_fields fields_of(const std::string& url) {
  return form_decode(url.substr(url.find('?') + 1)).value();
}

TEST(AuthorizeUrl, CarriesTheParametersOfTheProtocolInOrder) {
  const std::string url = authorize_url(plain_server(), plain_request());
  EXPECT_EQ(
      url,
      "https://id.example.com/authorize?response_type=code&client_id=my%20app&redirect_uri=http%3A%2F%2F127.0.0.1%"
      "3A4711%2Fcallback&scope=a%3Ab%20c&state=st-ate&code_challenge=chall-enge&code_challenge_method=S256");
}

TEST(AuthorizeUrl, KeepsTheQueryOfTheEndpoint) {
  provider server = plain_server();
  server.authorization_endpoint = "https://id.example.com/authorize?tenant=7%26";
  EXPECT_THAT(authorize_url(server, plain_request()),
              StartsWith("https://id.example.com/authorize?tenant=7%26&response_type=code&client_id="));
}

TEST(AuthorizeUrl, LeavesOutWhatIsNotThere) {
  provider server = plain_server();
  server.pkce = false;
  authorize_request request = plain_request();
  request.scopes = {};
  EXPECT_THAT(fields_of(authorize_url(server, request)),
              ElementsAre(Pair("response_type", "code"), Pair("client_id", "my app"),
                          Pair("redirect_uri", "http://127.0.0.1:4711/callback"), Pair("state", "st-ate")));
}

TEST(AuthorizeUrl, ANonceGoesWithOpenidToAnOpenidProviderOnly) {
  provider server = plain_server();
  authorize_request request = plain_request();
  server.openid = true;
  EXPECT_THAT(authorize_url(server, request), Not(HasSubstr("nonce")));
  request.scopes.emplace_back("openid");
  EXPECT_THAT(fields_of(authorize_url(server, request)), Contains(Pair("nonce", "non-ce")));
  server.openid = false;
  EXPECT_THAT(authorize_url(server, request), Not(HasSubstr("nonce")));
}

TEST(AuthorizeUrl, OfflineAccessAsksForConsentUnlessThePromptIsSet) {
  provider server = plain_server();
  authorize_request request = plain_request();
  EXPECT_THAT(authorize_url(server, request), Not(HasSubstr("prompt")));
  request.scopes.emplace_back("offline_access");
  EXPECT_THAT(fields_of(authorize_url(server, request)), Contains(Pair("prompt", "consent")).Times(1));
  server.authorize_parameters["prompt"] = "login";
  EXPECT_THAT(fields_of(authorize_url(server, request)), Contains(Pair("prompt", "login")));
  EXPECT_THAT(authorize_url(server, request), Not(HasSubstr("consent")));
  request.extra["prompt"] = "select_account";
  EXPECT_THAT(fields_of(authorize_url(server, request)), Contains(Pair("prompt", "select_account")));
  EXPECT_THAT(authorize_url(server, request), Not(HasSubstr("prompt=login")));
}

TEST(AuthorizeUrl, AddsTheExtrasOfProviderAndAccountAndTheAccountWins) {
  provider server = plain_server();
  server.authorize_parameters = {{"access_type", "offline"}, {"audience", "a"}};
  authorize_request request = plain_request();
  request.extra = {{"audience", "b&c=d"}, {"login_hint", "me@example.com"}};
  const form_fields fields = fields_of(authorize_url(server, request));
  ASSERT_GT(fields.size(), 3U);
  EXPECT_THAT(form_fields(fields.end() - 3, fields.end()),
              UnorderedElementsAre(Pair("access_type", "offline"), Pair("audience", "b&c=d"),
                                   Pair("login_hint", "me@example.com")));
}

TEST(AuthorizeUrl, NoExtraReplacesAParameterOfTheProtocol) {
  constexpr std::string_view names[] = {"response_type", "client_id", "redirect_uri",   "scope",
                                        "state",         "nonce",     "code_challenge", "code_challenge_method",
                                        "response_mode", "request",   "request_uri"};
  provider server = plain_server();
  authorize_request request = plain_request();
  const std::string clean = authorize_url(server, request);
  for (const auto name : names) {
    EXPECT_TRUE(is_protocol_parameter(name)) << name;
    server.authorize_parameters[std::string(name)] = "evil";
    request.extra[std::string(name)] = "evil";
  }
  EXPECT_EQ(authorize_url(server, request), clean);
}

TEST(ProtocolParameters, OthersMayBeSetByHand) {
  for (const std::string_view name : {"prompt", "audience", "access_type", "login_hint", "State", "", "resource"})
    EXPECT_FALSE(is_protocol_parameter(name)) << name;
}

}  // namespace
}  // namespace latchkey
