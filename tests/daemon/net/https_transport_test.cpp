// The HTTPS transport against servers that answer well, badly, late or not at all; over plain HTTP to loopback, as TLS
// changes nothing here.
#include "daemon/adapters/https_transport.h"

#include <gmock/gmock.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tests/daemon/net/event_loop.h"
#include "tests/daemon/net/scripted_server.h"

namespace latchkey::testing_net {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class HttpsTransport : public testing::Test {
 protected:
  result<http_response> get(const std::string& url) {
    http_request request;
    request.url = url;
    return send(std::move(request));
  }
  result<http_response> send(http_request request) {
    if (!transport) transport.emplace(io.get_executor(), std::move(settings));
    return run(io, transport->send(std::move(request)));
  }
  // What one GET says when the server answers with these bytes and closes.
  result<http_response> answer_of(const std::string& bytes) {
    const scripted_server server(io, scripted_server::answering(bytes, requests));
    return get(server.url("/token"));
  }

  asio::io_context io;
  https_settings settings;  // As they are at the first request.
  std::optional<https_transport> transport;
  std::vector<std::string> requests;
};

std::uint16_t port_that_nobody_listens_on(asio::io_context& io) {
  const tcp::acceptor bound(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  return bound.local_endpoint().port();
}

TEST_F(HttpsTransport, SendsTheRequestAsItIsAndReadsTheAnswer) {
  const scripted_server server(
      io, scripted_server::answering(http_answer("200 OK\r\nX-Who: me\r\nX-Who: you", "{\"a\":1}"), requests));
  http_request request;
  request.method = "POST";
  request.url = server.url("/token?x=1");
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.authorization = secret("Basic Zm9v");
  request.body = secret("grant_type=refresh_token");
  const auto response = send(std::move(request));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200U);
  EXPECT_EQ(response->body.reveal(), "{\"a\":1}");
  EXPECT_EQ(find_header(response->headers, "x-who"), "me");
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_THAT(requests[0], testing::StartsWith("POST /token?x=1 HTTP/1.1\r\n"));
  EXPECT_THAT(requests[0], HasSubstr("\r\nHost: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"));
  EXPECT_THAT(requests[0], HasSubstr("\r\nUser-Agent: latchkey/"));
  EXPECT_THAT(requests[0], HasSubstr("\r\nAuthorization: Basic Zm9v\r\n"));
  EXPECT_THAT(requests[0], HasSubstr("\r\nContent-Length: 24\r\n"));
  EXPECT_THAT(requests[0], HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(requests[0], Not(HasSubstr("Accept-Encoding")));
  EXPECT_THAT(requests[0], testing::EndsWith("\r\n\r\ngrant_type=refresh_token"));
}

TEST_F(HttpsTransport, RefusesAHeaderThatWouldBecomeTwo) {
  http_request request;
  request.url = "http://127.0.0.1:1/";
  request.headers = {{"X-Name", "a\r\nX-Evil: b"}};
  EXPECT_EQ(send(std::move(request)).error().code, errc::internal);
}

TEST_F(HttpsTransport, T20_RefusesPlainHttpToAnotherHost) {
  EXPECT_EQ(get("http://idp.example/token").error().code, errc::bad_request);
}

TEST_F(HttpsTransport, T15_ReturnsARedirectAndFollowsNone) {
  const scripted_server other(io, scripted_server::answering(http_answer("200 OK", "{}"), requests));
  for (const std::string status : {"302 Found", "307 Temporary Redirect"}) {
    const auto response = answer_of(http_answer(status + "\r\nLocation: " + other.url("/stolen"), ""));
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status / 100, 3U);
  }
  EXPECT_EQ(other.connections(), 0);
}

TEST_F(HttpsTransport, T17_GivesUpOnAServerThatFallsSilent) {
  settings.total_timeout = milliseconds(150);
  for (const std::string_view before :
       {"", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"a"}) {
    bool closed = false;
    const scripted_server server(io, [before, &closed](tcp::socket& socket) -> task<> {
      co_await read_request(socket);
      co_await write_text(socket, std::string(before));
      co_await read_all(socket);
      closed = true;
    });
    const auto response = get(server.url("/"));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, errc::temporarily_unavailable);
    EXPECT_EQ(response.error().message, "127.0.0.1 did not finish its answer in time");
    io.restart();
    while (!closed && io.run_one_for(patience) != 0) continue;
    EXPECT_TRUE(closed) << "after: " << before;
  }
}

TEST_F(HttpsTransport, T17_CountsTheNameLookupInTheTimeAllowed) {
  settings.total_timeout = milliseconds(100);
  settings.look_up = [](std::string host, std::uint16_t, deadline until) -> task<result<addresses>> {
    asio::steady_timer timer(co_await asio::this_coro::executor, until);
    co_await timer.async_wait(asio::use_awaitable);
    co_return fault(errc::temporarily_unavailable, "no answer about " + host);
  };
  EXPECT_EQ(get("https://idp.example/").error().message, "no answer about idp.example");
}

TEST_F(HttpsTransport, T18_SaysThatTheConnectionWasResetInTheMiddle) {
  const scripted_server server(io, [](tcp::socket& socket) -> task<> {
    co_await read_request(socket);
    co_await write_text(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"access_token\":");
    socket.set_option(asio::socket_base::linger(true, 0));
    socket.close();
  });
  const auto response = get(server.url("/"));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, errc::temporarily_unavailable);
  EXPECT_EQ(response.error().message, "127.0.0.1 closed the connection before its answer was complete");
}

TEST_F(HttpsTransport, T18_SaysThatTheAnswerEndedEarly) {
  for (const std::string bytes : {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
                                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"}) {
    const auto response = answer_of(bytes);
    ASSERT_FALSE(response) << bytes;
    EXPECT_EQ(response.error().message, "127.0.0.1 closed the connection before its answer was complete") << bytes;
  }
}

TEST_F(HttpsTransport, T21_SkipsInterimAnswersAndTakesAnEmptyOne) {
  const auto response = answer_of("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
                                  http_answer("200 OK", "{}"));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200U);
  EXPECT_EQ(response->body.reveal(), "{}");
  const auto empty = answer_of("HTTP/1.1 204 No Content\r\n\r\n");
  ASSERT_TRUE(empty) << empty.error().message;
  EXPECT_EQ(empty->status, 204U);
  EXPECT_TRUE(empty->body.empty());
}

TEST_F(HttpsTransport, T21_GivesUpOnInterimAnswersWithoutEnd) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(answer_of(many).error().message, "127.0.0.1 sent only interim answers (HTTP 1xx)");
}

TEST_F(HttpsTransport, T21_RefusesACodingItDidNotAskFor) {
  for (const std::string field : {"Content-Encoding: gzip", "Transfer-Encoding: gzip, chunked"}) {
    const auto response = answer_of("HTTP/1.1 200 OK\r\n" + field + "\r\n\r\n0\r\n\r\n");
    ASSERT_FALSE(response) << field;
    EXPECT_EQ(response.error().code, errc::provider_error);
    EXPECT_THAT(response.error().message, HasSubstr("which was not asked for"));
  }
  EXPECT_TRUE(answer_of(http_answer("200 OK\r\nContent-Encoding: identity", "{}")));
}

TEST_F(HttpsTransport, ReadsChunkedAnswersAndThoseThatEndWithTheConnection) {
  const auto chunked = answer_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n");
  ASSERT_TRUE(chunked) << chunked.error().message;
  EXPECT_EQ(chunked->body.reveal(), "{}");
  const auto unframed = answer_of("HTTP/1.0 200 OK\r\n\r\n{}");
  ASSERT_TRUE(unframed) << unframed.error().message;
  EXPECT_EQ(unframed->body.reveal(), "{}");
}

TEST_F(HttpsTransport, T4_D4_RefusesWhatIsTooLargeOrNoHttp) {
  const std::string large(limits::http_body + 1, 'x');
  EXPECT_EQ(answer_of(http_answer("200 OK", large)).error().code, errc::provider_error);
  EXPECT_EQ(answer_of("HTTP/1.0 200 OK\r\n\r\n" + large).error().code, errc::provider_error);
  EXPECT_EQ(answer_of("HTTP/1.1 200 OK\r\nX: " + std::string(limits::http_headers, 'x')).error().code,
            errc::provider_error);
  EXPECT_TRUE(answer_of(http_answer("200 OK", std::string(limits::http_body, 'x'))));
  EXPECT_THAT(answer_of("SSH-2.0-OpenSSH_9.2\r\n\r\n").error().message, HasSubstr("is not HTTP"));
}

TEST_F(HttpsTransport, T24_MakesANewConnectionForEachRequest) {
  const scripted_server server(
      io, scripted_server::answering(http_answer("200 OK\r\nConnection: keep-alive", "{}"), requests));
  transport.emplace(io.get_executor(), std::move(settings));
  for (int i = 0; i < 3; ++i) {
    http_request request;
    request.url = server.url("/");
    EXPECT_TRUE(run(io, transport->send(std::move(request))));
  }
  EXPECT_EQ(server.connections(), 3);
}

TEST_F(HttpsTransport, T26_TriesEachAddressInTurn) {
  const scripted_server server(io, scripted_server::answering(http_answer("200 OK", "{}"), requests));
  const auto dead = port_that_nobody_listens_on(io);
  const auto loopback = asio::ip::address_v4::loopback();
  settings.look_up = [&](std::string, std::uint16_t, deadline) -> task<result<addresses>> {
    addresses found;
    found.emplace_back(asio::ip::address_v6::loopback(), dead);
    found.emplace_back(loopback, dead);
    found.emplace_back(loopback, server.port());
    co_return found;
  };
  const auto response = get("http://localhost/");
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(server.connections(), 1);
}

// A listener whose queue is full swallows the first packet of a connection, as a dead address does.
TEST_F(HttpsTransport, T26_LeavesAnAddressThatDoesNotAnswerForTheNext) {
  tcp::acceptor full(io, tcp::v4());
  full.bind({asio::ip::address_v4::loopback(), 0});
  full.listen(0);
  std::vector<tcp::socket> queued;
  for (int i = 0; i < 4; ++i) {
    queued.emplace_back(io, tcp::v4());
    queued.back().async_connect(full.local_endpoint(), [](const boost::system::error_code&) {});
  }
  const scripted_server server(io, scripted_server::answering(http_answer("200 OK", "{}"), requests));
  settings.connect_timeout = milliseconds(150);
  settings.look_up = [&](std::string, std::uint16_t, deadline) -> task<result<addresses>> {
    addresses found;
    found.push_back(full.local_endpoint());
    found.emplace_back(asio::ip::address_v4::loopback(), server.port());
    co_return found;
  };
  const auto response = get("http://localhost/");
  ASSERT_TRUE(response) << response.error().message;
}

TEST_F(HttpsTransport, SaysThatNothingListens) {
  const auto port = std::to_string(port_that_nobody_listens_on(io));
  const auto response = get("http://127.0.0.1:" + port + "/");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, errc::temporarily_unavailable);
  EXPECT_THAT(response.error().message, HasSubstr("127.0.0.1:" + port + " refused the connection"));
}

TEST_F(HttpsTransport, KnowsLocalhostWithoutAskingAnyone) {
  const auto soon = std::chrono::steady_clock::now() + patience;
  const auto found = run(io, look_up_name("localhost", 80, soon));
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, ElementsAre(tcp::endpoint(asio::ip::address_v4::loopback(), 80),
                                  tcp::endpoint(asio::ip::address_v6::loopback(), 80)));
}

TEST_F(HttpsTransport, SaysThatAHostDoesNotExist) {
  const auto response = get("https://no-such-host.invalid/");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, errc::temporarily_unavailable);
  EXPECT_THAT(response.error().message, HasSubstr("no-such-host.invalid"));
}

TEST_F(HttpsTransport, ClosesTheConnectionWhenTheCallerIsCancelled) {
  asio::cancellation_signal cancel;
  const scripted_server server(io, [&cancel](tcp::socket& socket) -> task<> {
    co_await read_request(socket);
    cancel.emit(asio::cancellation_type::terminal);
    co_await read_all(socket);
    socket.get_executor().target<asio::io_context::executor_type>()->context().stop();
  });
  transport.emplace(io.get_executor(), std::move(settings));
  http_request request;
  request.url = server.url("/");
  bool succeeded = true;
  asio::co_spawn(io, transport->send(std::move(request)),
                 asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr failure, auto response) {
                   succeeded = !failure && response.has_value();
                 }));
  io.run_for(patience);
  EXPECT_TRUE(io.stopped()) << "the connection is still open";
  EXPECT_FALSE(succeeded);
}

}  // namespace
}  // namespace latchkey::testing_net
