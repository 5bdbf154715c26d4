#include "core/error.h"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

namespace latchkey {
namespace {

TEST(ErrorTable, EveryNameIsThereOnceAndFindsItsCode) {
  std::set<std::string_view> names;
  for (const error_info& row : error_table()) {
    EXPECT_TRUE(names.insert(row.wire_name).second) << row.wire_name;
    EXPECT_EQ(errc_from_wire_name(row.wire_name), row.code);
    EXPECT_EQ(&info(row.code), &row);
    EXPECT_GT(row.exit_code, 0);
  }
  EXPECT_FALSE(errc_from_wire_name("NoSuchError"));
}

TEST(ErrorTable, ExitCodesAreThoseOfTheManual) {
  EXPECT_EQ(info(errc::bad_request).exit_code, 2);
  EXPECT_EQ(info(errc::login_required).exit_code, 3);
  EXPECT_EQ(info(errc::access_denied).exit_code, 4);
  EXPECT_EQ(info(errc::consent_pending).exit_code, 4);
  EXPECT_EQ(info(errc::temporarily_unavailable).exit_code, 5);
  EXPECT_EQ(info(errc::no_daemon).exit_code, 6);
  EXPECT_EQ(info(errc::store_locked).exit_code, 7);
}

struct printable_case {
  std::string_view text;
  std::string_view shown;
};

TEST(Printable, LeavesTextAloneAndEscapesWhatCouldHideOrReorderIt) {
  const printable_case cases[] = {
      {"plain text", "plain text"},
      {"Zürich €", "Zürich €"},
      {"a\r\nb", "a\\x0D\\x0Ab"},
      {"\x1B[31mred", "\\x1B[31mred"},
      {std::string_view("nul\0!", 5), "nul\\x00!"},
      {"\x7F", "\\x7F"},
      {"\xFF\xC0\x80", "\\xFF\\xC0\\x80"},
      {"cut \xE2\x82", "cut \\xE2\\x82"},
      {"\xED\xA0\x80", "\\xED\\xA0\\x80"},
      {"\xC2\x9B"
       "1m",
       "\\u{009B}1m"},
      {"\xE2\x80\xAE"
       "gpj",
       "\\u{202E}gpj"},
      {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
      {"\xF4\x90\x80\x80", "\\xF4\\x90\\x80\\x80"},
      {"\xF0\x80\x80\x80", "\\xF0\\x80\\x80\\x80"},
  };
  for (const auto& each : cases) EXPECT_EQ(printable(each.text), each.shown);
}

TEST(Printable, CutsAtTheLimitBetweenCharacters) {
  EXPECT_EQ(printable("abcdef", 3), "abc…");
  EXPECT_EQ(printable("ab€", 4), "ab…");
  EXPECT_EQ(printable("abc", 3), "abc");
}

TEST(Result, AnUncheckedFaultIsABugAndSaysWhere) {
  const result<int> failed = fault(errc::internal, "broken");
  EXPECT_THROW((void)failed.value(), std::logic_error);
}

}  // namespace
}  // namespace latchkey
