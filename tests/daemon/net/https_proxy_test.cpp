// The HTTPS transport through a small CONNECT proxy (T25).
#include <gmock/gmock.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <fstream>

#include "daemon/adapters/https_transport.h"
#include "tests/daemon/net/certificates.h"
#include "tests/daemon/net/event_loop.h"
#include "tests/daemon/net/scripted_server.h"
#include "tests/support/temporary_folder.h"

namespace latchkey::testing_net {
namespace {

using testing::HasSubstr;
using testing::Not;

task<> relay(tcp::socket& from, tcp::socket& to) {
  std::string buffer(4096, '\0');
  for (;;) {
    const auto count = co_await from.async_read_some(asio::buffer(buffer), asio::use_awaitable);
    co_await asio::async_write(to, asio::buffer(buffer.data(), count), asio::use_awaitable);
  }
}

class HttpsProxy : public testing::Test {
 protected:
  HttpsProxy() {
    const std::string ca_file = (folder.path() / "ca.pem").string();
    std::ofstream(ca_file) << authority.certificate_pem();
    settings.ca_file = ca_file;
    settings.look_up = [this](std::string host, std::uint16_t port, deadline until) -> task<result<addresses>> {
      looked_up.push_back(host);
      if (host == "idp.example") host = "127.0.0.1";
      co_return co_await look_up_name(host, port, until);
    };
  }

  void use_proxy(const std::string& user_info = "", const std::string& no_proxy = "") {
    const std::string url = "http://" + user_info + "127.0.0.1:" + std::to_string(proxy.port());
    settings.proxies = proxy_settings::parse(url, no_proxy);
  }
  result<http_response> get() {
    if (!transport) transport.emplace(io.get_executor(), std::move(settings));
    http_request request;
    request.url = "https://idp.example:" + std::to_string(provider.port()) + "/token";
    return run(io, transport->send(std::move(request)));
  }

  asio::io_context io;
  support::temporary_folder folder;
  const identity authority = make_authority("Test Authority");
  asio::ssl::context context = issue(authority, certificate_wish{}).server_context();
  scripted_server provider{io, [this](tcp::socket& socket) -> task<> {
                             tls_socket tls(std::move(socket), context);
                             co_await tls.async_handshake(tls_socket::server, asio::use_awaitable);
                             request_seen = co_await read_request(tls);
                             co_await write_text(tls, http_answer("200 OK", "{}"));
                           }};
  scripted_server proxy{io, [this](tcp::socket& socket) -> task<> {
                          using namespace asio::experimental::awaitable_operators;
                          connect_seen = co_await read_request(socket);
                          co_await write_text(socket, proxy_answer);
                          tcp::socket onward(socket.get_executor());
                          const tcp::endpoint target(asio::ip::address_v4::loopback(), provider.port());
                          co_await onward.async_connect(target, asio::use_awaitable);
                          co_await (relay(socket, onward) && relay(onward, socket));
                        }};
  https_settings settings;  // As they are at the first request.
  std::optional<https_transport> transport;
  std::string proxy_answer = "HTTP/1.1 200 Connection established\r\n\r\n";
  std::string connect_seen;
  std::string request_seen;
  std::vector<std::string> looked_up;
};

TEST_F(HttpsProxy, T25_GoesThroughTheTunnel) {
  use_proxy();
  const auto response = get();
  ASSERT_TRUE(response) << response.error().message;
  const std::string target = "idp.example:" + std::to_string(provider.port());
  EXPECT_THAT(connect_seen, testing::StartsWith("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n"));
  EXPECT_THAT(connect_seen, Not(HasSubstr("Proxy-Authorization")));
  EXPECT_THAT(request_seen, testing::StartsWith("GET /token HTTP/1.1\r\n"));
  EXPECT_THAT(looked_up, testing::ElementsAre("127.0.0.1")) << "the provider's name is the proxy's to look up";
}

TEST_F(HttpsProxy, T25_SendsTheCredentialsToTheProxyAlone) {
  use_proxy("j%40ne:p%3Ass@");
  ASSERT_TRUE(get());
  EXPECT_THAT(connect_seen, HasSubstr("\r\nProxy-Authorization: Basic akBuZTpwOnNz\r\n"));
  EXPECT_THAT(request_seen, Not(HasSubstr("Proxy-Authorization")));
}

TEST_F(HttpsProxy, T25_SaysInOneSentenceThatTheProxyRefused) {
  use_proxy("jane:hunter2@");
  for (const auto& [status, words] : {std::pair("403 Forbidden", "refused to connect to idp.example"),
                                      std::pair("502 Bad Gateway", "(HTTP status 502)"),
                                      std::pair("407 Proxy Authentication Required", "did not accept the user name")}) {
    proxy_answer = http_answer(status, "<html>no</html>");
    const auto response = get();
    ASSERT_FALSE(response) << status;
    EXPECT_EQ(response.error().code, errc::temporarily_unavailable);
    EXPECT_THAT(response.error().message, HasSubstr(words));
    EXPECT_THAT(response.error().message, HasSubstr("the proxy 127.0.0.1:"));
    EXPECT_THAT(response.error().message, Not(HasSubstr("hunter2")));
    EXPECT_THAT(response.error().message, Not(HasSubstr("jane")));
  }
  EXPECT_EQ(request_seen, "");
}

TEST_F(HttpsProxy, T25_AsksForCredentialsWhereThereAreNone) {
  use_proxy();
  proxy_answer = http_answer("407 Proxy Authentication Required", "");
  EXPECT_THAT(get().error().message, HasSubstr("http://USER:PASSWORD@HOST:PORT"));
}

TEST_F(HttpsProxy, T25_ChecksTheCertificateThroughTheTunnel) {
  use_proxy();
  settings.ca_file.clear();
  EXPECT_EQ(get().error().code, errc::provider_error);
  EXPECT_EQ(request_seen, "");
}

TEST_F(HttpsProxy, T25_TakesNoByteOfTheProxyForTheProviders) {
  use_proxy();
  proxy_answer += "early";
  EXPECT_FALSE(get());
  EXPECT_EQ(request_seen, "");
}

TEST_F(HttpsProxy, T25_GoesDirectlyToAHostInNoProxy) {
  use_proxy("", "other.example, .example");
  const auto response = get();
  EXPECT_TRUE(response) << response.error().message;
  EXPECT_EQ(proxy.connections(), 0);
}

TEST_F(HttpsProxy, T25_SaysWhichProxyIsDown) {
  settings.proxies = proxy_settings::parse("http://127.0.0.1:1", "");
  EXPECT_THAT(get().error().message, HasSubstr("the proxy 127.0.0.1:1 (HTTPS_PROXY) refused the connection"));
}

TEST_F(HttpsProxy, T25_SendsNothingAroundAProxyItCannotRead) {
  settings.proxies = proxy_settings::parse("socks5://jane:hunter2@127.0.0.1", "");
  const auto response = get();
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message, HasSubstr("HTTPS_PROXY names a kind of proxy other than http"));
  EXPECT_THAT(response.error().message, Not(HasSubstr("hunter2")));
  EXPECT_EQ(provider.connections(), 0);
}

}  // namespace
}  // namespace latchkey::testing_net
