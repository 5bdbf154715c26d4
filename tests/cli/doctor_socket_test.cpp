#include "cli/doctor_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "os/unique_fd.h"
#include "tests/support/environment.h"
#include "tests/support/temporary_folder.h"

namespace latchkey::cli {
namespace {

namespace fs = std::filesystem;
using support::environment_variable;
using support::temporary_folder;

class Doctor : public ::testing::Test {
 protected:
  Doctor() {
    fs::create_directory(socket_folder());
    fs::permissions(socket_folder(), fs::perms(0700));
  }
  [[nodiscard]] fs::path socket_folder() const { return folder_.path() / "latchkey"; }
  [[nodiscard]] fs::path socket() const { return socket_folder() / "latchkey.sock"; }
  void bind_socket(mode_t mode) {
    bound_ = unique_fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket().native().copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(bound_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::chmod(socket().c_str(), mode), 0);
    ASSERT_EQ(::listen(bound_.get(), 1), 0);
  }

  temporary_folder folder_;
  environment_variable no_socket_{"LATCHKEY_SOCKET", std::nullopt};
  environment_variable runtime_{"XDG_RUNTIME_DIR", folder_.path().string()};
  unique_fd bound_;
};

TEST_F(Doctor, FindsAPrivateRuntimeFolderInOrder) {
  const check found = check_runtime_folder();
  EXPECT_EQ(found.outcome, verdict::ok) << found.detail;
  EXPECT_EQ(found.fix, "");
}

TEST_F(Doctor, I19_SaysWhatToDoWithoutARuntimeFolder) {
  {
    const environment_variable unset("XDG_RUNTIME_DIR", std::nullopt);
    const check found = check_runtime_folder();
    EXPECT_EQ(found.outcome, verdict::fail);
    EXPECT_NE(found.fix.find("LATCHKEY_SOCKET"), std::string::npos);
    const environment_variable chosen("LATCHKEY_SOCKET", "/tmp/x.sock");
    EXPECT_EQ(check_runtime_folder().outcome, verdict::ok);
  }
  const environment_variable missing("XDG_RUNTIME_DIR", (folder_.path() / "none").string());
  EXPECT_EQ(check_runtime_folder().outcome, verdict::fail);
}

TEST_F(Doctor, I19_RefusesARuntimeFolderThatIsOpenToOthers) {
  fs::permissions(folder_.path(), fs::perms(0755));
  const check found = check_runtime_folder();
  EXPECT_EQ(found.outcome, verdict::fail);
  EXPECT_EQ(found.fix, "Run: chmod 700 " + folder_.path().string());
}

TEST_F(Doctor, TellsAMissingSocketFromOneInOrder) {
  EXPECT_EQ(check_socket().outcome, verdict::fail);
  EXPECT_NE(check_socket().fix.find("systemctl --user start latchkeyd"), std::string::npos);
  bind_socket(0600);
  EXPECT_EQ(check_socket().outcome, verdict::ok) << check_socket().detail;
}

TEST_F(Doctor, SaysWhoHoldsTheSocket) {
  bind_socket(0600);
  EXPECT_EQ(check_socket().detail,
            socket().string() + ", held by cli_tests (process " + std::to_string(::getpid()) + ")");
}

TEST_F(Doctor, TellsASocketThatNobodyListensOnFromALivingOne) {
  bind_socket(0600);
  bound_.reset();
  const check found = check_socket();
  EXPECT_EQ(found.outcome, verdict::fail);
  EXPECT_EQ(found.detail, socket().string() + " was left behind by a daemon that has ended");
  EXPECT_NE(found.fix.find("systemctl --user start latchkeyd"), std::string::npos);
}

TEST_F(Doctor, C5_AListenerThatAcceptsNobodyDoesNotHoldItUp) {
  bind_socket(0600);
  ASSERT_EQ(::listen(bound_.get(), 0), 0);
  std::vector<unique_fd> waiting;
  check found = check_socket();
  for (int i = 0; i < 8 && found.outcome == verdict::ok; ++i) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket().native().copy(address.sun_path, sizeof address.sun_path - 1);
    waiting.emplace_back(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    [[maybe_unused]] const int full =
        ::connect(waiting.back().get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    found = check_socket();
  }
  EXPECT_EQ(found.outcome, verdict::fail);
  EXPECT_NE(found.detail.find("cannot connect"), std::string::npos) << found.detail;
}

TEST_F(Doctor, I13_SeesASocketThatIsOpenToOthersOrNone) {
  bind_socket(0666);
  EXPECT_EQ(check_socket().fix, "Run: chmod 600 " + socket().string());
  fs::permissions(socket_folder(), fs::perms(0755));
  EXPECT_EQ(check_socket().fix, "Run: chmod 700 " + socket_folder().string());
  fs::permissions(socket_folder(), fs::perms(0700));
  fs::remove(socket());
  std::ofstream(socket()) << "no socket";
  EXPECT_EQ(check_socket().outcome, verdict::fail);
  EXPECT_NE(check_socket().detail.find("is no socket"), std::string::npos);
}

TEST_F(Doctor, CanListenOnLoopback) {
  EXPECT_EQ(check_loopback().outcome, verdict::ok) << check_loopback().detail;
}

}  // namespace
}  // namespace latchkey::cli
