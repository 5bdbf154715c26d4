#include "cli/exec_credential.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace latchkey::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr const char* v1 = "client.authentication.k8s.io/v1";
constexpr const char* v1beta1 = "client.authentication.k8s.io/v1beta1";

std::string asking_for(const std::string& version) {
  return json{{"apiVersion", version}, {"kind", "ExecCredential"}, {"spec", {{"interactive", false}}}}.dump();
}

TEST(ExecCredential, AnswersInTheVersionThatIsAskedFor) {
  EXPECT_EQ(exec_api_version(asking_for(v1).c_str()).value(), v1);
  EXPECT_EQ(exec_api_version(asking_for(v1beta1).c_str()).value(), v1beta1);
  EXPECT_EQ(exec_api_version(nullptr).value(), v1);
  EXPECT_EQ(exec_api_version("").value(), v1);
}

TEST(ExecCredential, C3_RefusesWhatIsNoExecCredential) {
  for (const std::string& bad :
       std::vector<std::string>{"x", "{", "[]", "null", "{}", "{\"apiVersion\":1,\"kind\":\"ExecCredential\"}",
                                std::string("{\"kind\":\"Pod\",\"apiVersion\":\"") + v1 + "\"}",
                                std::string("{\"apiVersion\":\"") + v1 + "\"}", std::string(100'000, '['), "\xFF"})
    EXPECT_FALSE(exec_api_version(bad.c_str())) << bad.substr(0, 80);
  EXPECT_THAT(exec_api_version(asking_for("client.authentication.k8s.io/v1alpha1").c_str()).error().message,
              HasSubstr("v1alpha1: write client.authentication.k8s.io/v1 "));
  EXPECT_THAT(exec_api_version(asking_for("a\033b\n").c_str()).error().message, HasSubstr("a\\x1Bb\\x0A"));
}

TEST(ExecCredential, HoldsTheTokenAndItsEnd) {
  token given;
  given.access_token = "secret-\"token";
  given.expires_at = 1770091506;
  EXPECT_EQ(json::parse(exec_credential(v1beta1, given)),
            (json{{"apiVersion", v1beta1},
                  {"kind", "ExecCredential"},
                  {"status", {{"token", "secret-\"token"}, {"expirationTimestamp", "2026-02-03T04:05:06Z"}}}}));
  EXPECT_THAT(exec_credential(v1, given), ::testing::EndsWith("}}\n"));
}

TEST(ExecCredential, I17_LeavesAnEndOutThatNoCalendarReaches) {
  token given;
  given.access_token = "t";
  for (const std::optional<std::int64_t> end :
       {std::optional<std::int64_t>(), std::optional<std::int64_t>(0), std::optional<std::int64_t>(253402300800),
        std::optional(std::numeric_limits<std::int64_t>::max()),
        std::optional(std::numeric_limits<std::int64_t>::min())}) {
    given.expires_at = end;
    EXPECT_EQ(json::parse(exec_credential(v1, given))["status"], (json{{"token", "t"}}));
  }
  given.expires_at = 253402300799;
  EXPECT_THAT(exec_credential(v1, given), HasSubstr("9999-12-31T23:59:59Z"));
}

}  // namespace
}  // namespace latchkey::cli
