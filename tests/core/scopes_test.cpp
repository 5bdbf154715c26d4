#include "core/scopes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Scopes, SplitsAtSpacesKeepsTheOrderAndDropsDoubles) {
  EXPECT_THAT(*parse_scopes("b a b c a"), ElementsAre("b", "a", "c"));
  EXPECT_THAT(*parse_scopes("  a   b "), ElementsAre("a", "b"));
  EXPECT_THAT(*parse_scopes(""), IsEmpty());
  EXPECT_THAT(*parse_scopes("   "), IsEmpty());
  EXPECT_THAT(*parse_scopes("read Read"), ElementsAre("read", "Read"));
  EXPECT_THAT(*parse_scopes("account.info:basic https://example.com/auth/x !#[]~,'"),
              ElementsAre("account.info:basic", "https://example.com/auth/x", "!#[]~,'"));
}

TEST(Scopes, RefusesWhatNoScopeMayHold) {
  for (const std::string_view text :
       {std::string_view("a b\"c"), std::string_view("a\\b"), std::string_view("a\tb"), std::string_view("a\r\nb"),
        std::string_view("caf\xC3\xA9"), std::string_view("\x7F"), std::string_view("a\0b", 3)}) {
    const auto scopes = parse_scopes(text);
    ASSERT_FALSE(scopes) << text;
    EXPECT_EQ(scopes.error().code, errc::bad_request);
  }
  EXPECT_THAT(parse_scopes("good b\x1B[31m").error().message, HasSubstr("the scope b\\x1B[31m holds"));
}

TEST(Scopes, JoinsWithOneSpace) {
  EXPECT_EQ(join_scopes({"a", "b", "c"}), "a b c");
  EXPECT_EQ(join_scopes({}), "");
}

TEST(Scopes, MissingAreThoseNotGrantedInTheOrderAsked) {
  EXPECT_THAT(missing_scopes({"a", "c"}, {"d", "c", "b"}), ElementsAre("d", "b"));
  EXPECT_THAT(missing_scopes({"a", "b"}, {"b", "a"}), IsEmpty());
  EXPECT_THAT(missing_scopes({"Read"}, {"read"}), ElementsAre("read"));
}

TEST(Scopes, UnionPutsTheNewOnesLastAndOnce) {
  EXPECT_THAT(union_scopes({"a", "b"}, {"c", "b", "c"}), ElementsAre("a", "b", "c"));
  EXPECT_THAT(union_scopes({}, {"a"}), ElementsAre("a"));
}

}  // namespace
}  // namespace latchkey
