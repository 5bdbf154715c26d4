#include "cli/sasl_response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey::cli {
namespace {

using ::testing::HasSubstr;

sasl_identity person(const std::string& user, const std::string& host = {}, std::optional<std::uint16_t> port = {}) {
  return {user, host, port};
}

TEST(SaslResponse, Xoauth2IsUserAndToken) {
  EXPECT_EQ(xoauth2_response(person("ann@example.com"), "T").value(),
            "user=ann@example.com\x01"
            "auth=Bearer T\x01\x01");
}

TEST(SaslResponse, OauthbearerIsAsTheExampleOfRfc7628) {
  EXPECT_EQ(oauthbearer_response(person("user@example.com", "server.example.com", 143),
                                 "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==")
                .value(),
            "n,a=user@example.com,\x01host=server.example.com\x01port=143\x01"
            "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01");
}

TEST(SaslResponse, OauthbearerLeavesOutWhatIsNotKnownAndEscapesTheUser) {
  EXPECT_EQ(oauthbearer_response(person("a,b=c"), "T").value(),
            "n,a=a=2Cb=3Dc,\x01"
            "auth=Bearer T\x01\x01");
}

TEST(SaslResponse, C3_RefusesAUserOrHostThatCouldAddFields) {
  for (const std::string bad : {"a\x01host=evil", "a\nb", "a\rb", "\x7F", "\033[2J"}) {
    EXPECT_THAT(xoauth2_response(person(bad), "T").error().message, HasSubstr("holds a control character"));
    EXPECT_THAT(oauthbearer_response(person(bad), "T").error().message, HasSubstr("holds a control character"));
    EXPECT_FALSE(oauthbearer_response(person("ann", bad), "T"));
  }
  EXPECT_FALSE(xoauth2_response(person(std::string("a\0b", 3)), "T"));
  EXPECT_THAT(xoauth2_response(person(""), "T").error().message, HasSubstr("--user is empty"));
}

TEST(SaslResponse, TakesAUserOfAnyLanguage) {
  EXPECT_TRUE(xoauth2_response(person("jürgen@beispiel.example"), "T"));
}

}  // namespace
}  // namespace latchkey::cli
