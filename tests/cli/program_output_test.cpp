#include "cli/program_output.h"

#include <gtest/gtest.h>

namespace latchkey::cli {
namespace {

using namespace std::chrono_literals;

std::optional<std::string> shell(const std::string& script, std::chrono::milliseconds patience = 20s) {
  return program_output({"sh", "-c", script}, patience);
}

TEST(ProgramOutput, IsWhatAProgramPrintsThatSucceeds) {
  EXPECT_EQ(shell("echo one; echo two; echo noise >&2"), "one\ntwo\n");
  EXPECT_EQ(shell("true"), "");
  EXPECT_EQ(shell("cat"), "") << "there is nothing to read";
}

TEST(ProgramOutput, IsNothingOfOneThatFailsOrIsNotThere) {
  EXPECT_EQ(shell("echo one; exit 3"), std::nullopt);
  EXPECT_EQ(shell("kill -9 $$"), std::nullopt);
  EXPECT_EQ(program_output({"no-such-program"}, 20s), std::nullopt);
}

TEST(ProgramOutput, IsNothingOfOneThatTakesTooLongOrSaysTooMuch) {
  EXPECT_EQ(shell("echo one; exec tail -f /dev/null", 50ms), std::nullopt);
  EXPECT_EQ(shell("exec head -c 70000 /dev/zero"), std::nullopt);
}

}  // namespace
}  // namespace latchkey::cli
