#include "core/pushed_authorization.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/url.h"

namespace latchkey {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

provider server() {
  provider made;
  made.authorization_endpoint = "https://id.example.com/authorize?tenant=7";
  made.pushed_authorization_request_endpoint = "https://id.example.com/par";
  return made;
}

authorize_request asked() {
  authorize_request request;
  request.client_id = "app";
  request.redirect_uri = "http://127.0.0.1:4711/callback";
  request.scopes = {"a", "b"};
  request.state = "st-ate";
  request.code_challenge = "chall-enge";
  request.dpop_jkt = "thumb-print";
  request.extra = {{"audience", "api"}};
  return request;
}

form_fields body_of(const http_request& request) {
  return form_decode(request.body.reveal()).value();
}

std::ptrdiff_t count(const form_fields& fields, std::string_view name) {
  return std::ranges::count(fields, name, &form_fields::value_type::first);
}

TEST(PushedAuthorization, TakesAllParametersThatTheBrowserWouldHaveCarried) {
  const auto request = pushed_authorization_request(server(), {"app", std::nullopt}, asked());
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://id.example.com/par");
  const auto fields = body_of(request);
  for (const auto& field : authorize_fields(server(), asked())) EXPECT_THAT(fields, Contains(field));
  EXPECT_THAT(fields, Contains(Pair("dpop_jkt", "thumb-print")));
  EXPECT_EQ(count(fields, "client_id"), 1);
}

TEST(PushedAuthorization, TheClientNamesItselfAsAtTheTokenEndpoint) {
  provider basic = server();
  const client_credentials confidential{"app", secret("s3cret")};
  const auto in_header = pushed_authorization_request(basic, confidential, asked());
  EXPECT_EQ(in_header.authorization, secret("Basic YXBwOnMzY3JldA=="));
  EXPECT_EQ(count(body_of(in_header), "client_id"), 1) << "a parameter of the request all the same";
  EXPECT_EQ(count(body_of(in_header), "client_secret"), 0);
  basic.confidential_client_auth = client_authentication::client_secret_post;
  const auto in_body = pushed_authorization_request(basic, confidential, asked());
  EXPECT_TRUE(in_body.authorization.empty());
  EXPECT_EQ(count(body_of(in_body), "client_id"), 1);
  EXPECT_THAT(body_of(in_body), Contains(Pair("client_secret", "s3cret")));
}

result<std::string> parse(unsigned status, std::string_view body) {
  http_response response;
  response.status = status;
  response.body = secret(body);
  return parse_pushed_authorization(response, wall_time());
}

TEST(PushedAuthorization, ReadsTheReference) {
  EXPECT_EQ(parse(201, R"({"request_uri":"urn:example:bwc4JK","expires_in":60})").value(), "urn:example:bwc4JK");
  EXPECT_EQ(parse(200, R"({"request_uri":"urn:example:bwc4JK"})").value(), "urn:example:bwc4JK");
  EXPECT_EQ(pushed_authorize_url(server(), "my app", "urn:example:bwc4JK"),
            "https://id.example.com/authorize?tenant=7&client_id=my%20app&request_uri=urn%3Aexample%3Abwc4JK");
}

TEST(PushedAuthorization, SaysWhyThereIsNone) {
  const auto refused = parse(400, R"({"error":"invalid_request","error_description":"no \u001b[31m"})");
  EXPECT_EQ(refused.error().code, errc::login_failed);
  EXPECT_THAT(refused.error().message, HasSubstr("answered 400"));
  EXPECT_THAT(refused.error().provider_text, HasSubstr("invalid_request: no \\x1B[31m"));
  EXPECT_EQ(parse(503, "").error().code, errc::temporarily_unavailable);
  for (const std::string& body : {std::string("<html>"), std::string("{}"), std::string(R"({"request_uri":7})"),
                                  std::string(R"({"request_uri":""})"), std::string(R"({"request_uri":"two words"})"),
                                  R"({"request_uri":")" + std::string(5000, 'u') + "\"}"}) {
    const auto read = parse(201, body);
    ASSERT_FALSE(read) << body;
    EXPECT_EQ(read.error().code, errc::provider_error);
    EXPECT_THAT(read.error().message, Not(HasSubstr("uuuu")));
  }
}

}  // namespace
}  // namespace latchkey
