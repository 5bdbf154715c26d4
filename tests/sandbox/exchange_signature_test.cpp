#include "tests/sandbox/exchange_signature.h"

#include <gtest/gtest.h>

namespace latchkey::sandbox {
namespace {

constexpr auto published_secret =
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";
constexpr signed_call published{"/0/private/AddOrder", "1616492376594",
                                "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25"};

TEST(ExchangeSignature, IsThePublishedOneOfThePublishedExample) {
  EXPECT_EQ(exchange_signature(published_secret, published),
            "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==");
}

TEST(ExchangeSignature, DependsOnPathNonceAndBody) {
  const auto right = exchange_signature(published_secret, published);
  for (const signed_call& other : {signed_call{"/0/private/Balance", published.nonce, published.body},
                                   signed_call{published.path, "1616492376595", published.body},
                                   signed_call{published.path, published.nonce, "nonce=1616492376594"}}) {
    EXPECT_NE(exchange_signature(published_secret, other), right) << other.path << other.nonce << other.body;
  }
}

TEST(ExchangeSignature, ThereIsNoneWithoutAKey) {
  EXPECT_FALSE(exchange_signature("not base64!", published));
}

}  // namespace
}  // namespace latchkey::sandbox
