// The client's end against servers that misbehave.
#include "ipc/varlink_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "core/limits.h"
#include "ipc/varlink_server.h"
#include "tests/support/temporary_folder.h"

namespace latchkey::varlink {
namespace {

using namespace std::string_literals;
using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

// Accepts one connection and does `what` with it, on a thread of its own.
class scripted_server {
 public:
  explicit scripted_server(std::function<void(int socket)> what)
      : listening_(listen_on(path()).value()), thread_([this, what = std::move(what)] {
          pollfd waiting{listening_.get(), POLLIN, 0};
          ::poll(&waiting, 1, 10'000);
          const unique_fd connected(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
          what(connected.get());
        }) {}
  scripted_server(const scripted_server&) = delete;
  scripted_server& operator=(const scripted_server&) = delete;
  ~scripted_server() { thread_.join(); }
  [[nodiscard]] std::string path() const { return (folder_.path() / "run" / "socket").native(); }

 private:
  support::temporary_folder folder_;
  unique_fd listening_;
  std::thread thread_;
};

result<reply> ask(const std::string& path, std::optional<milliseconds> patience = seconds(10)) {
  auto opened = connection::open(path);
  if (!opened) return opened.error();
  if (auto sent = opened->send("a.B", json::object(), call_mode::once); !sent) return sent.error();
  return opened->receive(patience);
}

struct odd_answer {
  std::string bytes;
  errc code;
  const char* problem;
};

TEST(VarlinkConnection, RefusesWhatIsNoReply) {
  const odd_answer table[] = {
      {"", errc::no_daemon, "closed the connection"},
      {"{\"parameters\":", errc::no_daemon, "closed the connection"},
      {"hello\0"s, errc::internal, "is not JSON"},
      {"\0"s, errc::internal, "is not JSON"},
      {"[]\0"s, errc::internal, "no Varlink reply"},
      {"{\"error\":7}\0"s, errc::internal, "no Varlink reply"},
      {"{\"continues\":\"yes\"}\0"s, errc::internal, "no Varlink reply"},
      {"{\"parameters\":[]}\0"s, errc::internal, "no Varlink reply"},
      {"{\"parameters\":{\"a\":" + std::string(100'000, '[') + '\0', errc::internal, "nests deeper"},
      {std::string(limits::ipc_reply + 100'000, ' ') + '\0', errc::internal, "too long"},
  };
  for (const odd_answer& row : table) {
    const scripted_server server([&](int socket) {
      char call[4096];
      (void)!::recv(socket, call, sizeof call, 0);
      send_all(socket, row.bytes);
    });
    const auto got = ask(server.path());
    ASSERT_TRUE(got.has_error()) << row.bytes.substr(0, 40);
    EXPECT_EQ(got.error().code, row.code) << row.bytes.substr(0, 40);
    EXPECT_THAT(got.error().message, HasSubstr(row.problem));
  }
}

TEST(VarlinkConnection, ReadsRepliesHoweverTheyAreCut) {
  const std::string bytes = "{\"parameters\":{\"n\":1},\"continues\":true}\0{\"parameters\":{\"n\":2}}\0{}\0"s;
  for (const std::size_t piece : {1U, 5U, 1000U}) {
    const scripted_server server([&](int socket) {
      for (std::size_t at = 0; at < bytes.size(); at += piece) send_all(socket, bytes.substr(at, piece));
    });
    auto opened = connection::open(server.path()).value();
    const auto first = opened.receive(seconds(10));
    ASSERT_TRUE(first);
    EXPECT_TRUE(first->continues);
    EXPECT_EQ((*first->parameters)["n"], 1);
    const auto second = opened.receive(seconds(10));
    ASSERT_TRUE(second);
    EXPECT_FALSE(second->continues);
    EXPECT_EQ((*second->parameters)["n"], 2);
    EXPECT_EQ(*opened.receive(seconds(10)).value().parameters, json::object());
    EXPECT_EQ(opened.receive(seconds(10)).error().code, errc::no_daemon);
  }
}

TEST(VarlinkConnection, PatienceEnds) {
  std::atomic<bool> done = false;
  const scripted_server server([&](int) { done.wait(false); });
  const auto got = ask(server.path(), milliseconds(30));
  done = true;
  done.notify_all();
  ASSERT_TRUE(got.has_error());
  EXPECT_EQ(got.error().code, errc::temporarily_unavailable);
}

TEST(VarlinkConnection, ReadsTheRefusalOfAServerThatClosesAtOnce) {
  const scripted_server server(
      [](int socket) { send_all(socket, "{\"error\":\"org.varlink.service.PermissionDenied\"}\0"s); });
  auto opened = connection::open(server.path()).value();
  pollfd closed{opened.fd(), POLLRDHUP, 0};
  ASSERT_EQ(::poll(&closed, 1, 10'000), 1);
  ASSERT_TRUE(opened.send("a.B", json::object(), call_mode::once));
  EXPECT_EQ(opened.receive(seconds(10)).value().error, "org.varlink.service.PermissionDenied");
  EXPECT_EQ(opened.send("a.B", json::object(), call_mode::once).error().code, errc::no_daemon);
}

TEST(VarlinkConnection, SignalsDoNotDisturbIt) {
  struct sigaction before {};
  struct sigaction ignoring {};
  ignoring.sa_handler = [](int) {};  // Without SA_RESTART: every wait is interrupted.
  ASSERT_EQ(::sigaction(SIGUSR1, &ignoring, &before), 0);
  const pthread_t client = ::pthread_self();
  {
    const scripted_server server([&](int socket) {
      char call[4096];
      (void)!::recv(socket, call, sizeof call, 0);
      for (int i = 0; i < 50; ++i) {
        ::pthread_kill(client, SIGUSR1);
        std::this_thread::yield();
      }
      send_all(socket, "{}\0"s);
    });
    EXPECT_TRUE(ask(server.path()));
  }
  ::sigaction(SIGUSR1, &before, nullptr);
}

TEST(VarlinkConnection, C5_TellsAnAbsentDaemonFromADeadOne) {
  const support::temporary_folder folder;
  const std::string path = (folder.path() / "run" / "socket").native();
  EXPECT_THAT(connection::open(path).error().message, HasSubstr("there is no socket"));
  { ASSERT_TRUE(listen_on(path)); }
  EXPECT_THAT(connection::open(path).error().message, HasSubstr("nothing answers"));
  EXPECT_EQ(connection::open(path).error().code, errc::no_daemon);
  EXPECT_EQ(connection::open(std::string(200, 'x')).error().code, errc::no_daemon);
}

TEST(VarlinkConnection, SendsEachModeAsTheProtocolSays) {
  std::string calls;
  {
    const scripted_server server([&](int socket) {
      char chunk[4096];
      for (ssize_t got = 1; got > 0;) {
        got = ::recv(socket, chunk, sizeof chunk, 0);
        if (got > 0) calls.append(chunk, static_cast<std::size_t>(got));
      }
    });
    auto opened = connection::open(server.path()).value();
    const json parameters = {{"n", 1}};
    ASSERT_TRUE(opened.send("a.B", parameters, call_mode::once));
    ASSERT_TRUE(opened.send("a.B", json::object(), call_mode::more));
    ASSERT_TRUE(opened.send("a.B", json::object(), call_mode::oneway));
  }
  EXPECT_EQ(calls,
            "{\"method\":\"a.B\",\"parameters\":{\"n\":1}}\0"
            "{\"method\":\"a.B\",\"more\":true,\"parameters\":{}}\0"
            "{\"method\":\"a.B\",\"oneway\":true,\"parameters\":{}}\0"s);
}

}  // namespace
}  // namespace latchkey::varlink
