#include "cli/table.h"

#include <gtest/gtest.h>

#include <sstream>

#include "cli/text_width.h"

namespace latchkey::cli {
namespace {

constexpr terminal pipe_end{};
terminal plain_terminal(int columns) {
  return {true, columns, false};
}

table accounts() {
  table shown({"ACCOUNT", "STATE", "SCOPES"});
  shown.add({{"work", look::strong}, {"fresh", look::good}, {"openid email profile offline_access"}});
  shown.add({{"a-longer-name"}, {"login required", look::bad}, {"-"}});
  return shown;
}

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, text_width(line));
  return widest;
}

TEST(Table, AlignsColumnsOnATerminal) {
  EXPECT_EQ(accounts().render(plain_terminal(100)),
            "ACCOUNT        STATE           SCOPES\n"
            "work           fresh           openid email profile offline_access\n"
            "a-longer-name  login required  -\n");
}

TEST(Table, GivesProgramsTabsAndNoHeadings) {
  EXPECT_EQ(accounts().render(pipe_end),
            "work\tfresh\topenid email profile offline_access\n"
            "a-longer-name\tlogin required\t-\n");
}

TEST(Table, WrapsTheLastColumnWhereTheTerminalIsTooNarrow) {
  EXPECT_EQ(accounts().render(plain_terminal(60)),
            "ACCOUNT        STATE           SCOPES\n"
            "work           fresh           openid email profile\n"
            "                               offline_access\n"
            "a-longer-name  login required  -\n");
}

TEST(Table, C6_BecomesBlocksOnFortyColumnsAndLosesNothing) {
  const std::string text = accounts().render(plain_terminal(40));
  EXPECT_EQ(text,
            "work\n"
            "  STATE: fresh\n"
            "  SCOPES: openid email profile\n"
            "  offline_access\n"
            "a-longer-name\n"
            "  STATE: login required\n"
            "  SCOPES: -\n");
  EXPECT_LE(widest_line(text), 40U);
}

TEST(Table, FitsEveryWidthThatATerminalCanHave) {
  for (int columns = 20; columns <= 120; ++columns)
    EXPECT_LE(widest_line(accounts().render(plain_terminal(columns))), static_cast<std::size_t>(columns));
}

TEST(Table, ColoursCellsWithoutMovingColumns) {
  const std::string text = accounts().render({true, 100, true});
  EXPECT_NE(text.find("\033[1mwork\033[0m           \033[32mfresh\033[0m           openid"), std::string::npos) << text;
}

TEST(Table, WithoutHeadingsIsAListOfNamesAndValues) {
  table details({"", ""});
  details.add({{"state"}, {"fresh"}});
  details.add({{"client id"}, {"x"}});
  EXPECT_EQ(details.render(plain_terminal(80)), "state      fresh\nclient id  x\n");
  EXPECT_EQ(details.render(pipe_end), "state\tfresh\nclient id\tx\n");
}

TEST(Table, WithoutRowsIsNothing) {
  EXPECT_EQ(table({"A", "B"}).render(plain_terminal(80)), "");
}

TEST(TextWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(text_width("abc"), 3U);
  EXPECT_EQ(text_width("Zürich…"), 7U);
  EXPECT_EQ(text_width("日本"), 4U);
  EXPECT_EQ(text_width("e\xCC\x81"), 1U);
  EXPECT_EQ(text_width("\xFF\xC3"), 2U);
}

TEST(TextWidth, WrapsAtSpacesAndBreaksWordsThatAreTooLong) {
  using lines = std::vector<std::string>;
  EXPECT_EQ(wrap("one two three", 7), (lines{"one two", "three"}));
  EXPECT_EQ(wrap("one  two", 4), (lines{"one", "two"}));
  EXPECT_EQ(wrap("abcdefgh", 3), (lines{"abc", "def", "gh"}));
  EXPECT_EQ(wrap("日本語", 3), (lines{"日", "本", "語"}));
  EXPECT_EQ(wrap("", 5), (lines{""}));
}

TEST(TextWidth, ShortensWithAnEllipsis) {
  EXPECT_EQ(shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(shortened("abcdefg", 6), "abcde…");
  EXPECT_EQ(shortened("abc", 1), "…");
}

}  // namespace
}  // namespace latchkey::cli
