// What one client does never harms another, and never goes unanswered where an answer is possible.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/fsuid.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <memory>
#include <string>
#include <vector>

#include "core/limits.h"
#include "tests/ipc/example_interface.h"
#include "tests/ipc/raw_client.h"
#include "tests/ipc/running_server.h"

namespace latchkey::varlink {
namespace {

using support::raw_client;
using support::running_server;
using ::testing::HasSubstr;
using namespace std::string_literals;
using std::chrono::milliseconds;

constexpr std::string_view echo = R"({"method":"org.example.test.Echo","parameters":{"text":"hello"}})";
constexpr std::string_view echoed = R"({"parameters":{"text":"hello"}})";
constexpr std::string_view refused =
    R"({"error":"org.varlink.service.InvalidParameter","parameters":{"parameter":"message"}})";

struct HostileClient : testing::Test {
  support::example_log log;
  std::unique_ptr<running_server> server;

  void start(const server_limits& limits = {}) {
    server = std::make_unique<running_server>(running_server::interfaces{support::example_interface(log)}, limits);
  }
};

// How many descriptors this process may have, while it lives.
class descriptor_limit {
 public:
  explicit descriptor_limit(rlim_t wanted) {
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
    rlimit changed = before_;
    changed.rlim_cur = std::min(wanted, before_.rlim_max);
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &changed), 0);
  }
  descriptor_limit(const descriptor_limit&) = delete;
  descriptor_limit& operator=(const descriptor_limit&) = delete;
  ~descriptor_limit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

server_limits impatient() {
  server_limits limits;
  limits.message_timeout = milliseconds(100);
  return limits;
}

TEST_F(HostileClient, I1_AnotherUidIsRefused) {
  server_limits limits;
  limits.uid = ::geteuid() + 1;
  start(limits);
  raw_client stranger(server->path());
  EXPECT_EQ(stranger.receive(), R"({"error":"org.varlink.service.PermissionDenied","parameters":{}})");
  EXPECT_EQ(stranger.receive(), "closed");
  EXPECT_THAT(server->next_trouble(), HasSubstr("of uid " + std::to_string(::geteuid()) + " was refused"));
  EXPECT_EQ(log.echoed, 0);
}

// Root alone can become somebody else: where the tests run as root, the connection comes from another user's process.
TEST_F(HostileClient, I1_AProcessOfAnotherUserIsRefusedByWhatTheKernelSays) {
  if (::geteuid() != 0) return;
  start();
  int result_pipe[2];
  ASSERT_EQ(::pipe(result_pipe), 0);
  raw_client in_child;
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    // The kernel reports the effective user; the files are reached as the one who owns them.
    if (::seteuid(65534) != 0) ::_exit(2);
    ::setfsuid(0);
    try {
      in_child.connect(server->path());
    } catch (const std::exception&) {
      ::_exit(3);
    }
    const std::string answer = in_child.receive();
    ::_exit(::write(result_pipe[1], answer.data(), answer.size()) > 0 ? 0 : 4);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(WEXITSTATUS(status), 0);
  char answer[512];
  const ssize_t length = ::read(result_pipe[0], answer, sizeof answer);
  ::close(result_pipe[0]);
  ::close(result_pipe[1]);
  EXPECT_EQ(std::string(answer, static_cast<std::size_t>(length)),
            R"({"error":"org.varlink.service.PermissionDenied","parameters":{}})");
  EXPECT_THAT(server->next_trouble(), HasSubstr("of uid 65534 was refused"));
}

struct bad_message {
  const char* name;
  std::string bytes;
};

TEST_F(HostileClient, I2_I3_I16_I17_ABadMessageEndsItsOwnConnectionWithAnError) {
  start();
  raw_client good(server->path());
  const std::string deep(100'000, '[');
  const bad_message table[] = {
      {"no JSON", "hello"},
      {"truncated", R"({"method":"org.example.test.Echo")"},
      {"NUL only", ""},
      {"an array", "[]"},
      {"a number", "7"},
      {"two values", "{} {}"},
      {"a key twice", R"({"method":"org.example.test.Echo","method":"org.example.test.Note"})"},
      {"invalid UTF-8", "{\"method\":\"org.example.test.Echo\",\"parameters\":{\"text\":\"\xff\"}}"},
      {"overlong UTF-8", "{\"method\":\"org.example.test.Echo\",\"parameters\":{\"text\":\"\xc0\xaf\"}}"},
      {"1e400", R"({"method":"org.example.test.Echo","parameters":{"text":1e400}})"},
      {"NaN", R"({"method":"org.example.test.Echo","parameters":{"text":NaN}})"},
      {"nested", R"({"method":"a.B","parameters":)" + deep.substr(0, 60'000)},
      {"too long", std::string(limits::ipc_message + 1, ' ')},
      {"nested and too long", deep},
  };
  for (const bad_message& row : table) {
    raw_client bad(server->path());
    bad.send_message(row.bytes);
    EXPECT_EQ(bad.receive(), refused) << row.name;
    EXPECT_EQ(bad.receive(), "closed") << row.name;
    EXPECT_THAT(server->next_trouble(), HasSubstr("was closed: ")) << row.name;
    EXPECT_EQ(good.ask(echo), echoed) << row.name;
  }
  EXPECT_EQ(log.noted, 0);
}

TEST_F(HostileClient, P4_WhereMemoryRunsOutThatConnectionEndsAndTheOthersGoOn) {
  start();
  raw_client other(server->path());
  EXPECT_EQ(other.ask(echo), echoed);
  raw_client client(server->path());
  EXPECT_EQ(client.ask(R"({"method":"org.example.test.Fail","parameters":{"memory":true}})"), "closed");
  EXPECT_THAT(server->next_trouble(), HasSubstr("its handler failed"));
  EXPECT_EQ(other.ask(echo), echoed);
}

TEST_F(HostileClient, I2_AMessageOfExactlyTheLimitIsRead) {
  start();
  raw_client client(server->path());
  std::string call(echo);
  call.append(limits::ipc_message - call.size(), ' ');
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.ask(call), echoed);
}

TEST_F(HostileClient, I2_ATruncatedMessageAtTheEndIsDroppedQuietly) {
  start();
  raw_client client(server->path());
  client.send(R"({"method":"org.exam)");
  client.finish_sending();
  EXPECT_EQ(client.receive(), "closed");
}

TEST_F(HostileClient, I5_AMessageThatDoesNotEndInTimeEndsItsConnection) {
  start(impatient());
  raw_client slow(server->path());
  const auto begun = std::chrono::steady_clock::now();
  bool open = true;
  for (std::size_t i = 0; open && i < echo.size(); ++i) {
    open = slow.send(echo.substr(i, 1));
    pollfd next{slow.fd(), POLLIN, 0};
    if (open && ::poll(&next, 1, 30) > 0) open = false;
  }
  EXPECT_FALSE(open) << "one byte every 30 ms was read to the end";
  EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(100));
  EXPECT_EQ(slow.receive(), "closed");
  EXPECT_THAT(server->next_trouble(), HasSubstr("it began a message and did not end it in time"));
}

TEST_F(HostileClient, I5_AnIdleConnectionAndASlowHandlerHaveAllTheTime) {
  start(impatient());
  raw_client idle(server->path());
  EXPECT_EQ(idle.ask(echo), echoed);
  raw_client waiting(server->path());
  waiting.send_message(R"({"method":"org.example.test.Wait"})");
  raw_client slow(server->path());
  slow.send("{");
  EXPECT_EQ(slow.receive(), "closed");  // The time is up for this one, so it would be for the others.
  EXPECT_EQ(idle.ask(echo), echoed);
  EXPECT_EQ(log.waiting, 1);
}

TEST_F(HostileClient, I6_I18_AClientThatNeverReadsIsDroppedAndSaidSo) {
  start(impatient());
  raw_client deaf(server->path());
  deaf.send_message(R"({"method":"org.example.test.Flood","parameters":{"bytes":3000000}})");
  EXPECT_THAT(server->next_trouble(), HasSubstr("it did not read its replies in time"));
  EXPECT_TRUE(server->reaches_connections(0));
  raw_client watcher(server->path());
  watcher.send_message(R"({"method":"org.example.test.Count","more":true,"parameters":{"to":100000000}})");
  EXPECT_THAT(server->next_trouble(), HasSubstr("it did not read its replies in time"));
  EXPECT_EQ(raw_client(server->path()).ask(echo), echoed);
}

TEST_F(HostileClient, I9_AThousandConnectionsAreServed) {
  const descriptor_limit enough(4096);
  start();
  std::vector<raw_client> clients;
  for (int i = 0; i < 1000; ++i) clients.emplace_back(server->path());
  for (raw_client& each : clients) each.send_message(echo);
  for (raw_client& each : clients) ASSERT_EQ(each.receive(), echoed);
  EXPECT_EQ(server->connections(), 1000U);
  clients.clear();
  EXPECT_TRUE(server->reaches_connections(0));
}

TEST_F(HostileClient, I9_AboveTheBoundConnectionsWaitTheirTurn) {
  server_limits limits;
  limits.connections = 3;
  start(limits);
  std::vector<raw_client> clients;
  for (int i = 0; i < 10; ++i) clients.emplace_back(server->path()).send_message(echo);
  for (raw_client& each : clients) {
    EXPECT_EQ(each.receive(), echoed);
    EXPECT_LE(server->connections(), 3U);
    each = raw_client();
  }
}

TEST_F(HostileClient, I10_WithoutDescriptorsAcceptPausesAndTheServedGoOn) {
  start();
  std::vector<raw_client> clients(20);
  clients[0].connect(server->path());
  EXPECT_EQ(clients[0].ask(echo), echoed);
  const unique_fd highest(::dup(0));
  const descriptor_limit tight(static_cast<rlim_t>(highest.get()) + 3);
  for (std::size_t i = 1; i < clients.size(); ++i) {
    clients[i].connect(server->path());
    clients[i].send_message(echo);
  }
  EXPECT_THAT(server->next_trouble(), HasSubstr("no descriptor or memory is left"));
  EXPECT_EQ(clients[0].ask(echo), echoed);
  for (std::size_t i = 1; i < clients.size(); ++i) {
    ASSERT_EQ(clients[i].receive(), echoed) << i;
    ::shutdown(clients[i].fd(), SHUT_RDWR);  // Frees the server's descriptor, and none of this side.
  }
  EXPECT_EQ(clients[0].ask(echo), echoed);
}

}  // namespace
}  // namespace latchkey::varlink
