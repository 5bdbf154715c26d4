// What the program says about its token answers, over real sockets that are closed in every way a client can end.
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "tests/sandbox/encoding.h"
#include "tests/sandbox/http_connection.h"
#include "tests/sandbox/sandbox_process.h"

namespace latchkey::sandbox {
namespace {

using nlohmann::json;

class Rotations : public testing::Test {
 protected:
  Rotations() : sandbox(LATCHKEY_SANDBOX_PROGRAM, {"--auto-consent"}), driver(sandbox.port()) {}

  // A token request that logs in; `more`: headers, each ended by CR LF.
  std::string login_request(const std::string& more) {
    const reply back = driver.ask(
        "GET /oauth/authorize?client_id=demo-client&redirect_uri=http://127.0.0.1:1/cb&response_type=code&state=s");
    const std::string& location = back.headers.at("location");
    const std::string code = (*parameters::parse(location.substr(location.find('?') + 1)))["code"];
    const std::string body = "grant_type=authorization_code&redirect_uri=http://127.0.0.1:1/cb&code=" + code;
    return "POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic ZGVtby1jbGllbnQ6\r\n" + more +
           "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }
  json rotations() { return json::parse(driver.ask("GET /sandbox/rotations").body); }
  // The only answer, once it is no longer what it was.
  json only_answer_once_not(const std::string& ended) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    json list = rotations();
    while ((list.empty() || list[0]["ended"] == ended) && std::chrono::steady_clock::now() < until) list = rotations();
    EXPECT_EQ(list.size(), 1U);
    return list.at(0);
  }

  sandbox_process sandbox;
  http_connection driver;
};

constexpr auto close_after = "Connection: close\r\n";

TEST_F(Rotations, NameNoTokenAndSayWhenEachWasAnswered) {
  const auto before = std::chrono::steady_clock::now().time_since_epoch();
  http_connection client(sandbox.port());
  client.send(login_request(""));
  const json login = json::parse(client.receive().body);
  const reply second =
      client.ask("POST /oauth/token",
                 "Authorization: Basic ZGVtby1jbGllbnQ6\r\n"
                 "Content-Type: application/x-www-form-urlencoded\r\n",
                 "grant_type=refresh_token&refresh_token=" + login["refresh_token"].get<std::string>());
  const auto after = std::chrono::steady_clock::now().time_since_epoch();
  const json tokens = json::parse(second.body);
  const json list = rotations();
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0]["kind"], "login");
  EXPECT_EQ(list[1]["kind"], "rotation");
  EXPECT_EQ(list[0]["ended"], "read") << "the connection went on";
  EXPECT_EQ(list[1]["ended"], "open");
  EXPECT_EQ(list[1]["serial"], 2);
  EXPECT_EQ(list[1]["refresh_token_fingerprint"],
            s256_challenge(tokens["refresh_token"].get<std::string>()).substr(0, 12));
  const auto answered = std::chrono::nanoseconds(list[1]["answered_at"].get<std::int64_t>());
  EXPECT_GT(answered, before);
  EXPECT_LT(answered, after);
  for (const auto* name : {"refresh_token", "access_token"})
    EXPECT_EQ(list.dump().find(tokens[name].get<std::string>()), std::string::npos);
}

TEST_F(Rotations, AnAnswerIsReadWhereTheClientTookItAll) {
  for (const auto* more : {"", close_after}) {
    std::optional<http_connection> client(sandbox.port());
    client->send(login_request(more));
    EXPECT_EQ(client->receive().status, 200);
    client.reset();
  }
  json list = rotations();
  while (list[0]["ended"] == "open" || list[1]["ended"] == "open") list = rotations();
  EXPECT_EQ(list[0]["ended"], "read");
  EXPECT_EQ(list[1]["ended"], "read");
}

TEST_F(Rotations, AnAnswerIsUnreadWhereTheClientEndedWithItInItsSocket) {
  std::optional<http_connection> client(sandbox.port());
  client->send(login_request(close_after));
  client->wait_for_bytes();
  client.reset();
  EXPECT_EQ(only_answer_once_not("open")["ended"], "unread");
}

TEST_F(Rotations, AnAnswerIsUnreadWhereTheClientWasGoneBeforeItCame) {
  EXPECT_EQ(driver.ask("POST /sandbox/delay-token?ms=100").status, 200);
  const std::string request = login_request(close_after);
  const auto sent = std::chrono::steady_clock::now().time_since_epoch();
  { http_connection(sandbox.port()).send(request); }
  const json answer = only_answer_once_not("open");
  EXPECT_EQ(answer["ended"], "unread");
  EXPECT_GE(std::chrono::nanoseconds(answer["answered_at"].get<std::int64_t>()) - sent, std::chrono::milliseconds(100));
}

TEST_F(Rotations, AnAnswerOnItsWayIsOpen) {
  EXPECT_EQ(driver.ask("POST /sandbox/delay-token?ms=60000").status, 200);
  http_connection client(sandbox.port());
  client.send(login_request(close_after));
  json list = rotations();
  while (list.empty()) list = rotations();
  EXPECT_EQ(list[0]["ended"], "open");
  EXPECT_TRUE(list[0]["answered_at"].is_null());
}

}  // namespace
}  // namespace latchkey::sandbox
