#include "core/bounded_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace latchkey {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

std::string problem_of(std::string_view text, int depth = 4) {
  const auto parsed = parse_bounded_json("the answer", text, depth);
  if (parsed) return "";
  EXPECT_EQ(parsed.error().code, errc::bad_request);
  return parsed.error().message;
}

TEST(BoundedJson, ReadsEveryKindOfValueAsTheLibraryDoes) {
  const std::string_view texts[] = {
      R"({"a":[1,-2,3.5,"x",true,false,null],"b":{"c":{"d":18446744073709551615}},"":[]})",
      R"([{},[],[[]],{"a":1,"b":2},{"a":3}])",
      R"("alone")",
      "null",
      "-0",
      " \t\r\n7 ",
      R"({"\u0061":"\u20ac\u0000"})",
  };
  for (const auto text : texts) {
    const auto parsed = parse_bounded_json("the answer", text, 4);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(*parsed, nlohmann::json::parse(text)) << text;
  }
}

TEST(BoundedJson, T28_SkipsAByteOrderMark) {
  const auto parsed = parse_bounded_json("the answer", "\xEF\xBB\xBF{\"a\":1}", 1);
  ASSERT_TRUE(parsed);
  EXPECT_EQ((*parsed)["a"], 1);
}

TEST(BoundedJson, TakesTheDepthItIsGivenAndNotOneMore) {
  EXPECT_EQ(problem_of(nested(4)), "");
  EXPECT_EQ(problem_of(nested(5)), "the answer nests deeper than allowed (4)");
  EXPECT_EQ(problem_of(R"({"a":1})", 1), "");
  EXPECT_EQ(problem_of(R"({"a":{}})", 1), "the answer nests deeper than allowed (1)");
}

TEST(BoundedJson, T5_StopsAtTheBoundAndReadsNoFurther) {
  EXPECT_THAT(problem_of(nested(100'000)), HasSubstr("nests deeper"));
  EXPECT_THAT(problem_of(std::string(1'000'000, '[')), HasSubstr("nests deeper"));
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_THAT(problem_of(objects), HasSubstr("nests deeper"));
}

TEST(BoundedJson, ClosedBracketsGiveTheirDepthBack) {
  std::string text = "[";
  for (int i = 0; i < 1000; ++i) text += R"([{"a":1}],)";
  EXPECT_EQ(problem_of(text + "1]", 3), "");
}

TEST(BoundedJson, T22_RefusesAKeyTwiceInOneObject) {
  EXPECT_EQ(problem_of(R"({"a":1,"b":2,"a":3})"), "the answer has the key \"a\" twice");
  EXPECT_EQ(problem_of(R"({"x":{"a":1,"\u0061":1}})"), "the answer has the key \"a\" twice");
  EXPECT_EQ(problem_of(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]})"), "");
  EXPECT_EQ(problem_of(R"({"\u001b[31m":1,"\u001b[31m":2})"), "the answer has the key \"\\x1B[31m\" twice");
}

TEST(BoundedJson, T1_T3_SaysWhereItIsNoJsonAndQuotesNothingOfIt) {
  const std::string_view texts[] = {
      "",
      "   ",
      "<html></html>",
      R"({"access_token":"s3cret)",
      R"({"access_token":"s3cret")",
      R"({"access_token":"s3cret",})",
      R"({"access_token":"s3cret"} s3cret)",
      R"({s3cret:1})",
      "{\"access_token\":\"s3cret\xFF\"}",
      R"({"a":NaN})",
      R"({"a":'s3cret'})",
      "[1,2",
      "\xEF\xBB",
      "// s3cret\n{}",
  };
  for (const auto text : texts) {
    EXPECT_THAT(problem_of(text), HasSubstr("the answer is not JSON at byte ")) << text;
    EXPECT_THAT(problem_of(text), Not(HasSubstr("s3cret"))) << text;
  }
}

TEST(BoundedJson, RefusesANumberThatNoDoubleHolds) {
  EXPECT_EQ(problem_of(R"({"a":1e400})"), "the answer holds a number out of range at byte 10");
  EXPECT_EQ(problem_of(R"({"a":1e308})"), "");
}

TEST(BoundedJson, RefusesANulAndWhateverIsBehindIt) {
  EXPECT_EQ(problem_of(std::string_view("{}\0", 3)), "the answer is not JSON at byte 2");
  EXPECT_EQ(problem_of(std::string_view("{}\0{}", 5)), "the answer is not JSON at byte 2");
}

}  // namespace
}  // namespace latchkey
