#include "core/base64.h"

#include <gtest/gtest.h>

namespace latchkey {
namespace {

std::span<const unsigned char> bytes(std::string_view text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

struct vector_case {
  std::string_view plain, standard, url;
};

constexpr vector_case vectors[] = {
    {"", "", ""},
    {"f", "Zg==", "Zg"},
    {"fo", "Zm8=", "Zm8"},
    {"foo", "Zm9v", "Zm9v"},
    {"foob", "Zm9vYg==", "Zm9vYg"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
    {"\xFB\xFF\xFE", "+//+", "-__-"},
    {std::string_view("\0\0", 2), "AAA=", "AAA"},
};

TEST(Base64, WritesAndReadsTheVectorsOfTheRfc) {
  for (const auto& each : vectors) {
    EXPECT_EQ(base64_encode(bytes(each.plain)), each.standard);
    EXPECT_EQ(base64url_encode(bytes(each.plain)), each.url);
    const auto standard = base64_decode("value", each.standard);
    ASSERT_TRUE(standard) << each.standard;
    EXPECT_EQ(*standard, each.plain);
    const auto url = base64url_decode("value", each.url);
    ASSERT_TRUE(url) << each.url;
    EXPECT_EQ(*url, each.plain);
  }
}

TEST(Base64, EveryByteAndEveryLengthComesBack) {
  std::string plain;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(*base64_decode("value", base64_encode(bytes(plain))), plain);
    EXPECT_EQ(*base64url_decode("value", base64url_encode(bytes(plain))), plain);
    plain.push_back(static_cast<char>(i * 7));
  }
}

TEST(Base64, StandardRefusesAllButWholePaddedGroups) {
  for (const std::string_view text : {"Zg", "Zg=", "Zg===", "Z", "Zm9v\n", " Zm9v", "Zm 9v", "-__-",
                                      "Zh==", "Zm9=", "====", "Zg==Zg==", "Zm9v=", "Zm9\xFF", "=Zm9"}) {
    const auto decoded = base64_decode("the client secret", text);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error().code, errc::bad_request);
    EXPECT_EQ(decoded.error().message, "the client secret is not base64");
  }
}

TEST(Base64, O11_UrlSafeRefusesPaddingForeignCharactersAndStrayBits) {
  for (const std::string_view text :
       {"Zg==", "Zm8=", "+//+", "Z", "Zm9vZ", "Zh", "Zm9", "Zm9v\n", "Zm 9v", "Zm9v.", "\xC3\xA9"}) {
    const auto decoded = base64url_decode("the signature", text);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error().code, errc::bad_request);
    EXPECT_EQ(decoded.error().message, "the signature is not base64url without padding");
  }
}

}  // namespace
}  // namespace latchkey
