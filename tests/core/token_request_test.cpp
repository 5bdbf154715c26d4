#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "core/base64.h"
#include "core/token_endpoint.h"
#include "core/url.h"

namespace latchkey {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::StartsWith;

provider server_with(client_authentication public_auth, client_authentication confidential_auth) {
  provider server;
  server.token_endpoint = "https://example.com/token";
  server.revocation_endpoint = "https://example.com/revoke";
  server.public_client_auth = public_auth;
  server.confidential_client_auth = confidential_auth;
  return server;
}

client_credentials public_client(std::string id = "app") {
  return {std::move(id), std::nullopt};
}

client_credentials confidential_client(std::string id, std::string_view value) {
  return {std::move(id), secret(value)};
}

form_fields body_of(const http_request& request) {
  return form_decode(request.body.reveal()).value();
}

std::string basic_pair(const http_request& request) {
  const std::string_view header = request.authorization.reveal();
  EXPECT_THAT(header, StartsWith("Basic "));
  return base64_decode("the pair", header.substr(6)).value();
}

TEST(TokenRequest, CodeExchangeCarriesCodeRedirectAndVerifier) {
  const http_request request =
      code_request(server_with(client_authentication::none, client_authentication::client_secret_basic),
                   public_client(), secret("c+o d/e="), "http://127.0.0.1:4711/callback", secret("verifier"));
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://example.com/token");
  EXPECT_TRUE(request.authorization.empty());
  EXPECT_EQ(request.body,
            secret("grant_type=authorization_code&code=c%2Bo+d%2Fe%3D&redirect_uri=http%3A%2F%2F127.0.0.1%"
                   "3A4711%2Fcallback&code_verifier=verifier&client_id=app"));
}

TEST(TokenRequest, SaysWhatItSendsAndWhatItWants) {
  const http_request request = refresh_request(server_with(client_authentication::none, client_authentication::none),
                                               public_client(), secret("r"));
  EXPECT_EQ(find_header(request.headers, "accept"), "application/json");
  EXPECT_EQ(find_header(request.headers, "content-type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(request.headers.size(), 2U);
}

TEST(TokenRequest, LeavesOutAnEmptyVerifier) {
  const http_request request = code_request(server_with(client_authentication::none, client_authentication::none),
                                            public_client(), secret("c"), "http://localhost:1/", secret());
  EXPECT_THAT(body_of(request), ElementsAre(Pair("grant_type", "authorization_code"), Pair("code", "c"),
                                            Pair("redirect_uri", "http://localhost:1/"), Pair("client_id", "app")));
}

TEST(TokenRequest, RefreshCarriesTheRefreshTokenAlone) {
  const http_request request = refresh_request(server_with(client_authentication::none, client_authentication::none),
                                               public_client(), secret("r&="));
  EXPECT_EQ(request.url, "https://example.com/token");
  EXPECT_THAT(body_of(request),
              ElementsAre(Pair("grant_type", "refresh_token"), Pair("refresh_token", "r&="), Pair("client_id", "app")));
}

TEST(TokenRequest, RevocationNamesTheTokenAndItsKind) {
  const http_request request = revocation_request(server_with(client_authentication::none, client_authentication::none),
                                                  public_client(), secret("t"), "refresh_token");
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://example.com/revoke");
  EXPECT_THAT(body_of(request),
              ElementsAre(Pair("token", "t"), Pair("token_type_hint", "refresh_token"), Pair("client_id", "app")));
}

TEST(ClientAuthentication, BasicCarriesIdAndSecretAndKeepsThemOutOfTheBody) {
  const http_request request =
      refresh_request(server_with(client_authentication::none, client_authentication::client_secret_basic),
                      confidential_client("app", "hush"), secret("r"));
  EXPECT_EQ(request.authorization, secret("Basic YXBwOmh1c2g="));
  EXPECT_THAT(body_of(request), ElementsAre(Pair("grant_type", "refresh_token"), Pair("refresh_token", "r")));
}

TEST(ClientAuthentication, T27_IdAndSecretAreFormEncodedBeforeBasic) {
  const http_request request =
      refresh_request(server_with(client_authentication::none, client_authentication::client_secret_basic),
                      confidential_client("my:app %\xC3\xA9", "s:e c%r+t\xE2\x82\xAC"), secret("r"));
  EXPECT_EQ(basic_pair(request), "my%3Aapp+%25%C3%A9:s%3Ae+c%25r%2Bt%E2%82%AC");
}

TEST(ClientAuthentication, APublicClientOfKrakenSendsBasicWithAnEmptySecret) {
  const http_request request = refresh_request(
      server_with(client_authentication::client_secret_basic, client_authentication::client_secret_basic),
      public_client("client_id"), secret("r"));
  EXPECT_EQ(request.authorization, secret("Basic Y2xpZW50X2lkOg=="));
  EXPECT_EQ(basic_pair(request), "client_id:");
  EXPECT_THAT(body_of(request), ElementsAre(Pair("grant_type", "refresh_token"), Pair("refresh_token", "r")));
}

TEST(ClientAuthentication, PostPutsIdAndSecretIntoTheBody) {
  const http_request request =
      refresh_request(server_with(client_authentication::none, client_authentication::client_secret_post),
                      confidential_client("app", "h us:h"), secret("r"));
  EXPECT_TRUE(request.authorization.empty());
  EXPECT_THAT(body_of(request), ElementsAre(Pair("grant_type", "refresh_token"), Pair("refresh_token", "r"),
                                            Pair("client_id", "app"), Pair("client_secret", "h us:h")));
}

TEST(ClientAuthentication, PostWithoutASecretNamesTheClientAlone) {
  const http_request request = refresh_request(
      server_with(client_authentication::client_secret_post, client_authentication::client_secret_basic),
      public_client(), secret("r"));
  EXPECT_TRUE(request.authorization.empty());
  EXPECT_THAT(body_of(request),
              ElementsAre(Pair("grant_type", "refresh_token"), Pair("refresh_token", "r"), Pair("client_id", "app")));
}

TEST(ClientAuthentication, NoneNeverSendsASecretThatIsThere) {
  const http_request request =
      refresh_request(server_with(client_authentication::client_secret_basic, client_authentication::none),
                      confidential_client("app", "hush"), secret("r"));
  EXPECT_TRUE(request.authorization.empty());
  EXPECT_EQ(request.body.reveal().find("hush"), std::string_view::npos);
}

TEST(ClientAuthentication, NoSecretGoesIntoUrlOrHeaders) {
  for (const auto method : {client_authentication::client_secret_basic, client_authentication::client_secret_post}) {
    const http_request request = code_request(server_with(method, method), confidential_client("app", "hush"),
                                              secret("code-x"), "http://127.0.0.1:1/", secret("verifier-x"));
    std::string open = request.url;
    for (const auto& header : request.headers) open += header.name + header.value;
    for (const std::string_view hidden : {"hush", "code-x", "verifier-x"})
      EXPECT_EQ(open.find(hidden), std::string::npos) << hidden;
  }
}

}  // namespace
}  // namespace latchkey
