// What the loopback listener reads and writes: one request a connection, whatever the other side sends.
#include "tests/daemon/net/loopback_client.h"

namespace latchkey::testing_net {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class LoopbackListener : public LoopbackFixture {};

std::vector<std::string> values_of(const redirect_request& request, std::string_view name) {
  std::vector<std::string> values;
  for (const auto& header : request.headers)
    if (header.name == name) values.push_back(header.value);
  return values;
}

TEST_F(LoopbackListener, HandsTheRequestOverAsItCame) {
  const std::string page = answer_to("GET /callback?code=a%2Fb&state=c HTTP/1.1\r\nHost: 127.0.0.1:1\r\nX: y\r\n\r\n");
  EXPECT_THAT(page, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(page, EndsWith("\r\n\r\n<p>hello</p>"));
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].method, "GET");
  EXPECT_EQ(requests[0].target, "/callback?code=a%2Fb&state=c");
  EXPECT_THAT(values_of(requests[0], "Host"), ElementsAre("127.0.0.1:1"));
  EXPECT_FALSE(requests[0].has_body);
}

TEST_F(LoopbackListener, L30_EveryAnswerIsKeptByNobodyAndHarmless) {
  for (const std::string request : {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "nonsense\r\n\r\n"}) {
    const std::string page = answer_to(request);
    for (const std::string header :
         {"Connection: close", "Cache-Control: no-store", "Referrer-Policy: no-referrer",
          "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
          "X-Content-Type-Options: nosniff", "X-Frame-Options: DENY", "Content-Type: text/html; charset=utf-8"})
      EXPECT_THAT(page, HasSubstr("\r\n" + header + "\r\n"));
  }
}

TEST_F(LoopbackListener, SendsTheBrowserToTheCleanAddress) {
  reply = {};
  reply.status = 303;
  reply.location = "/done";
  const std::string page = answer_to("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(page, StartsWith("HTTP/1.1 303 See Other\r\n"));
  EXPECT_THAT(page, HasSubstr("\r\nLocation: /done\r\n"));
  EXPECT_THAT(page, HasSubstr("\r\nContent-Length: 0\r\n"));
}

TEST_F(LoopbackListener, L10_PassesOtherMethodsOnAndTheirAllow) {
  reply.status = 405;
  reply.allow = "GET";
  for (const std::string method : {"POST", "PUT", "OPTIONS", "CONNECT", "BREW"})
    EXPECT_THAT(answer_to(method + " / HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("\r\nAllow: GET\r\n")) << method;
  EXPECT_THAT(answer_to("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"), EndsWith("\r\nContent-Length: 12\r\n\r\n"));
  EXPECT_EQ(requests.size(), 6U);
}

TEST_F(LoopbackListener, L12_PassesNoHostAndTwoHostsOn) {
  answer_to("GET / HTTP/1.1\r\n\r\n");
  answer_to("GET / HTTP/1.1\r\nHost: 127.0.0.1:1\r\nHost: evil.example\r\n\r\n");
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_THAT(values_of(requests[0], "Host"), IsEmpty());
  EXPECT_THAT(values_of(requests[1], "Host"), ElementsAre("127.0.0.1:1", "evil.example"));
}

TEST_F(LoopbackListener, SpeaksHttp10) {
  EXPECT_THAT(answer_to("GET / HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.0 200 OK\r\n"));
}

// The pause between bytes is the case: each comes well before the limit, all of them do not.
TEST_F(LoopbackListener, L14_ClosesOnOneByteAtATime) {
  const auto listener = listen();
  const auto dribble = [&]() -> task<std::string> {
    tcp::socket socket = co_await connect_to(listener->port());
    asio::steady_timer pause(io);
    const std::string request = "GET /callback HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    for (const char& byte : request) {
      pause.expires_after(milliseconds(20));
      co_await pause.async_wait(asio::use_awaitable);
      const auto [ec, sent] =
          co_await asio::async_write(socket, asio::buffer(&byte, 1), asio::as_tuple(asio::use_awaitable));
      if (ec) break;
    }
    co_return co_await read_all(socket);
  };
  EXPECT_EQ(run(io, dribble()), "");
  EXPECT_THAT(requests, IsEmpty());
}

TEST_F(LoopbackListener, L15_ClosesOnSilence) {
  EXPECT_EQ(answer_to(""), "");
  EXPECT_EQ(answer_to("GET / HTTP/1.1\r\nHost: x\r\n"), "");
  EXPECT_THAT(requests, IsEmpty());
}

TEST_F(LoopbackListener, L16_RefusesWhatIsTooLong) {
  const std::string long_text(64 * 1024, 'x');
  std::string many_headers;
  for (int i = 0; i < 1000; ++i) many_headers += "X-Header-" + std::to_string(i) + ": some value\r\n";
  for (const std::string& request :
       {"GET /" + long_text + " HTTP/1.1\r\nHost: x\r\n\r\n", "GET /" + long_text,
        "GET / HTTP/1.1\r\n" + many_headers + "\r\n", "GET / HTTP/1.1\r\nX: " + long_text + "\r\n\r\n", long_text})
    EXPECT_THAT(answer_to(request), StartsWith("HTTP/1.1 4")) << request.substr(0, 40);
  EXPECT_THAT(requests, IsEmpty());
}

struct body_row {
  std::string headers;
  bool has_body;
};

TEST_F(LoopbackListener, L17_TellsOfABody) {
  const std::vector<body_row> rows{
      {"Content-Length: 0\r\n\r\n", false},
      {"Content-Length: 4\r\n\r\nbody", true},
      {"Content-Length: 4\r\n\r\n", true},
      {"Content-Length: 99999999999\r\n\r\n", true},
      {"Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n", true},
      {"Transfer-Encoding: gzip\r\n\r\n", true},
  };
  for (const auto& row : rows) {
    requests.clear();
    EXPECT_THAT(answer_to("GET / HTTP/1.1\r\nHost: x\r\n" + row.headers), StartsWith("HTTP/1.1 200")) << row.headers;
    ASSERT_EQ(requests.size(), 1U) << row.headers;
    EXPECT_EQ(requests[0].has_body, row.has_body) << row.headers;
  }
}

TEST_F(LoopbackListener, L17_RefusesTwoLengths) {
  for (const std::string headers :
       {"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n",
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n",
        "Transfer-Encoding: gzip\r\nContent-Length: 4\r\n\r\n", "Content-Length: 4\r\nContent-Length: 5\r\n\r\nbody",
        "Content-Length: -1\r\n\r\n", "Content-Length: x\r\n\r\n"})
    EXPECT_THAT(answer_to("GET / HTTP/1.1\r\nHost: x\r\n" + headers), StartsWith("HTTP/1.1 400")) << headers;
  EXPECT_THAT(requests, IsEmpty());
}

TEST_F(LoopbackListener, RefusesWhatIsNoHttp) {
  for (const std::string request :
       {"GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n", "\x16\x03\x01\x02\x01\x01\x01",
        "GET / HTTP/1.1\r\nX: a\x01\r\n\r\n", "GET /\x01 HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost : x\r\n\r\n"})
    EXPECT_THAT(answer_to(request), StartsWith("HTTP/1.1 400")) << request;
  EXPECT_THAT(requests, IsEmpty());
}

TEST_F(LoopbackListener, L18_AnswersTheFirstOfPipelinedRequestsAndCloses) {
  const std::string page = answer_to("GET /first HTTP/1.1\r\nHost: x\r\n\r\nGET /second HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(page, EndsWith("<p>hello</p>"));
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].target, "/first");
}

// Closing with bytes unread would reset the connection, and a browser may drop the page with it.
TEST_F(LoopbackListener, TheConnectionEndsWithoutAResetThoughTheBrowserStillSends) {
  const auto listener = listen();
  const auto post = [&]() -> task<boost::system::error_code> {
    const std::string body(100 * 1024, 'b');
    tcp::socket socket = co_await connect_to(listener->port());
    co_await write_text(socket, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 102400\r\n\r\n" + body);
    std::string page;
    const auto [ec, size] =
        co_await asio::async_read(socket, asio::dynamic_buffer(page), asio::as_tuple(asio::use_awaitable));
    EXPECT_THAT(page, EndsWith("<p>hello</p>"));
    co_return ec;
  };
  EXPECT_EQ(run(io, post()), asio::error::eof);
}

TEST_F(LoopbackListener, L28_IsReachedAt127001Alone) {
  const auto listener = listen();
  const auto refused = [&](const std::string& address) -> task<bool> {
    tcp::socket socket(io);
    const tcp::endpoint there(asio::ip::make_address(address), listener->port());
    const auto [ec] = co_await socket.async_connect(there, asio::as_tuple(asio::use_awaitable));
    co_return ec.failed();
  };
  EXPECT_FALSE(run(io, refused("127.0.0.1")));
  EXPECT_TRUE(run(io, refused("127.0.0.2")));
  EXPECT_TRUE(run(io, refused("::1")));
}

TEST_F(LoopbackListener, L28_BindsLoopbackThoughTheNameIsLocalhost) {
  loopback_redirect where;
  where.host = "localhost";
  loopback_listeners listeners(io.get_executor());
  const auto listener =
      listeners.listen(where, [](redirect_request) -> task<redirect_answer> { co_return redirect_answer(); });
  ASSERT_TRUE(listener);
  EXPECT_THAT(run(io, ask((*listener)->port(), "GET / HTTP/1.1\r\n\r\n")), StartsWith("HTTP/1.1 404"));
}

}  // namespace
}  // namespace latchkey::testing_net
