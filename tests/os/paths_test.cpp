#include "os/paths.h"

#include <gtest/gtest.h>

#include "tests/support/environment.h"

namespace latchkey {
namespace {

using support::environment_variable;

TEST(Paths, FollowTheXdgBaseDirectories) {
  const environment_variable home("HOME", "/home/ann");
  const environment_variable config("XDG_CONFIG_HOME", "/c");
  const environment_variable state("XDG_STATE_HOME", std::nullopt);
  EXPECT_EQ(config_folder(), "/c/latchkey");
  EXPECT_EQ(state_folder(), "/home/ann/.local/state/latchkey");
}

TEST(Paths, IgnoreARelativeBaseDirectory) {
  const environment_variable home("HOME", "/home/ann");
  const environment_variable config("XDG_CONFIG_HOME", "relative");
  EXPECT_EQ(config_folder(), "/home/ann/.config/latchkey");
}

TEST(Paths, SocketIsInTheRuntimeFolderUnlessOverridden) {
  const environment_variable runtime("XDG_RUNTIME_DIR", "/run/user/7");
  {
    const environment_variable socket("LATCHKEY_SOCKET", std::nullopt);
    EXPECT_EQ(socket_path().value(), "/run/user/7/latchkey/latchkey.sock");
  }
  const environment_variable socket("LATCHKEY_SOCKET", "/tmp/x.sock");
  EXPECT_EQ(socket_path().value(), "/tmp/x.sock");
}

TEST(Paths, I19_SaysWhatToDoWithoutARuntimeFolder) {
  const environment_variable runtime("XDG_RUNTIME_DIR", std::nullopt);
  const environment_variable socket("LATCHKEY_SOCKET", std::nullopt);
  const auto path = socket_path();
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().code, errc::bad_request);
  EXPECT_NE(path.error().message.find("LATCHKEY_SOCKET"), std::string::npos);
}

TEST(Paths, RefuseASocketPathThatUnixCannotHold) {
  const environment_variable socket("LATCHKEY_SOCKET", "/" + std::string(107, 'x'));
  EXPECT_FALSE(socket_path());
  const environment_variable fits("LATCHKEY_SOCKET", "/" + std::string(106, 'x'));
  EXPECT_TRUE(socket_path());
}

}  // namespace
}  // namespace latchkey
