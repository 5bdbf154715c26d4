#include "core/discovery.h"

#include <gtest/gtest.h>

#include "core/limits.h"

namespace latchkey {
namespace {

constexpr std::string_view issuer = "https://id.example";

http_response answer(std::string_view body, unsigned status = 200) {
  http_response response;
  response.status = status;
  response.body = secret(body);
  return response;
}

// The least document, with `more` members after it.
std::string document(std::string_view more = "") {
  return R"({"issuer":"https://id.example","authorization_endpoint":"https://id.example/a",)"
         R"("token_endpoint":"https://id.example/t")" +
         std::string(more) + "}";
}

provider read(std::string_view more) {
  return parse_discovery(issuer, answer(document(more))).value();
}

struct addresses_case {
  std::string_view issuer;
  std::string_view openid;
  std::string_view oauth;
};

TEST(DiscoveryAddresses, D10_PutsThePathWhereEachStandardWantsIt) {
  const addresses_case cases[] = {
      {"https://id.example", "https://id.example/.well-known/openid-configuration",
       "https://id.example/.well-known/oauth-authorization-server"},
      {"https://id.example/", "https://id.example/.well-known/openid-configuration",
       "https://id.example/.well-known/oauth-authorization-server"},
      {"https://id.example:8443/realms/one", "https://id.example:8443/realms/one/.well-known/openid-configuration",
       "https://id.example:8443/.well-known/oauth-authorization-server/realms/one"},
      {"https://id.example/realms/one/", "https://id.example/realms/one/.well-known/openid-configuration",
       "https://id.example/.well-known/oauth-authorization-server/realms/one"},
      {"http://127.0.0.1:9000", "http://127.0.0.1:9000/.well-known/openid-configuration",
       "http://127.0.0.1:9000/.well-known/oauth-authorization-server"},
      {"http://[::1]:9000/x", "http://[::1]:9000/x/.well-known/openid-configuration",
       "http://[::1]:9000/.well-known/oauth-authorization-server/x"},
  };
  for (const auto& each : cases) {
    const auto addresses = discovery_addresses(each.issuer).value();
    ASSERT_EQ(addresses.size(), 2U);
    EXPECT_EQ(addresses[0], each.openid);
    EXPECT_EQ(addresses[1], each.oauth);
  }
}

TEST(DiscoveryAddresses, D2_RefusesAnIssuerThatIsNoPlainHttpsAddress) {
  for (const std::string_view bad :
       {"", "id.example", "http://id.example", "ftp://id.example", "https://id.example?x=1", "https://id.example/a?",
        "https://id.example#f", "https://user@id.example", "https://"}) {
    const auto addresses = discovery_addresses(bad);
    ASSERT_FALSE(addresses) << bad;
    EXPECT_EQ(addresses.error().code, errc::bad_request);
  }
}

TEST(Discovery, ReadsAWholeDocument) {
  const provider server =
      read(R"(,"revocation_endpoint":"https://id.example/r",)"
           R"("device_authorization_endpoint":"https://id.example/d",)"
           R"("userinfo_endpoint":"https://id.example/u","jwks_uri":"https://keys.example/k",)"
           R"("code_challenge_methods_supported":["plain","S256"],)"
           R"("scopes_supported":["openid","email"],)"
           R"("authorization_response_iss_parameter_supported":true,)"
           R"("token_endpoint_auth_methods_supported":["client_secret_post","client_secret_basic"])");
  EXPECT_EQ(server.name, "id.example");
  EXPECT_EQ(server.display_name, "id.example");
  EXPECT_EQ(server.issuer, issuer);
  EXPECT_EQ(server.authorization_endpoint, "https://id.example/a");
  EXPECT_EQ(server.token_endpoint, "https://id.example/t");
  EXPECT_EQ(server.revocation_endpoint, "https://id.example/r");
  EXPECT_EQ(server.device_authorization_endpoint, "https://id.example/d");
  EXPECT_EQ(server.userinfo_endpoint, "https://id.example/u");
  EXPECT_EQ(server.jwks_uri, "https://keys.example/k");
  EXPECT_TRUE(server.openid);
  EXPECT_TRUE(server.iss_parameter_supported);
  EXPECT_TRUE(server.pkce);
  EXPECT_EQ(server.public_client_auth, client_authentication::none);
  EXPECT_EQ(server.confidential_client_auth, client_authentication::client_secret_basic);
  EXPECT_EQ(server.rotation, rotation::coexisting);
  EXPECT_TRUE(server.warnings.empty());
}

TEST(Discovery, TheLeastDocumentIsEnough) {
  const provider server = read("");
  EXPECT_EQ(server.revocation_endpoint, "");
  EXPECT_FALSE(server.openid);
  EXPECT_FALSE(server.iss_parameter_supported);
  EXPECT_EQ(server.confidential_client_auth, client_authentication::client_secret_basic);
  EXPECT_TRUE(server.warnings.empty());
}

TEST(Discovery, AMemberThatIsNullIsAbsent) {
  const provider server = read(R"(,"revocation_endpoint":null,"scopes_supported":null)");
  EXPECT_EQ(server.revocation_endpoint, "");
}

struct method_case {
  std::string_view methods;
  client_authentication confidential;
  std::size_t warnings;
};

TEST(Discovery, ChoosesHowAClientWithASecretNamesItself) {
  const method_case cases[] = {
      {R"(["client_secret_basic"])", client_authentication::client_secret_basic, 0},
      {R"(["client_secret_post"])", client_authentication::client_secret_post, 0},
      {R"(["none","client_secret_post","private_key_jwt"])", client_authentication::client_secret_post, 0},
      {R"(["private_key_jwt"])", client_authentication::client_secret_post, 1},
      {R"([])", client_authentication::client_secret_post, 1},
      {R"([1,null])", client_authentication::client_secret_post, 1},
  };
  for (const auto& each : cases) {
    const provider server = read(",\"token_endpoint_auth_methods_supported\":" + std::string(each.methods));
    EXPECT_EQ(server.confidential_client_auth, each.confidential) << each.methods;
    EXPECT_EQ(server.public_client_auth, client_authentication::none);
    EXPECT_EQ(server.warnings.size(), each.warnings) << each.methods;
  }
}

TEST(Discovery, KnowsOpenidByItsScopeOrByItsOwnMember) {
  EXPECT_TRUE(read(R"(,"scopes_supported":["openid"])").openid);
  EXPECT_TRUE(read(R"(,"id_token_signing_alg_values_supported":["RS256"])").openid);
  EXPECT_FALSE(read(R"(,"scopes_supported":["openid2","email"])").openid);
}

TEST(Discovery, D6_WithoutS256ItWarnsAndStillUsesIt) {
  const provider server = read(R"(,"code_challenge_methods_supported":["plain"])");
  EXPECT_TRUE(server.pkce);
  ASSERT_EQ(server.warnings.size(), 1U);
  EXPECT_NE(server.warnings.front().find("S256"), std::string::npos);
}

TEST(Discovery, D1_TheIssuerMustBeEqualToTheLetter) {
  for (const std::string_view other : {"https://id.example/", "https://ID.example", "http://id.example",
                                       "https://id.example:443", "https://evil.example"}) {
    std::string body = document();
    body.replace(body.find(issuer), issuer.size(), other);
    const auto read_back = parse_discovery(issuer, answer(body));
    ASSERT_FALSE(read_back) << other;
    EXPECT_EQ(read_back.error().code, errc::provider_error);
    EXPECT_NE(read_back.error().message.find(other), std::string::npos) << read_back.error().message;
  }
}

struct unfit_document {
  std::string body;
  std::string_view names;
};

TEST(Discovery, D2_D3_D5_RefusesADocumentItCannotUse) {
  const unfit_document cases[] = {
      {R"({"authorization_endpoint":"https://a.example","token_endpoint":"https://a.example"})", "issuer is missing"},
      {R"({"issuer":7})", "issuer is not a string"},
      {R"({"issuer":"https://id.example","token_endpoint":"https://id.example/t"})",
       "authorization_endpoint is missing"},
      {R"({"issuer":"https://id.example","authorization_endpoint":"https://id.example/a","token_endpoint":""})",
       "token_endpoint is missing"},
      {R"({"issuer":"https://id.example","authorization_endpoint":"https://id.example/a",)"
       R"("token_endpoint":"http://id.example/t"})",
       "token_endpoint must be https"},
      {document(R"(,"jwks_uri":"http://id.example/k")"), "jwks_uri must be https"},
      {document(R"(,"revocation_endpoint":"mailto:me@id.example")"), "revocation_endpoint"},
      {document(R"(,"userinfo_endpoint":["https://id.example/u"])"), "userinfo_endpoint is not a string"},
      {document(R"(,"scopes_supported":"openid")"), "scopes_supported is not a list"},
      {document(R"(,"authorization_response_iss_parameter_supported":"yes")"), "is neither true nor false"},
      {document(R"(,"issuer":"https://id.example")"), "twice"},
      {"<html><body>Hello</body></html>", "is not JSON"},
      {"[]", "no JSON object"},
      {"", "is not JSON"},
      {std::string(100'000, '['), "nests deeper"},
  };
  for (const auto& each : cases) {
    const auto read_back = parse_discovery(issuer, answer(each.body));
    ASSERT_FALSE(read_back) << each.names;
    EXPECT_EQ(read_back.error().code, errc::provider_error);
    EXPECT_NE(read_back.error().message.find(each.names), std::string::npos) << read_back.error().message;
    EXPECT_TRUE(read_back.error().message.starts_with("the metadata of https://id.example cannot be used: "));
  }
}

TEST(Discovery, D4_ADocumentLargerThanAnyIsNotRead) {
  const auto read_back = parse_discovery(issuer, answer(std::string(limits::http_body + 1, ' ')));
  EXPECT_EQ(read_back.error().message, "the metadata of https://id.example cannot be used: it is larger than 1 MiB");
}

TEST(Discovery, D5_TellsATroubleThatPassesFromOneThatStays) {
  for (const unsigned passing : {408U, 429U, 500U, 502U, 503U, 504U})
    EXPECT_EQ(parse_discovery(issuer, answer("", passing)).error().code, errc::temporarily_unavailable) << passing;
  for (const unsigned staying : {204U, 301U, 302U, 307U, 400U, 401U, 403U, 404U, 410U})
    EXPECT_EQ(parse_discovery(issuer, answer(document(), staying)).error().code, errc::provider_error) << staying;
  EXPECT_EQ(parse_discovery(issuer, answer("", 404)).error().message,
            "https://id.example answered 404 to the request for its metadata");
}

TEST(Discovery, AnIssuerThatMayNotBeTalkedToIsRefusedWhateverTheDocumentSays) {
  EXPECT_EQ(parse_discovery("http://id.example", answer(document())).error().code, errc::bad_request);
}

TEST(Discovery, C3_WhatTheDocumentSaysIsEscaped) {
  const auto read_back = parse_discovery(issuer, answer(R"({"issuer":"https://\u001b[31mred"})"));
  EXPECT_EQ(read_back.error().message.find('\x1B'), std::string::npos);
  EXPECT_NE(read_back.error().message.find("\\x1B"), std::string::npos);
}

}  // namespace
}  // namespace latchkey
