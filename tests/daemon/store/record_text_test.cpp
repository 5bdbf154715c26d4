#include "daemon/adapters/record_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey {
namespace {

using ::testing::HasSubstr;

TEST(RecordText, GivesBackEveryValueWithItsVersion) {
  using namespace std::string_view_literals;
  for (const std::string_view value : {""sv, "{}"sv, "a\nb\n"sv, "nul\0 \xFF"sv, "latchkey-record-1 9\n"sv}) {
    const secret text = format_record(secret(value), 42);
    const auto record = parse_record("it", text.reveal());
    ASSERT_TRUE(record) << value;
    EXPECT_EQ(record->value, secret(value));
    EXPECT_EQ(record->version, 42U);
  }
}

TEST(RecordText, S5_NonsenseIsRefusedAndNamed) {
  for (const std::string_view text :
       {"", "hunter2", "latchkey-record-1 ", "latchkey-record-1 5", "latchkey-record-1 0\nx", "latchkey-record-1 -1\nx",
        "latchkey-record-1 5 \nx", "latchkey-record-1 18446744073709551616\nx", "latchkey-record-1\n5\nx",
        "latchkey-record-1 \nx", " latchkey-record-1 5\nx"}) {
    const auto record = parse_record("the item X", text);
    ASSERT_FALSE(record) << text;
    EXPECT_EQ(record.error().code, errc::internal);
    EXPECT_THAT(record.error().message, HasSubstr("the item X holds something"));
  }
}

TEST(RecordText, S12_ANewerFormatIsToldFromNonsense) {
  const auto record = parse_record("the item X", "latchkey-record-2 5\nx");
  ASSERT_FALSE(record);
  EXPECT_THAT(record.error().message, HasSubstr("newer Latchkey"));
}

TEST(RecordText, ASaveIsAllowedOnceAndRepeatedOnlyWithTheSameValue) {
  struct {
    record_version stored;
    std::string_view value;
    record_version expected;
    bool allowed;
  } const cases[] = {
      {0, "", 0, true},     {3, "old", 3, true},  {3, "old", 2, false}, {3, "new", 2, true},
      {3, "old", 4, false}, {4, "new", 2, false}, {0, "", 1, false},
  };
  for (const auto& each : cases) {
    const stored_record stored{secret(each.value), each.stored};
    EXPECT_EQ(may_save(stored, secret("new"), each.expected), each.allowed) << each.stored << " " << each.expected;
  }
}

}  // namespace
}  // namespace latchkey
