// What a person may call an app, and what the daemon calls it.
#include "cli/app_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "latchkey/client.h"
#include "tests/support/environment.h"
#include "tests/support/temporary_folder.h"

namespace latchkey::cli {
namespace {

namespace fs = std::filesystem;
using support::environment_variable;
using ::testing::AllOf;
using ::testing::HasSubstr;

class AppName : public ::testing::Test {
 protected:
  AppName() {
    make_program("tool",
                 "\x7f"
                 "ELF");
    make_program("bot.py", "#!/usr/bin/python3\n");
    fs::create_symlink(at("tool"), at("link"));
    fs::create_directory(at("folder"));
  }
  void make_program(const std::string& name, const std::string& text) {
    std::ofstream(at(name), std::ios::binary) << text;
    ::chmod(at(name).c_str(), 0755);
  }
  [[nodiscard]] fs::path at(const std::string& name) const { return fs::canonical(folder_.path()) / name; }
  static std::string refusal(const std::string& given) {
    try {
      return "taken as " + resolve_app(given);
    } catch (const client_error& error) {
      EXPECT_EQ(error.exit_code(), 2);
      return error.what();
    }
  }

  support::temporary_folder folder_;
};

TEST_F(AppName, UnitsAndFlatpaksAreNames) {
  EXPECT_EQ(resolve_app("unit:bot.service"), "unit:bot.service");
  EXPECT_EQ(resolve_app("flatpak:org.example.App"), "flatpak:org.example.App");
  EXPECT_THAT(refusal("unit:"), HasSubstr("there is no program unit:"));
}

TEST_F(AppName, APathIsTheExecutableBehindItAsTheKernelTellsIt) {
  EXPECT_EQ(resolve_app(at("tool").native()), at("tool").native());
  EXPECT_EQ(resolve_app(at("link").native()), at("tool").native());
  EXPECT_EQ(resolve_app((at("folder") / ".." / "link").native()), at("tool").native());
}

TEST_F(AppName, ABareNameIsLookedForInPath) {
  const environment_variable path("PATH", "/nonexistent:" + at("folder").native() + "::" + at("").native());
  EXPECT_EQ(resolve_app("link"), at("tool").native());
  EXPECT_THAT(refusal("folder"), HasSubstr("there is no program folder in PATH"));
  EXPECT_THAT(refusal("nobody"), HasSubstr("there is no program nobody in PATH"));
  EXPECT_THAT(refusal(""), HasSubstr("there is no program"));
}

TEST_F(AppName, APathThatIsNotThereYetIsTakenAsItIs) {
  EXPECT_EQ(resolve_app("/nonexistent/./bin/../bot"), "/nonexistent/bot");
}

TEST_F(AppName, AScriptIsRefusedForItIsItsInterpreterThatAsks) {
  EXPECT_THAT(refusal(at("bot.py").native()), AllOf(HasSubstr("is a script"), HasSubstr("unit:NAME.service")));
  EXPECT_THAT(refusal(at("folder").native()), HasSubstr("is a folder"));
}

TEST_F(AppName, C3_AStrangeNameIsShownEscaped) {
  EXPECT_THAT(refusal("a\033[2J"), HasSubstr("a\\x1B[2J"));
}

}  // namespace
}  // namespace latchkey::cli
