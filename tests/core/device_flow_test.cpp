#include "core/device_flow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/limits.h"
#include "core/url.h"

namespace latchkey {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

provider server() {
  provider made;
  made.token_endpoint = "https://id.example/token";
  made.device_authorization_endpoint = "https://id.example/device";
  made.public_client_auth = client_authentication::client_secret_basic;
  return made;
}

result<device_authorization> parse(std::string_view body, unsigned status = 200) {
  http_response response;
  response.status = status;
  response.body = secret(body);
  return parse_device_authorization(response, wall_time(seconds(1'000'000)));
}

constexpr std::string_view least =
    R"("device_code":"dev","user_code":"WDJB-MJHT","verification_uri":"https://id.example/d")";

std::string with(std::string_view more) {
  return "{" + std::string(least) + std::string(more) + "}";
}

TEST(DeviceFlow, AsksForACodeWithTheScopesAndTheClient) {
  const client_credentials client{"app", std::nullopt};
  const http_request request = device_authorization_request(server(), client, {"read", "write"});
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://id.example/device");
  EXPECT_EQ(request.authorization, secret("Basic YXBwOg=="));
  EXPECT_THAT(form_decode(request.body.reveal()).value(), ElementsAre(Pair("scope", "read write")));
  provider plain = server();
  plain.public_client_auth = client_authentication::none;
  EXPECT_THAT(form_decode(device_authorization_request(plain, client, {}).body.reveal()).value(),
              ElementsAre(Pair("client_id", "app")));
}

TEST(DeviceFlow, AsksForTheTokenWithTheDeviceCode) {
  const http_request request = device_token_request(server(), {"app", std::nullopt}, secret("d+e/v"));
  EXPECT_EQ(request.url, "https://id.example/token");
  EXPECT_THAT(
      form_decode(request.body.reveal()).value(),
      ElementsAre(Pair("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), Pair("device_code", "d+e/v")));
}

TEST(DeviceFlow, ReadsEveryMember) {
  const auto code =
      parse(with(R"(,"verification_uri_complete":"https://id.example/d?c=1","expires_in":600,"interval":3)"));
  ASSERT_TRUE(code);
  EXPECT_EQ(code->device_code, secret("dev"));
  EXPECT_EQ(code->user_code, "WDJB-MJHT");
  EXPECT_EQ(code->verification_uri, "https://id.example/d");
  EXPECT_EQ(code->verification_uri_complete, "https://id.example/d?c=1");
  EXPECT_EQ(code->expires_in, seconds(600));
  EXPECT_EQ(code->interval, seconds(3));
  EXPECT_THAT(code->warnings, IsEmpty());
}

TEST(DeviceFlow, V1_TimesThatAreMissingOrAbsurdAreReplaced) {
  struct row {
    std::string_view more;
    seconds expires_in;
    seconds interval;
  };
  const row rows[] = {
      {"", limits::login_timeout, seconds(5)},
      {R"(,"expires_in":"90","interval":"7")", seconds(90), seconds(7)},
      {R"(,"expires_in":90.9,"interval":0)", seconds(90), seconds(5)},
      {R"(,"expires_in":1e300,"interval":1e300)", limits::longest_device_code, limits::longest_device_interval},
      {R"(,"expires_in":"soon","interval":-4)", limits::login_timeout, seconds(5)},
  };
  for (const row& each : rows) {
    const auto code = parse(with(each.more));
    ASSERT_TRUE(code) << each.more;
    EXPECT_EQ(code->expires_in, each.expires_in) << each.more;
    EXPECT_EQ(code->interval, each.interval) << each.more;
  }
}

TEST(DeviceFlow, V8_ACodeWithoutTimeLeftIsSaidToHaveExpired) {
  for (const std::string_view more : {R"(,"expires_in":0)", R"(,"expires_in":-5)", R"(,"expires_in":0.5)"})
    EXPECT_EQ(parse(with(more)).error().code, errc::login_expired) << more;
}

TEST(DeviceFlow, V7_AnAddressWithoutHttpsIsWarnedOf) {
  const std::pair<std::string_view, bool> rows[] = {
      {"https://id.example/d#x", false}, {"http://127.0.0.1:1/d", false},
      {"http://id.example/d", true},     {"id.example/d", true},
      {"javascript:alert(1)", true},
  };
  for (const auto& [address, warned] : rows) {
    const auto code =
        parse(R"({"device_code":"d","user_code":"u","verification_uri":")" + std::string(address) + "\"}");
    ASSERT_TRUE(code) << address;
    EXPECT_EQ(code->warnings.size(), warned ? 1U : 0U) << address;
  }
}

TEST(DeviceFlow, TheOtherNameOfTheAddressIsKnownToo) {
  const auto code = parse(R"({"device_code":"d","user_code":"u","verification_url":"https://id.example/x"})");
  ASSERT_TRUE(code);
  EXPECT_EQ(code->verification_uri, "https://id.example/x");
}

TEST(DeviceFlow, AnAnswerThatIsNoneSaysWhatIsWrong) {
  struct row {
    std::string body;
    unsigned status;
    errc code;
    std::string_view part;
  };
  const row rows[] = {
      {"<html>", 200, errc::provider_error, "is a web page"},
      {"{}", 200, errc::provider_error, "has no device_code"},
      {R"({"device_code":"d"})", 200, errc::provider_error, "has no user_code"},
      {R"({"device_code":"d","user_code":"u"})", 200, errc::provider_error, "has no verification_uri"},
      {R"({"device_code":1,"user_code":"u"})", 200, errc::provider_error, "device_code that is no string"},
      {R"({"device_code":"d","user_code":")" + std::string(129, 'x') + "\"}", 200, errc::provider_error,
       "of more than 128"},
      {"not found", 404, errc::provider_error, "answered 404: check its address"},
      {"", 503, errc::temporarily_unavailable, "answered 503"},
      {R"({"error":"server_error"})", 503, errc::temporarily_unavailable, "device authorization endpoint answered 503"},
      {R"({"error":"unauthorized_client"})", 400, errc::provider_error, "does not allow this client"},
      {R"({"error":"invalid_grant"})", 400, errc::login_failed, "no code"},
      {R"({"error":"access_denied"})", 403, errc::access_denied, "no code"},
  };
  for (const row& each : rows) {
    const auto code = parse(each.body, each.status);
    ASSERT_FALSE(code) << each.body;
    EXPECT_EQ(code.error().code, each.code) << each.body;
    EXPECT_THAT(code.error().message, HasSubstr(std::string(each.part)));
  }
}

TEST(DeviceFlow, V6_TheCodeIsKeptAsSentForTheViewToEscape) {
  EXPECT_EQ(
      parse(R"({"device_code":"d","user_code":"A\u001b[2J","verification_uri":"https://id.example/d"})")->user_code,
      "A\x1B[2J");
}

class DevicePollTest : public testing::Test {
 protected:
  static constexpr boot_time start{std::chrono::hours(1)};

  DevicePollTest() {
    code_.expires_in = seconds(600);
    code_.interval = seconds(5);
  }

  static token_failure said(std::string error, token_failure::kind what = token_failure::kind::permanent) {
    return {what, fault(errc::provider_error, "said " + error, "their words"), error};
  }
  static token_failure no_answer(std::optional<seconds> retry_after = std::nullopt) {
    token_failure failure = unreachable(fault(errc::temporarily_unavailable, "no route to id.example"));
    failure.why.retry_after = retry_after;
    return failure;
  }

  device_authorization code_;
};

TEST_F(DevicePollTest, AsksFirstAfterOneInterval) {
  const device_poll poll(code_, start);
  EXPECT_EQ(poll.next(), start + seconds(5));
  EXPECT_FALSE(poll.expired(start + seconds(599)));
  EXPECT_TRUE(poll.expired(start + seconds(600)));
}

TEST_F(DevicePollTest, V2_SlowDownAddsFiveSecondsForGood) {
  device_poll poll(code_, start);
  boot_time now = poll.next();
  EXPECT_FALSE(poll.refused(said("authorization_pending"), now));
  EXPECT_EQ(poll.next(), now + seconds(5));
  EXPECT_FALSE(poll.refused(said("slow_down"), now));
  EXPECT_EQ(poll.next(), now + seconds(10));
  EXPECT_FALSE(poll.refused(said("authorization_pending"), now));
  EXPECT_EQ(poll.next(), now + seconds(10)) << "kept";
  // Some servers say it with 429.
  EXPECT_FALSE(poll.refused(said("slow_down", token_failure::kind::transient), now));
  EXPECT_EQ(poll.next(), now + seconds(15));
  EXPECT_FALSE(poll.trouble());
}

TEST_F(DevicePollTest, V5_NoAnswerDoublesTheWaitAndAnAnswerEndsThat) {
  device_poll poll(code_, start);
  const boot_time now = start + seconds(5);
  for (const int wait : {10, 20, 40, 60, 60}) {
    EXPECT_FALSE(poll.refused(no_answer(), now));
    EXPECT_EQ(poll.next(), now + seconds(wait));
    EXPECT_EQ(poll.trouble(), "no route to id.example");
  }
  EXPECT_FALSE(poll.refused(no_answer(seconds(90)), now));
  EXPECT_EQ(poll.next(), now + seconds(90)) << "Retry-After";
  EXPECT_FALSE(poll.refused(said("authorization_pending"), now));
  EXPECT_EQ(poll.next(), now + seconds(5));
  EXPECT_FALSE(poll.trouble());
}

TEST_F(DevicePollTest, IsNeverDueAfterTheCodesEnd) {
  device_poll poll(code_, start);
  EXPECT_FALSE(poll.refused(no_answer(), start + seconds(595)));
  EXPECT_EQ(poll.next(), start + seconds(600));
  EXPECT_EQ(poll.expiry().code, errc::login_expired);
  EXPECT_THAT(poll.expiry().message, HasSubstr("no route to id.example"));
}

TEST_F(DevicePollTest, EveryOtherRefusalEndsTheLogin) {
  struct row {
    token_failure failure;
    errc code;
  };
  token_failure dead = said("invalid_grant", token_failure::kind::dead_grant);
  dead.why.code = errc::login_required;
  const row rows[] = {{said("expired_token"), errc::login_expired},
                      {said("access_denied"), errc::access_denied},
                      {said("unsupported_grant_type"), errc::provider_error},
                      {dead, errc::login_failed}};
  for (const row& each : rows) {
    device_poll poll(code_, start);
    const auto ended = poll.refused(each.failure, start + seconds(5));
    ASSERT_TRUE(ended) << each.failure.error;
    EXPECT_EQ(ended->code, each.code) << each.failure.error;
  }
}

}  // namespace
}  // namespace latchkey
