#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "ipc/varlink_server.h"
#include "tests/ipc/raw_client.h"
#include "tests/support/temporary_folder.h"

namespace latchkey::varlink {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

struct ListenOn : testing::Test {
  support::temporary_folder folder;
  fs::path run = folder.path() / "run";
  fs::path path = run / "latchkey.sock";

  std::string problem() {
    const auto listening = listen_on(path.native());
    if (listening) return "listens";
    EXPECT_EQ(listening.error().code, errc::bad_request);
    return listening.error().message;
  }
};

unsigned mode_of(const fs::path& path) {
  struct stat found {};
  EXPECT_EQ(::lstat(path.c_str(), &found), 0) << path;
  return found.st_mode & 07777;
}

TEST_F(ListenOn, I13_MakesFolderAndSocketForThisUserAlone) {
  const mode_t before = ::umask(0);
  const auto listening = listen_on(path.native());
  ::umask(before);
  ASSERT_TRUE(listening);
  EXPECT_EQ(mode_of(run), 0700U);
  EXPECT_EQ(mode_of(path), 0600U);
  support::raw_client connected(path.native());
}

TEST_F(ListenOn, I13_ASymbolicLinkIsNotFollowed) {
  fs::create_directory(run);
  fs::permissions(run, fs::perms::owner_all);
  fs::create_symlink(folder.path() / "elsewhere", path);
  EXPECT_THAT(problem(), HasSubstr("it is a symbolic link"));
  EXPECT_FALSE(fs::exists(folder.path() / "elsewhere"));
}

TEST_F(ListenOn, I13_AFileIsLeftAlone) {
  fs::create_directory(run);
  fs::permissions(run, fs::perms::owner_all);
  std::ofstream(path) << "kept";
  EXPECT_THAT(problem(), HasSubstr("it is no socket"));
  EXPECT_EQ(fs::file_size(path), 4U);
}

TEST_F(ListenOn, I13_AStaleSocketIsReplaced) {
  { ASSERT_TRUE(listen_on(path.native())); }
  ASSERT_TRUE(fs::is_socket(path));
  const auto again = listen_on(path.native());
  ASSERT_TRUE(again);
  support::raw_client connected(path.native());
}

TEST_F(ListenOn, I13_ASocketThatAnswersIsLeftAlone) {
  const auto first = listen_on(path.native());
  ASSERT_TRUE(first);
  EXPECT_THAT(problem(), HasSubstr("another latchkeyd answers there"));
  support::raw_client connected(path.native());
}

TEST_F(ListenOn, I13_AFolderThatOthersMayWriteToIsRefused) {
  fs::create_directory(run);
  fs::permissions(run, fs::perms::owner_all | fs::perms::others_all);
  EXPECT_THAT(problem(), HasSubstr("chmod 700"));
}

TEST_F(ListenOn, I13_AFolderThatIsALinkIsRefused) {
  fs::create_directory(folder.path() / "real");
  fs::create_directory_symlink(folder.path() / "real", run);
  EXPECT_THAT(problem(), HasSubstr("is no folder"));
}

TEST_F(ListenOn, APathThatIsTooLongIsSaid) {
  path = run / std::string(120, 'x');
  EXPECT_THAT(problem(), HasSubstr("107 bytes"));
}

}  // namespace
}  // namespace latchkey::varlink
