#include "core/secret.h"

#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include <vector>

#include <type_traits>

#include "core/limits.h"

namespace latchkey {
namespace {

static_assert(!std::is_copy_constructible_v<secret> && !std::is_copy_assignable_v<secret>);
static_assert(!std::is_convertible_v<secret, std::string_view> && !std::is_convertible_v<std::string, secret>);

TEST(Secret, GivesItsBytesBackOnlyByName) {
  const secret value("s3cret");
  EXPECT_EQ(value.reveal(), "s3cret");
  EXPECT_EQ(value.size(), 6U);
  EXPECT_FALSE(value.empty());
}

TEST(Secret, EmptyIsTheDefault) {
  const secret value;
  EXPECT_TRUE(value.empty());
  EXPECT_EQ(value.reveal(), "");
  EXPECT_EQ(value, secret(""));
}

TEST(Secret, MovedFromIsEmpty) {
  secret first("abc");
  secret second(std::move(first));
  EXPECT_EQ(second.reveal(), "abc");
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): that is the promise
  secret third("xyz");
  third = std::move(second);
  EXPECT_EQ(third.reveal(), "abc");
  EXPECT_TRUE(second.empty());  // NOLINT(bugprone-use-after-move)
}

TEST(Secret, SelfMoveKeepsTheBytes) {
  secret value("abc");
  secret& same = value;
  value = std::move(same);
  EXPECT_EQ(value.reveal(), "abc");
}

TEST(Secret, TakeWipesItsSource) {
  std::string source = "a long enough string to live on the heap, and then some";
  const char* const bytes = source.data();
  const std::size_t length = source.size();
  const secret taken = secret::take(std::move(source));
  EXPECT_EQ(taken.size(), length);
  EXPECT_TRUE(source.empty());  // NOLINT(bugprone-use-after-move): that is the promise
  EXPECT_EQ(std::string(bytes, length), std::string(length, '\0'));
}

TEST(Secret, WipeReachesTheShortStringBuffer) {
  std::string text = "short";
  const char* const bytes = text.data();
  wipe(text);
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(std::string(bytes, 5), std::string(5, '\0'));
}

TEST(Secret, ComparesByContent) {
  EXPECT_EQ(secret("abc"), secret("abc"));
  EXPECT_FALSE(secret("abc") == secret("abd"));
  EXPECT_FALSE(secret("abc") == secret("ab"));
  EXPECT_EQ(secret("abc").clone(), secret("abc"));
}

TEST(Secret, P1_AnEchoIsSeenEvenWhereItWasCut) {
  const secret token("0123456789abcdef-and-more");
  EXPECT_TRUE(repeats("bad token 0123456789abcdef-and-more", token));
  EXPECT_TRUE(repeats("bad token 0123456789abcdef…", token));
  EXPECT_FALSE(repeats("bad token 0123456789abcde…", token));
  EXPECT_FALSE(repeats("anything", secret()));
}

bool in_secure_heap(const secret& value) {
  return CRYPTO_secure_allocated(value.reveal().data()) == 1;
}

TEST(Secret, LiesInTheSecureHeapWhereThereIsOneAndElsewhereOnceThatIsFull) {
  const secret before("made before there was one");
  EXPECT_FALSE(in_secure_heap(before));
  ASSERT_NE(CRYPTO_secure_malloc_init(limits::secure_heap, limits::secure_heap_smallest), 0);
  {
    secret first("a token");
    EXPECT_TRUE(in_secure_heap(first));
    EXPECT_TRUE(in_secure_heap(first.clone()));
    const secret moved = std::move(first);
    EXPECT_TRUE(in_secure_heap(moved));
    const std::string big(limits::token_bytes, 'x');
    std::vector<secret> many;
    do many.emplace_back(big);
    while (in_secure_heap(many.back()));
    EXPECT_EQ(many.back().reveal(), big);
    void* const of_openssl = OPENSSL_secure_malloc(limits::secure_heap_reserve / 2);
    EXPECT_EQ(CRYPTO_secure_allocated(of_openssl), 1) << "no room is left for OpenSSL's own keys";
    OPENSSL_secure_free(of_openssl);
  }
  EXPECT_EQ(CRYPTO_secure_used(), 0U) << "not all was given back";
  EXPECT_EQ(CRYPTO_secure_malloc_done(), 1);
  EXPECT_EQ(before.reveal(), "made before there was one");
}

}  // namespace
}  // namespace latchkey
