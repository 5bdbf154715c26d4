// The HTTPS transport against TLS servers whose certificate is right, or wrong in one respect (T19).
#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include <fstream>

#include "daemon/adapters/https_transport.h"
#include "tests/daemon/net/certificates.h"
#include "tests/daemon/net/event_loop.h"
#include "tests/daemon/net/scripted_server.h"
#include "tests/support/environment.h"
#include "tests/support/temporary_folder.h"

namespace latchkey::testing_net {
namespace {

using testing::HasSubstr;

class HttpsTls : public testing::Test {
 protected:
  HttpsTls() { std::ofstream(ca_file) << authority.certificate_pem(); }

  // Every name is at 127.0.0.1.
  result<http_response> get(std::uint16_t port, const std::string& host = "idp.example") {
    settings.look_up = [](std::string, std::uint16_t at, deadline) -> task<result<addresses>> {
      addresses found;
      found.emplace_back(asio::ip::address_v4::loopback(), at);
      co_return found;
    };
    if (!transport) transport.emplace(io.get_executor(), std::move(settings));
    http_request request;
    request.url = "https://" + host + ":" + std::to_string(port) + "/token";
    return run(io, transport->send(std::move(request)));
  }

  // What the transport says of a server with this context.
  result<http_response> judge(asio::ssl::context context, const std::string& host = "idp.example") {
    const scripted_server server(io, [this, &context](tcp::socket& socket) -> task<> {
      tls_socket tls(std::move(socket), context);
      co_await tls.async_handshake(tls_socket::server, asio::use_awaitable);
      const char* name = SSL_get_servername(tls.native_handle(), TLSEXT_NAMETYPE_host_name);
      server_name = name != nullptr ? name : "";
      request_seen = co_await read_request(tls);
      co_await write_text(tls, answer);
      if (says_goodbye) co_await tls.async_shutdown(asio::as_tuple(asio::use_awaitable));
    });
    return get(server.port(), host);
  }
  result<http_response> judge(const certificate_wish& wish, const std::string& host = "idp.example") {
    return judge(issue(authority, wish).server_context(), host);
  }

  asio::io_context io;
  support::temporary_folder folder;
  std::string ca_file = (folder.path() / "ca.pem").string();
  const identity authority = make_authority("Test Authority");
  https_settings settings;  // As they are at the first request.
  std::optional<https_transport> transport;
  std::string answer = http_answer("200 OK", "{}");
  bool says_goodbye = true;
  std::string server_name;
  std::string request_seen;
};

void expect_refusal(const result<http_response>& response, const std::string& words) {
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, errc::provider_error);
  EXPECT_THAT(response.error().message, HasSubstr("idp.example"));
  EXPECT_THAT(response.error().message, HasSubstr(words));
}

TEST_F(HttpsTls, TrustsAnAuthorityFromTheSettings) {
  settings.ca_file = ca_file;
  const auto response = judge(certificate_wish{});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body.reveal(), "{}");
  EXPECT_EQ(server_name, "idp.example");
  EXPECT_THAT(request_seen, testing::StartsWith("GET /token HTTP/1.1\r\nHost: idp.example:"));
}

TEST_F(HttpsTls, TrustsAnAuthorityFromTheEnvironment) {
  const support::environment_variable trust("SSL_CERT_FILE", ca_file);
  const auto response = judge(certificate_wish{});
  EXPECT_TRUE(response) << response.error().message;
}

TEST_F(HttpsTls, HoldsAnAddressToTheCertificateToo) {
  settings.ca_file = ca_file;
  certificate_wish wish;
  wish.subject_alternative_name = "IP:127.0.0.1";
  const auto right = judge(wish, "127.0.0.1");
  EXPECT_TRUE(right) << right.error().message;
  EXPECT_EQ(server_name, "") << "an address is no server name (RFC 6066 §3)";
  wish.subject_alternative_name = "DNS:idp.example";
  const auto wrong = judge(wish, "127.0.0.1");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("is for another name"));
}

TEST_F(HttpsTls, T19_RefusesAnExpiredCertificate) {
  settings.ca_file = ca_file;
  certificate_wish wish;
  wish.valid_to = -60;
  expect_refusal(judge(wish), "has expired: check this computer's clock");
}

TEST_F(HttpsTls, T19_RefusesACertificateOfTheFuture) {
  settings.ca_file = ca_file;
  certificate_wish wish;
  wish.valid_from = 60;
  expect_refusal(judge(wish), "is not valid yet: check this computer's clock");
}

TEST_F(HttpsTls, T19_RefusesASelfSignedCertificate) {
  settings.ca_file = ca_file;
  expect_refusal(judge(make_self_signed(certificate_wish{}).server_context()), "is self-signed: if you trust it");
}

TEST_F(HttpsTls, T19_RefusesACertificateForAnotherName) {
  settings.ca_file = ca_file;
  for (const std::string name :
       {"DNS:other.example", "DNS:idp.example.evil.example", "DNS:*.example.org", "DNS:i*.example"}) {
    certificate_wish wish;
    wish.subject_alternative_name = name;
    expect_refusal(judge(wish), "is for another name");
  }
}

TEST_F(HttpsTls, T19_RefusesAnUnknownAuthority) {
  const auto response = judge(certificate_wish{});
  expect_refusal(response, "is from an authority that this computer does not know");
  EXPECT_THAT(response.error().message, HasSubstr("ca_file under [tls] in config.toml, or in SSL_CERT_FILE"));
}

TEST_F(HttpsTls, T19_RefusesOldTls) {
  settings.ca_file = ca_file;
  asio::ssl::context context = issue(authority, certificate_wish{}).server_context();
  SSL_CTX_set_security_level(context.native_handle(), 0);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context.native_handle(), TLS1_1_VERSION);
  expect_refusal(judge(std::move(context)), "speaks only TLS older than 1.2");
  EXPECT_EQ(request_seen, "");
}

TEST_F(HttpsTls, SaysThatThereIsNoTls) {
  const scripted_server server(io, [](tcp::socket& socket) -> task<> {
    co_await write_text(socket, http_answer("400 Bad Request", "this is a plain port"));
    co_await read_all(socket);
  });
  expect_refusal(get(server.port()), "does not speak TLS at this port");
}

TEST_F(HttpsTls, TriesAgainLaterWhenTheHandshakeIsCutOff) {
  const scripted_server server(io, [](tcp::socket& socket) -> task<> {
    std::string hello(5, '\0');
    co_await asio::async_read(socket, asio::buffer(hello), asio::use_awaitable);
  });
  EXPECT_EQ(get(server.port()).error().code, errc::temporarily_unavailable);
}

TEST_F(HttpsTls, T17_GivesUpOnAHandshakeThatHangs) {
  settings.total_timeout = std::chrono::milliseconds(100);
  const scripted_server server(io, [](tcp::socket& socket) -> task<> { co_await read_all(socket); });
  const auto response = get(server.port());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, errc::temporarily_unavailable);
  EXPECT_EQ(response.error().message, "idp.example did not finish its answer in time");
}

// Without close_notify anyone on the way may have cut an answer that has no length (RFC 8446 §6.1).
TEST_F(HttpsTls, T18_TakesNoUnframedAnswerThatEndsWithoutGoodbye) {
  settings.ca_file = ca_file;
  answer = "HTTP/1.1 200 OK\r\n\r\n{\"a\":1}";
  EXPECT_TRUE(judge(certificate_wish{}));
  says_goodbye = false;
  const auto cut = judge(certificate_wish{});
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, errc::temporarily_unavailable);
  answer = http_answer("200 OK", "{}");
  EXPECT_TRUE(judge(certificate_wish{})) << "an answer with a length needs no goodbye";
}

TEST_F(HttpsTls, NamesACaFileThatCannotBeRead) {
  settings.ca_file = "/nonexistent/ca.pem";
  const auto response = judge(certificate_wish{});
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message, HasSubstr("no certificate can be read from /nonexistent/ca.pem"));
}

}  // namespace
}  // namespace latchkey::testing_net
