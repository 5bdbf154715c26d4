#include "cli/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>

#include "cli/spinner.h"
#include "cli/text_width.h"
#include "os/unique_fd.h"
#include "tests/cli/pseudo_terminal.h"
#include "tests/support/environment.h"

namespace latchkey::cli {
namespace {

using support::environment_variable;

class Terminal : public ::testing::Test {
 protected:
  environment_variable no_color_{"NO_COLOR", std::nullopt};
  environment_variable term_{"TERM", "xterm"};
  environment_variable columns_{"COLUMNS", std::nullopt};
};

TEST_F(Terminal, SeesWidthAndColourOfATerminal) {
  const pseudo_terminal screen(100);
  const terminal found = terminal_of(screen.program_end());
  EXPECT_TRUE(found.is_terminal);
  EXPECT_EQ(found.columns, 100);
  EXPECT_TRUE(found.colour);
}

TEST_F(Terminal, SeesFromTheLocaleWhetherItShowsMoreThanAscii) {
  struct {
    const char* all;
    const char* type;
    const char* language;
    bool utf8;
  } const rows[] = {{"", "", "", false},
                    {"", "", "C", false},
                    {"", "", "en_GB.UTF-8", true},
                    {"", "", "C.utf8", true},
                    {"", "C", "en_GB.UTF-8", false},
                    {"de_DE.ISO-8859-1", "C.UTF-8", "C.UTF-8", false},
                    {"C.UTF-8", "C", "C", true}};
  const pseudo_terminal screen(100);
  for (const auto& row : rows) {
    const environment_variable all("LC_ALL", row.all);
    const environment_variable type("LC_CTYPE", row.type);
    const environment_variable language("LANG", row.language);
    EXPECT_EQ(terminal_of(screen.program_end()).utf8, row.utf8) << row.all << " " << row.type << " " << row.language;
  }
}

TEST_F(Terminal, C6_AFileIsNoTerminalAndHasNoColour) {
  const unique_fd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const terminal found = terminal_of(nothing.get());
  EXPECT_FALSE(found.is_terminal);
  EXPECT_FALSE(found.colour);
  EXPECT_EQ(styled("x", look::bad, found), "x");
  EXPECT_FALSE(terminal_of(-1).is_terminal);
}

TEST_F(Terminal, C6_NoColorSwitchesColourOffUnlessItIsEmpty) {
  const pseudo_terminal screen(80);
  {
    const environment_variable set("NO_COLOR", "1");
    EXPECT_FALSE(terminal_of(screen.program_end()).colour);
  }
  const environment_variable empty("NO_COLOR", "");
  EXPECT_TRUE(terminal_of(screen.program_end()).colour);
}

TEST_F(Terminal, ADumbOrUnknownTerminalHasNoColour) {
  const pseudo_terminal screen(80);
  {
    const environment_variable dumb("TERM", "dumb");
    EXPECT_FALSE(terminal_of(screen.program_end()).colour);
  }
  const environment_variable unset("TERM", std::nullopt);
  EXPECT_FALSE(terminal_of(screen.program_end()).colour);
}

TEST_F(Terminal, TakesColumnsFromTheEnvironmentWhereTheTerminalDoesNotTell) {
  const pseudo_terminal screen(0);
  EXPECT_EQ(terminal_of(screen.program_end()).columns, 80);
  {
    const environment_variable set("COLUMNS", "40");
    EXPECT_EQ(terminal_of(screen.program_end()).columns, 40);
  }
  {
    const environment_variable tiny("COLUMNS", "3");
    EXPECT_EQ(terminal_of(screen.program_end()).columns, 20);
  }
  const environment_variable nonsense("COLUMNS", "-7x");
  EXPECT_EQ(terminal_of(screen.program_end()).columns, 80);
}

TEST_F(Terminal, KnowsItsHeight) {
  EXPECT_EQ(terminal_of(pseudo_terminal(80, 40).program_end()).rows, 40);
  const environment_variable set("LINES", "12");
  EXPECT_EQ(terminal_of(pseudo_terminal(80, 0).program_end()).rows, 12);
}

TEST_F(Terminal, TheFirstVariableOfTheLocaleThatIsSetSaysWhetherItIsUtf8) {
  struct row {
    const char* lc_all;
    const char* lc_ctype;
    const char* lang;
    bool utf8;
  };
  const std::vector<row> table{{"", "", "C.UTF-8", true},   {"", "", "de_DE.utf8", true},
                               {"", "", "C", false},        {"", "", "", false},
                               {"C", "", "C.UTF-8", false}, {"", "POSIX", "C.UTF-8", false},
                               {"C.UTF-8", "C", "C", true}, {"", "en_US.UTF-8", "C", true}};
  const pseudo_terminal screen(80);
  for (const row& each : table) {
    const environment_variable all("LC_ALL", each.lc_all);
    const environment_variable type("LC_CTYPE", each.lc_ctype);
    const environment_variable lang("LANG", each.lang);
    EXPECT_EQ(terminal_of(screen.program_end()).utf8, each.utf8) << each.lc_all << each.lc_ctype << each.lang;
  }
}

TEST_F(Terminal, StylesEndWhereTheyBegan) {
  const terminal colourful{true, 80, true};
  EXPECT_EQ(styled("x", look::bad, colourful), "\033[31mx\033[0m");
  EXPECT_EQ(styled("x", look::plain, colourful), "x");
  EXPECT_EQ(styled("", look::bad, colourful), "");
}

TEST(Spinner, SaysWhatItWaitsForAndHowLongYet) {
  EXPECT_EQ(spinner_line({"Waiting for you", 1298}, 0, 1000, 80), "⠋ Waiting for you (4 min 58 s left)");
  EXPECT_EQ(spinner_line({"Waiting for you", std::nullopt}, 11, 1000, 80), "⠙ Waiting for you");
  EXPECT_EQ(spinner_line({"Waiting for you", 900}, 0, 1000, 80), "⠋ Waiting for you (0 s left)");
}

TEST(Spinner, C6_NeverWritesBeyondTheEdge) {
  const wait_notice notice{"Waiting for you in the browser", 1298};
  EXPECT_EQ(spinner_line(notice, 0, 1000, 39), "⠋ Waiting for you in… (4 min 58 s left)");
  EXPECT_EQ(text_width(spinner_line(notice, 0, 1000, 40)), 40U);
  EXPECT_EQ(spinner_line(notice, 0, 1000, 20), "⠋ Waiting for you i…");
}

}  // namespace
}  // namespace latchkey::cli
