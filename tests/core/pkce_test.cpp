#include "core/pkce.h"

#include <gtest/gtest.h>

namespace latchkey {
namespace {

// RFC 7636 appendix B.
constexpr random_bytes appendix_b{116, 24,  223, 180, 151, 153, 224, 37,  79, 250, 96, 125, 216, 173, 187, 186,
                                  22,  212, 37,  77,  105, 214, 191, 240, 91, 88,  5,  88,  83,  132, 141, 121};

TEST(Pkce, MakesTheVerifierAndChallengeOfTheRfc) {
  const secret verifier = random_token(appendix_b);
  EXPECT_EQ(verifier, secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
  EXPECT_EQ(code_challenge_s256(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(Pkce, AnyBytesGive43UnreservedCharacters) {
  for (const char fill : {'\x00', '\x7F', '\xFB', '\xFF'}) {
    random_bytes bytes;
    bytes.fill(static_cast<unsigned char>(fill));
    const secret token = random_token(bytes);
    EXPECT_EQ(token.size(), 43U);
    EXPECT_EQ(token.reveal().find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"),
              std::string_view::npos);
  }
}

}  // namespace
}  // namespace latchkey
