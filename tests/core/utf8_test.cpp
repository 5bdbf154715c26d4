#include "core/utf8.h"

#include <gtest/gtest.h>

namespace latchkey {
namespace {

struct utf8_case {
  std::string_view text;
  bool valid;
};

TEST(Utf8, TakesOneSpellingOfEachCharacterAndNothingElse) {
  const utf8_case cases[] = {
      {"", true},
      {"plain", true},
      {"\x7F", true},
      {"\xC2\x80 \xDF\xBF", true},
      {"\xE0\xA0\x80 \xED\x9F\xBF \xEE\x80\x80 \xEF\xBF\xBF", true},
      {"\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF", true},
      {std::string_view("a\0b", 3), true},
      {"\x80", false},              // a continuation alone
      {"\xC0\x80", false},          // overlong NUL
      {"\xC1\xBF", false},          // overlong
      {"\xE0\x9F\xBF", false},      // overlong
      {"\xF0\x8F\xBF\xBF", false},  // overlong
      {"\xED\xA0\x80", false},      // surrogate
      {"\xED\xBF\xBF", false},      // surrogate
      {"\xF4\x90\x80\x80", false},  // above U+10FFFF
      {"\xF5\x80\x80\x80", false},
      {"\xFF", false},
      {"a\xC2", false},          // cut
      {"a\xE2\x82", false},      // cut
      {"\xE2\x82\x41", false},   // broken in the middle
      {"\xC2\x41 rest", false},  // broken in the middle
  };
  for (const auto& each : cases) EXPECT_EQ(is_utf8(each.text), each.valid) << each.text;
}

TEST(Utf8, GivesTheCodePointAndItsLength) {
  EXPECT_EQ(first_utf8_character("\xE2\x82\xAC!").code_point, 0x20ACU);
  EXPECT_EQ(first_utf8_character("\xE2\x82\xAC!").length, 3U);
  EXPECT_EQ(first_utf8_character("\xF0\x9F\x98\x80").code_point, 0x1F600U);
  EXPECT_EQ(first_utf8_character("A").code_point, 0x41U);
}

}  // namespace
}  // namespace latchkey
