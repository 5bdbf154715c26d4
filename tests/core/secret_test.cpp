#include "core/secret.h"

#include <gtest/gtest.h>

#include <type_traits>

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

}  // namespace
}  // namespace latchkey
