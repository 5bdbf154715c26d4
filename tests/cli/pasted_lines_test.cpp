#include "cli/pasted_lines.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace latchkey::cli {
namespace {

using found = pasted_lines::found;

// Lines as they come; "!" for one too long, "$" for Ctrl-D.
std::vector<std::string> lines_in(input_source source, std::string_view bytes) {
  pasted_lines lines(source);
  std::vector<std::string> all;
  const auto keep = [&](found what) {
    if (what == found::line) all.push_back(lines.text());
    if (what == found::line_too_long) all.emplace_back("!");
    if (what == found::end) all.emplace_back("$");
  };
  for (const char byte : bytes) keep(lines.add(byte));
  keep(lines.add_end());
  return all;
}

using texts = std::vector<std::string>;

TEST(PastedLines, GivesEachLineThatIsNotEmpty) {
  struct row {
    std::string_view bytes;
    texts lines;
  };
  const std::vector<row> table{
      {"", {}},
      {"\n\n", {}},
      {"a\n", {"a"}},
      {"a", {"a"}},
      {"a\nb", {"a", "b"}},
      {"a\r\nb\r\n", {"a", "b"}},
      {" \t a b \t\r\n", {"a b"}},
      {" \t \n", {}},
      {"http://127.0.0.1:1/callback?code=x&state=y\n", {"http://127.0.0.1:1/callback?code=x&state=y"}},
  };
  for (const row& each : table)
    for (const input_source source : {input_source::pipe, input_source::terminal})
      EXPECT_EQ(lines_in(source, each.bytes), each.lines) << each.bytes;
}

TEST(PastedLines, OnATerminalTheKeysThatCorrectALineDoSo) {
  struct row {
    std::string_view bytes;
    texts lines;
  };
  const std::vector<row> table{
      {"ab\x7F\n", {"a"}},
      {"ab\b\bc\n", {"c"}},
      {"\x7F\x7F"
       "a\n",
       {"a"}},
      {"wrong\x15right\n", {"right"}},
      {"a\rb\r", {"a", "b"}},
      {"a\n\x04", {"a", "$"}},
      {"a\x04"
       "b\n",
       {"ab"}},
      {"\x1B[200~http://x/\x1B[201~\n", {"http://x/"}},
      {"a\x1B[Db\x1BOCc\x1B[1;5Dd\n", {"abcd"}},
      {"a\x1B"
       "fb\n",
       {"ab"}},
      {std::string_view("a\0b\x01\n", 5), {"ab"}},
  };
  for (const row& each : table) EXPECT_EQ(lines_in(input_source::terminal, each.bytes), each.lines) << each.bytes;
}

TEST(PastedLines, InAPipeEveryByteIsTheWriters) {
  EXPECT_EQ(lines_in(input_source::pipe,
                     "a\x04\x15"
                     "b\x7F\x1B[A\n"),
            texts{"a\x04\x15"
                  "b\x7F\x1B[A"});
}

TEST(PastedLines, TakesALineLongerThanATerminalsOwnLimitButNotAnyLength) {
  const std::string longest(pasted_lines::longest, 'a');
  for (const input_source source : {input_source::pipe, input_source::terminal}) {
    EXPECT_EQ(lines_in(source, longest + "\nb\n"), (texts{longest, "b"}));
    EXPECT_EQ(lines_in(source, longest + "a\nb\n"), (texts{"!", "b"}));
    EXPECT_EQ(lines_in(source, longest + longest + longest), texts{"!"});
  }
}

TEST(PastedLines, ForgetsALineOnceTheNextOneBegins) {
  pasted_lines lines(input_source::pipe);
  for (const char byte : std::string_view("secret")) EXPECT_EQ(lines.add(byte), found::nothing);
  const char* const buffer = lines.text().data();
  EXPECT_EQ(lines.add('\n'), found::line);
  EXPECT_EQ(lines.add('n'), found::nothing);
  EXPECT_EQ(lines.text(), "n");
  ASSERT_EQ(lines.text().data(), buffer);
  EXPECT_EQ(buffer[2], '\0');
}

}  // namespace
}  // namespace latchkey::cli
