// Who an app is, over real sockets: what the kernel tells when it connects.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>

#include "daemon/peer_apps.h"
#include "ipc/varlink_server.h"
#include "os/peer_process.h"
#include "tests/support/temporary_folder.h"

namespace latchkey {
namespace {

class ConnectedAppTest : public testing::Test {
 protected:
  ConnectedAppTest()
      : path_((folder_.path() / "run" / "socket").native()),
        server_(context_, varlink::listen_on(path_).value(), {"Latchkey", "test", "1", ""}, {}) {
    server_.on_opened = [this](varlink::connection_number, const varlink::peer& who, int socket) {
      const unique_fd held = hold_peer(socket, who.pid);
      seen_ = identify(who.pid, held.get(), "/nowhere");
    };
  }
  [[nodiscard]] unique_fd connected() const {
    unique_fd made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::connect(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return made;
  }
  /// Who connected, once the server has looked.
  peer_app seen() {
    server_.start();
    for (int turns = 0; turns < 100 && !seen_; ++turns) context_.run_one();
    return seen_.value();
  }

  support::temporary_folder folder_;
  std::string path_;
  boost::asio::io_context context_;
  std::optional<peer_app> seen_;
  varlink::server server_;
};

TEST_F(ConnectedAppTest, IsWhatTheKernelSaysOfThePeer) {
  const unique_fd connection = connected();
  const peer_app who = seen();
  EXPECT_EQ(who.process, ::getpid());
  EXPECT_EQ(who.app, app_of(read_process(::getpid())));
  EXPECT_NE(who.app, unknown_app);
}

TEST_F(ConnectedAppTest, I12_AProcessThatEndedBeforeItWasLookedAtIsNobody) {
  // The connection outlives the process that made it, as where it was handed on; the process's number is free again.
  const pid_t child = ::fork();
  if (child == 0) {
    const unique_fd connection = connected();
    if (::fork() == 0) {
      char ignored = 0;
      (void)!::read(connection.get(), &ignored, 1);  // Until the server ends.
    }
    ::_exit(0);
  }
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  const peer_app who = seen();
  EXPECT_EQ(who.process, child);
  EXPECT_EQ(who.app, unknown_app);
  EXPECT_EQ(*who.program, "process " + std::to_string(child));
}

}  // namespace
}  // namespace latchkey
