#include "daemon/adapters/activation.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <functional>

#include "tests/support/environment.h"
#include "tests/support/temporary_folder.h"

namespace latchkey {
namespace {

using support::environment_variable;
using support::temporary_folder;

enum class place { in_folder, abstract, nowhere };

struct socket_sort {
  int family = AF_UNIX;
  int type = SOCK_STREAM;
  place where = place::in_folder;
  bool listens = true;
};

class Activation : public testing::Test {
 protected:
  unique_fd open_socket(const socket_sort& wanted) {
    unique_fd made(::socket(wanted.family, wanted.type | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name = wanted.where == place::abstract ? std::string(1, '\0') + path_ : path_;
    name.copy(address.sun_path, sizeof address.sun_path - 1);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + 1);
    if (wanted.family == AF_UNIX && wanted.where != place::nowhere) {
      ::fchmod(made.get(), 0600);
      EXPECT_EQ(::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), size), 0) << std::strerror(errno);
    }
    if (wanted.listens) {
      EXPECT_EQ(::listen(made.get(), 5), 0) << std::strerror(errno);
    }
    return made;
  }

  temporary_folder folder_;
  std::string path_ = (folder_.path() / "latchkey.sock").string();
};

TEST_F(Activation, TakesAListeningUnixStreamSocketOfThisUser) {
  const unique_fd socket = open_socket({});
  const auto path = check_passed_socket(socket.get(), "latchkeyd.socket");
  ASSERT_TRUE(path) << path.error().message;
  EXPECT_EQ(*path, path_);
}

TEST_F(Activation, NeverChangesTheSocketsFile) {
  const unique_fd socket = open_socket({});
  struct stat before {};
  struct stat after {};
  ASSERT_EQ(::stat(path_.c_str(), &before), 0);
  EXPECT_TRUE(check_passed_socket(socket.get(), "s"));
  ASSERT_EQ(::stat(path_.c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_EQ(before.st_mode, after.st_mode);
}

TEST_F(Activation, SaysWhatIsWrongWithAnotherSocket) {
  struct wrong_socket {
    socket_sort sort;
    std::string_view complaint;
  };
  const wrong_socket cases[] = {
      {{AF_INET, SOCK_STREAM, place::nowhere}, "is no Unix socket"},
      {{AF_UNIX, SOCK_DGRAM, place::in_folder, false}, "is no stream socket"},
      {{AF_UNIX, SOCK_SEQPACKET}, "is no stream socket"},
      {{AF_UNIX, SOCK_STREAM, place::in_folder, false}, "does not listen"},
      {{AF_UNIX, SOCK_STREAM, place::abstract}, "has no path in the file system"},
  };
  for (const auto& each : cases) {
    const unique_fd socket = open_socket(each.sort);
    const auto path = check_passed_socket(socket.get(), "odd\n");
    ::unlink(path_.c_str());
    ASSERT_FALSE(path) << each.complaint;
    EXPECT_EQ(path.error().code, errc::bad_request);
    EXPECT_EQ(path.error().message,
              "the socket \"odd\\x0A\" that the service manager passed " + std::string(each.complaint) +
                  ": the socket unit must have one ListenStream= with an absolute path, and Accept=no");
  }
}

TEST_F(Activation, RefusesADescriptorThatIsNoSocket) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const unique_fd read(ends[0]);
  const unique_fd write(ends[1]);
  EXPECT_FALSE(check_passed_socket(read.get(), "pipe"));
}

TEST_F(Activation, I13_RefusesASocketThatOthersCanConnectTo) {
  const unique_fd socket = open_socket({});
  ASSERT_EQ(::chmod(path_.c_str(), 0666), 0);
  const auto path = check_passed_socket(socket.get(), "s");
  ASSERT_FALSE(path);
  EXPECT_NE(path.error().message.find("is open to others: set SocketMode=0600"), std::string::npos);
}

TEST_F(Activation, I13_RefusesASocketOfAnotherUser) {
  const unique_fd socket = open_socket({});
  if (::chown(path_.c_str(), 65534, static_cast<gid_t>(-1)) == 0) {
    const auto path = check_passed_socket(socket.get(), "s");
    ASSERT_FALSE(path);
    EXPECT_NE(path.error().message.find("belongs to uid 65534, not to uid"), std::string::npos);
  } else {
    EXPECT_NE(::geteuid(), 0U) << "root can give files away";
  }
}

TEST_F(Activation, RefusesASocketWhoseFileIsGone) {
  const unique_fd socket = open_socket({});
  ASSERT_EQ(::unlink(path_.c_str()), 0);
  const auto path = check_passed_socket(socket.get(), "s");
  ASSERT_FALSE(path);
  EXPECT_NE(path.error().message.find("is not in the file system"), std::string::npos);
}

TEST_F(Activation, WhatIsMeantForAnotherProcessIsNotTakenAndNotPassedOn) {
  const environment_variable pid("LISTEN_PID", "1");
  const environment_variable count("LISTEN_FDS", "1");
  const auto taken = take_passed_socket();
  ASSERT_TRUE(taken);
  EXPECT_FALSE(*taken);
  EXPECT_EQ(std::getenv("LISTEN_PID"), nullptr);
  EXPECT_EQ(std::getenv("LISTEN_FDS"), nullptr);
}

TEST_F(Activation, MoreThanOneSocketIsRefusedByName) {
  const environment_variable pid("LISTEN_PID", std::to_string(::getpid()));
  const environment_variable count("LISTEN_FDS", "2");
  const environment_variable names("LISTEN_FDNAMES", "one:two");
  const auto taken = take_passed_socket();
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().message, "the service manager passed 2 sockets (one:two): latchkeyd takes one");
}

}  // namespace
}  // namespace latchkey
