#include "ipc/messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "core/bounded_json.h"
#include "core/limits.h"

namespace latchkey::ipc {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

struct bad_call {
  std::string text;
  const char* problem;
};

TEST(GetTokenCall, I14_I16_I17_RefusesOddValuesByName) {
  const bad_call table[] = {
      {R"({"account":""})", "account: must have 1 to 64 bytes"},
      {R"({"account":")" + std::string(10'240, 'a') + "\"}", "account: must have 1 to 64 bytes"},
      {R"({"account":"a\u0000b"})", "account: holds control characters or is not UTF-8"},
      {R"({"account":"a\nb"})", "account: holds control characters or is not UTF-8"},
      {R"({"account":"a\u202eb"})", "account: holds control characters or is not UTF-8"},
      {R"({"account":7})", "account: must be a string"},
      {R"({"account":"a","min_valid":-1})", "min_valid: must be from 0 to 316224000"},
      {R"({"account":"a","min_valid":316224001})", "min_valid: must be from 0 to 316224000"},
      {R"({"account":"a","min_valid":1.5})", "min_valid: must be a whole number"},
      {R"({"account":"a","min_valid":1e3})", "min_valid: must be a whole number"},
      {R"({"account":"a","min_valid":-0.0})", "min_valid: must be a whole number"},
      {R"({"account":"a","min_valid":"NaN"})", "min_valid: must be a whole number"},
      {R"({"account":"a","min_valid":true})", "min_valid: must be a whole number"},
      {R"({"account":"a","stale_generation":-1})", "stale_generation: must be from 0 to 9223372036854775807"},
      {R"({"account":"a","stale_generation":9223372036854775808})", "stale_generation: is out of range"},
      {R"({"account":"a","stale_generation":18446744073709551616})", "stale_generation: must be a whole number"},
      {R"({"account":"a","scopes":"read"})", "scopes: must be an array of strings"},
      {R"({"account":"a","scopes":[1]})", "scopes: must be an array of strings"},
      {R"({"account":"a","scopes":["re\tad"]})", "scopes: holds control characters or is not UTF-8"},
      {R"({"account":"a","\u001b[31m":1})", R"(\x1B[31m: is not known to this daemon)"},
  };
  for (const bad_call& row : table) {
    const auto read = decode_get_token_call(json::parse(row.text));
    ASSERT_TRUE(read.has_error()) << row.text;
    EXPECT_EQ(read.error().code, errc::bad_request);
    EXPECT_EQ(read.error().message, row.problem) << row.text;
  }
}

TEST(GetTokenCall, I16_RefusesInvalidUtf8EvenPastTheParser) {
  for (const char* bytes : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "a\x80"}) {
    json call = json::object();
    call["account"] = bytes;
    EXPECT_TRUE(decode_get_token_call(call).has_error());
  }
}

TEST(GetTokenCall, I17_ReadsTheEdgesOfItsNumbers) {
  const auto read = decode_get_token_call(
      json::parse(R"({"account":"a","min_valid":-0,"stale_generation":9223372036854775807,"scopes":[]})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->min_valid, 0);
  EXPECT_EQ(read->stale_generation, INT64_MAX);
  EXPECT_EQ(read->scopes, std::vector<std::string>());
}

TEST(LoginCall, TakesOnlyTheFlowsThereAre) {
  EXPECT_EQ(decode_login_call(json::parse(R"({"account":"a","flow":"phone"})")).error().message,
            "flow: must be one of browser, device, url");
}

TEST(LoginCall, ToAcceptAnotherUserHasToBeSaid) {
  EXPECT_EQ(decode_login_call(json::parse(R"({"account":"a","flow":"url"})"))->accept_other_user, std::nullopt);
  EXPECT_EQ(
      decode_login_call(json::parse(R"({"account":"a","flow":"url","accept_other_user":true})"))->accept_other_user,
      true);
  EXPECT_TRUE(decode_login_call(json::parse(R"({"account":"a","flow":"url","accept_other_user":"yes"})")).has_error());
}

TEST(NewAccount, NamesMembersInside) {
  const auto problem = [](std::string_view text) {
    const auto read = decode_new_account(json::parse(text));
    return read ? std::string() : read.error().message;
  };
  EXPECT_EQ(problem(R"({"account":{"name":"a"}})"), "account.client_id: is missing");
  EXPECT_EQ(problem(R"({"account":[]})"), "account: must be an object");
  EXPECT_EQ(problem(R"({"account":{"name":"a","client_id":"c","authorize_parameters":{"k":1}}})"),
            "account.authorize_parameters: must be an object of strings");
  EXPECT_EQ(problem(R"({"account":{"name":"a","client_id":"c","authorize_parameters":{"k\n":"v"}}})"),
            "account.authorize_parameters: holds control characters or is not UTF-8");
  EXPECT_EQ(problem(R"({"account":{"name":"a","client_id":"c","client_authentication":"tls"}})"),
            "account.client_authentication: must be one of none, client_secret_basic, client_secret_post");
  EXPECT_EQ(problem(R"({"account":{"name":"a","client_id":"c","colour":"red"}})"),
            "account.colour: is not known to this daemon");
}

TEST(NewAccount, NeverQuotesTheSecret) {
  const auto read =
      decode_new_account(json::parse(R"({"account":{"name":"a","client_id":"c","client_secret":"hunter2\n"}})"));
  ASSERT_TRUE(read.has_error());
  EXPECT_EQ(read.error().message, "account.client_secret: holds control characters");
}

TEST(Messages, RefuseParametersThatAreNoObject) {
  for (const json& parameters : {json(nullptr), json(7), json("text"), json::array()}) {
    EXPECT_EQ(decode_get_token_call(parameters).error().message, "parameters: must be an object");
    EXPECT_EQ(decode_nothing(parameters).error().message, "parameters: must be an object");
    EXPECT_TRUE(decode_status_reply(parameters).has_error());
  }
}

TEST(Replies, MayHoldChoicesOfANewerDaemon) {
  const auto read = decode_login_step(json::parse(R"({"step":{"state":"waiting_for_the_moon"}})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->state, "waiting_for_the_moon");
}

TEST(Faults, ReadTheErrorsOfTheProtocol) {
  const auto read = [](const char* name, const char* parameters) {
    return decode_fault(std::string("org.varlink.service.") + name, json::parse(parameters));
  };
  EXPECT_EQ(read("InvalidParameter", R"({"parameter":"account"})").code, errc::bad_request);
  EXPECT_THAT(read("InvalidParameter", R"({"parameter":"account"})").message, HasSubstr("the parameter account"));
  EXPECT_THAT(read("MethodNotFound", R"({"method":"io.latchkey.Broker.New"})").message,
              HasSubstr("does not know io.latchkey.Broker.New: it is older than this program"));
  EXPECT_EQ(read("PermissionDenied", "{}").code, errc::access_denied);
  EXPECT_EQ(read("SomethingNew", "[]").code, errc::bad_request);
}

TEST(Faults, MakeWhatIsShownSafe) {
  const fault read =
      decode_fault("io.latchkey.Broker.LoginRequired",
                   json::parse(R"({"message":"a\u001b[2Jb","provider_text":"c\nd","missing_scopes":["e\rf",7]})"));
  EXPECT_EQ(read.message, R"(a\x1B[2Jb)");
  EXPECT_EQ(read.provider_text, R"(c\x0Ad)");
  EXPECT_EQ(read.missing_scopes, std::vector<std::string>{R"(e\x0Df)"});
}

TEST(Faults, ATimeToWaitCanBeAddedToAnyTime) {
  const auto told = [](const char* number) {
    const std::string parameters = std::string(R"({"message":"x","retry_after":)") + number + "}";
    return decode_fault("io.latchkey.Broker.TemporarilyUnavailable", json::parse(parameters)).retry_after;
  };
  using std::chrono::seconds;
  EXPECT_EQ(told("0"), seconds(0));
  EXPECT_EQ(told("3900"), seconds(3900));
  EXPECT_EQ(told("-1"), seconds(0));
  EXPECT_EQ(told("-9223372036854775808"), seconds(0));
  for (const char* endless : {"9223372036854775807", "18446744073709551615", "86401"})
    EXPECT_EQ(told(endless), seconds(86400)) << endless;
  for (const char* nonsense : {"1e300", "null", "\"7\"", "[]"}) EXPECT_EQ(told(nonsense), std::nullopt) << nonsense;
}

TEST(Faults, ReadNonsenseAsABug) {
  for (const char* name : {"", "Nonsense", "io.latchkey.Broker.Nonsense", "com.example.LoginRequired"}) {
    const fault read = decode_fault(name, json::parse("7"));
    EXPECT_EQ(read.code, errc::internal) << name;
    EXPECT_THAT(read.message, HasSubstr("answered with the error")) << name;
  }
}

}  // namespace
}  // namespace latchkey::ipc
