#include "tests/sandbox/encoding.h"

#include <gtest/gtest.h>

namespace latchkey::sandbox {
namespace {

TEST(SandboxEncoding, FormsAreDecodedOnce) {
  const auto form = parameters::parse("a=1+2&b=%2B%26&c=&d&e=%252B");
  ASSERT_TRUE(form);
  EXPECT_EQ((*form)["a"], "1 2");
  EXPECT_EQ((*form)["b"], "+&");
  EXPECT_EQ((*form)["c"], "");
  EXPECT_EQ((*form)["d"], "");
  EXPECT_EQ((*form)["e"], "%2B");
  EXPECT_EQ((*form)["missing"], "");
  EXPECT_FALSE(parameters::parse("a=1&a=1"));
  EXPECT_FALSE(parameters::parse("a=%z1"));
}

TEST(SandboxEncoding, BasicIsFormDecodedAfterBase64) {
  const auto plain = basic_credentials("Basic ZGVtby1jbGllbnQ6");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->id, "demo-client");
  EXPECT_EQ(plain->password, "");
  const auto encoded = basic_credentials("basic YSUzQWI6cCsxJTI1");  // a%3Ab:p+1%25
  ASSERT_TRUE(encoded);
  EXPECT_EQ(encoded->id, "a:b");
  EXPECT_EQ(encoded->password, "p 1%");
}

TEST(SandboxEncoding, S256MatchesTheStandardsExample) {
  EXPECT_EQ(s256_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");  // RFC 7636 appendix B
}

TEST(SandboxEncoding, RedirectsKeepTheirOwnQuery) {
  EXPECT_EQ(with_parameters("http://127.0.0.1:1/cb?a=b", {{"code", "x y&z"}}),
            "http://127.0.0.1:1/cb?a=b&code=x%20y%26z");
}

}  // namespace
}  // namespace latchkey::sandbox
