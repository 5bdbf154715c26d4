#include "ipc/fast_api_key_messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace latchkey::ipc {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

template <class T>
std::string problem(result<T> (*read)(const json&), std::string_view text) {
  const auto decoded = read(json::parse(text));
  if (decoded) return "";
  EXPECT_EQ(decoded.error().code, errc::bad_request);
  return decoded.error().message;
}

TEST(CreateFastApiKeyCall, RefusesOddValuesByName) {
  struct row {
    const char* text;
    const char* problem;
  };
  const row rows[] = {
      {R"({"account":"a","key":{"name":"k"},"reveal":false})", ""},
      {R"({"account":"a","key":{"name":"k"}})", "reveal: is missing"},
      {R"({"account":"a","reveal":true})", "key: is missing"},
      {R"({"account":"a","key":[],"reveal":true})", "key: must be an object"},
      {R"({"account":"","key":{"name":"k"},"reveal":true})", "account: must have 1 to 64 bytes"},
      {R"({"account":"a","key":{},"reveal":true})", "key.name: is missing"},
      {R"({"account":"a","key":{"name":"k\u202e"},"reveal":true})",
       "key.name: holds control characters or is not UTF-8"},
      {R"({"account":"a","key":{"name":"k","permissions":{"a":true}},"reveal":true})",
       "key.permissions: must be an array of strings"},
      {R"({"account":"a","key":{"name":"k","ip_allowlist":["\u0000"]},"reveal":true})",
       "key.ip_allowlist: holds control characters or is not UTF-8"},
      {R"({"account":"a","key":{"name":"k","nonce_window":-1},"reveal":true})",
       "key.nonce_window: must be from 0 to 9223372036854775807"},
      {R"({"account":"a","key":{"name":"k","valid_until":1.5},"reveal":true})",
       "key.valid_until: must be a whole number"},
      {R"({"account":"a","key":{"name":"k","query_from":9223372036854775808},"reveal":true})",
       "key.query_from: is out of range"},
      {R"({"account":"a","key":{"name":"k","colour":"red"},"reveal":true})", "key.colour: is not known to this daemon"},
      {R"({"account":"a","key":{"name":"k"},"reveal":"yes"})", "reveal: must be true or false"},
  };
  for (const row& each : rows)
    EXPECT_EQ(problem(decode_create_fast_api_key_call, each.text), each.problem) << each.text;
}

TEST(CreateFastApiKeyReply, HoldsASecretOnlyWhereThereIsOne) {
  create_fast_api_key_reply reply;
  EXPECT_FALSE(encode(reply).contains("secret"));
  reply.key_secret = secret("c2VjcmV0");
  EXPECT_EQ(encode(reply).at("secret"), "c2VjcmV0");
  EXPECT_EQ(decode_create_fast_api_key_reply(encode(reply))->key_secret, secret("c2VjcmV0"));
}

TEST(CreateFastApiKeyReply, NeverQuotesTheSecret) {
  json parameters = encode(create_fast_api_key_reply());
  parameters["secret"] = "hunter2\n";
  const auto read = decode_create_fast_api_key_reply(parameters);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, Not(HasSubstr("hunter2")));
}

TEST(CallExchangeCall, RefusesOddValuesByNameAndNeverQuotesAField) {
  struct row {
    const char* text;
    const char* problem;
  };
  const row rows[] = {
      {R"({"account":"a","key":"k","method":"Balance"})", ""},
      {R"({"account":"a","key":"k","method":"Balance","fields":null})", ""},
      {R"({"account":"a","method":"Balance"})", "key: is missing"},
      {R"({"account":"a","key":"k"})", "method: is missing"},
      {R"({"account":"a","key":"k","method":"Balance","fields":{"otp":"hunter2\n"}})",
       "fields: holds control characters or is not UTF-8"},
      {R"({"account":"a","key":"k","method":"Balance","fields":{"otp":7}})", "fields: must be an object of strings"},
      {R"({"account":"a","key":"k","method":"Balance","fields":["otp"]})", "fields: must be an object of strings"},
      {R"({"account":"a","key":"k","method":"Balance","nonce":"1"})", "nonce: is not known to this daemon"},
  };
  for (const row& each : rows) EXPECT_EQ(problem(decode_call_exchange_call, each.text), each.problem) << each.text;
}

TEST(FastApiKeyCalls, NameTheKey) {
  EXPECT_EQ(problem(decode_delete_fast_api_key_call, R"({"account":"a"})"), "name: is missing");
  EXPECT_EQ(problem(decode_delete_fast_api_key_call, R"({"account":"a","name":"\u001b"})"),
            "name: holds control characters or is not UTF-8");
  EXPECT_EQ(problem(decode_update_fast_api_key_call, R"({"account":"a","key":{"name":"k"},"reveal":true})"),
            "reveal: is not known to this daemon");
}

TEST(UserInfoReply, KeepsEveryNameAndValue) {
  const std::map<std::string, std::string> fields{{"", "empty"}, {"a.b", ""}, {"sub", "248"}};
  EXPECT_EQ(decode_user_info(encode_user_info(fields)).value(), fields);
  EXPECT_TRUE(decode_user_info(encode_user_info({})).value().empty());
  EXPECT_FALSE(decode_user_info(json::parse(R"({"fields":{"sub":"248"}})")));
  EXPECT_FALSE(decode_user_info(json::parse(R"({"fields":[{"name":"sub"}]})")));
}

TEST(FastApiKeysReply, MayHoldMembersOfANewerDaemon) {
  const auto keys = decode_fast_api_keys(json::parse(
      R"({"keys":[{"name":"a","id":"","api_key":"p","permissions":[],"ip_allowlist":[],"stored":true,"moon":1}]})"));
  ASSERT_TRUE(keys);
  EXPECT_TRUE(keys->at(0).stored);
}

}  // namespace
}  // namespace latchkey::ipc
