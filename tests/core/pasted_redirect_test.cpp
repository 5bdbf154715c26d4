#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/authorize.h"

namespace latchkey {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(PastedRedirect, IsTheRequestThatTheBrowserWouldHaveSent) {
  struct row {
    std::string_view pasted;
    std::string_view host;
    std::string_view target;
  };
  const row rows[] = {
      {"http://127.0.0.1:4711/callback?code=a&state=b", "127.0.0.1:4711", "/callback?code=a&state=b"},
      {"  http://127.0.0.1:4711/callback?code=a&state=b \r\n", "127.0.0.1:4711", "/callback?code=a&state=b"},
      {"http://localhost/cb?code=a#_=_", "localhost", "/cb?code=a"},
      {"http://127.0.0.1:1?code=a", "127.0.0.1:1", "/?code=a"},
      {"http://127.0.0.1:1", "127.0.0.1:1", "/"},
      {"http://u:p@127.0.0.1:1/", "u:p@127.0.0.1:1", "/"},
  };
  for (const row& each : rows) {
    const auto request = pasted_redirect(each.pasted);
    ASSERT_TRUE(request) << each.pasted;
    EXPECT_EQ(request->method, "GET");
    EXPECT_FALSE(request->has_body);
    EXPECT_EQ(request->target, each.target);
    ASSERT_EQ(request->headers.size(), 1U);
    EXPECT_EQ(request->headers[0].name, "Host");
    EXPECT_EQ(request->headers[0].value, each.host);
  }
}

TEST(PastedRedirect, SaysWhatIsWrongWithoutQuotingTheCode) {
  for (const std::string& wrong :
       {std::string(), std::string("code=the-code"), std::string("https://127.0.0.1:1/callback?code=the-code"),
        std::string("ftp://127.0.0.1/?code=the-code"),
        "http://127.0.0.1:1/callback?code=the-code" + std::string(20000, 'x')}) {
    const auto request = pasted_redirect(wrong);
    ASSERT_FALSE(request) << wrong.substr(0, 60);
    EXPECT_EQ(request.error().code, errc::bad_request);
    EXPECT_THAT(request.error().message, HasSubstr("starts with http://"));
    EXPECT_THAT(request.error().message, Not(HasSubstr("the-code")));
  }
}

}  // namespace
}  // namespace latchkey
