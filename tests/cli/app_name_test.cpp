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
    return refusal_of([&] { return resolve_app(given); });
  }
  static std::string decide_refusal(const std::string& given, absent_program absent = absent_program::refused) {
    return refusal_of([&] { return app_to_decide(given, absent).app; });
  }
  template <typename Resolve>
  static std::string refusal_of(Resolve resolve) {
    try {
      return "taken as " + resolve();
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

TEST_F(AppName, APathThatIsGoneIsLookedUpAsWhatItWas) {
  EXPECT_EQ(resolve_app("/nonexistent/./bin/../bot"), "/nonexistent/bot");
  fs::create_directory_symlink(at("folder"), at("shortcut"));
  EXPECT_EQ(resolve_app((at("shortcut") / "bot").native()), (at("folder") / "bot").native());
}

TEST_F(AppName, WhatIsDecidedAboutIsTheProgramBehindALinkAndSaysSo) {
  const decided_app linked = app_to_decide(at("link").native(), absent_program::refused);
  EXPECT_EQ(linked.app, at("tool").native());
  EXPECT_EQ(linked.link, at("link").native());
  fs::create_directory_symlink(at(""), at("shortcut"));
  const decided_app behind = app_to_decide((at("shortcut") / "tool").native(), absent_program::refused);
  EXPECT_EQ(behind.app, at("tool").native());
  EXPECT_EQ(behind.link, (at("shortcut") / "tool").native());
  EXPECT_EQ(app_to_decide((at("folder") / ".." / "tool").native(), absent_program::refused).link, "");
  EXPECT_EQ(app_to_decide("unit:bot.service", absent_program::refused).app, "unit:bot.service");
}

TEST_F(AppName, ARelativePathIsThatOfTheWorkingFolder) {
  const fs::path before = fs::current_path();
  fs::current_path(at("folder"));
  const decided_app decided = app_to_decide("../tool", absent_program::refused);
  const std::string missing = decide_refusal("./bot");
  fs::current_path(before);
  EXPECT_EQ(decided.app, at("tool").native());
  EXPECT_EQ(decided.link, "");
  EXPECT_THAT(missing, HasSubstr("there is no program " + (at("folder") / "./bot").native()));
}

TEST_F(AppName, WhatRunsAsNoProcessIsNotDecidedAbout) {
  std::ofstream(at("notes.txt")) << "no program";
  ::mkfifo(at("pipe").c_str(), 0700);
  fs::create_symlink(at("nobody"), at("dangling"));
  fs::create_symlink("loop", at("loop"));
  EXPECT_THAT(decide_refusal(at("nobody").native()),
              AllOf(HasSubstr("there is no program " + at("nobody").native()), HasSubstr("--not-installed")));
  EXPECT_THAT(decide_refusal((at("tool") / "below").native()), HasSubstr("there is no program"));
  EXPECT_THAT(decide_refusal(at("notes.txt").native()), HasSubstr("is not executable"));
  EXPECT_THAT(decide_refusal(at("pipe").native()), HasSubstr("is not a program"));
  EXPECT_THAT(decide_refusal(at("folder").native()), HasSubstr("is a folder"));
  EXPECT_THAT(decide_refusal(at("dangling").native()), HasSubstr("is a link to a program that is not there"));
  EXPECT_THAT(decide_refusal(at("loop").native()), HasSubstr("cannot be looked at"));
}

TEST_F(AppName, AProgramThatComesLaterIsNamedByWhereItWillBe) {
  fs::create_directory_symlink(at("folder"), at("shortcut"));
  fs::create_symlink(at("nobody"), at("dangling"));
  const decided_app later = app_to_decide((at("shortcut") / "bot").native(), absent_program::taken);
  EXPECT_EQ(later.app, (at("folder") / "bot").native());
  EXPECT_EQ(later.link, (at("shortcut") / "bot").native());
  EXPECT_EQ(app_to_decide("/nonexistent/bot", absent_program::taken).app, "/nonexistent/bot");
  EXPECT_EQ(app_to_decide(at("tool").native(), absent_program::taken).app, at("tool").native());
  EXPECT_THAT(decide_refusal("/nonexistent/", absent_program::taken), HasSubstr("is a folder"));
  EXPECT_THAT(decide_refusal(at("dangling").native(), absent_program::taken), HasSubstr("is a link"));
  EXPECT_THAT(decide_refusal("no-such-program", absent_program::taken), HasSubstr("in PATH"));
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
