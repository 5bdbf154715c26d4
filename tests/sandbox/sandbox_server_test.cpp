// The program itself, over real sockets.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>

#include "tests/sandbox/encoding.h"
#include "tests/sandbox/http_connection.h"
#include "tests/sandbox/sandbox_process.h"
#include "tests/support/temporary_folder.h"

namespace latchkey::sandbox {
namespace {

using nlohmann::json;

// base64("demo-client:"): the header is there though the secret is empty.
constexpr auto form_headers =
    "Authorization: Basic ZGVtby1jbGllbnQ6\r\nContent-Type: application/x-www-form-urlencoded\r\n";
constexpr auto authorize =
    "GET "
    "/oauth/authorize?client_id=demo-client&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcb&response_type=code&state=s";

class SandboxServer : public testing::Test {
 protected:
  explicit SandboxServer(const std::vector<std::string>& options = {})
      : sandbox(LATCHKEY_SANDBOX_PROGRAM, options), connection(sandbox.port()) {}

  static std::string query_value(const reply& redirect, std::string_view name) {
    const std::string& location = redirect.headers.at("location");
    return (*parameters::parse(location.substr(location.find('?') + 1)))[name];
  }
  json exchange(const std::string& code) {
    const reply answer =
        connection.ask("POST /oauth/token", form_headers,
                       "grant_type=authorization_code&redirect_uri=http://127.0.0.1:1/cb&code=" + code);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json::parse(answer.body);
  }
  reply refresh(const json& tokens) {
    return connection.ask("POST /oauth/token", form_headers,
                          "grant_type=refresh_token&refresh_token=" + tokens["refresh_token"].get<std::string>());
  }
  reply get(const std::string& path, const json& tokens) {
    return connection.ask("GET " + path, "Authorization: Bearer " + tokens["access_token"].get<std::string>() + "\r\n");
  }
  json counters() { return json::parse(connection.ask("GET /sandbox/counters").body); }

  sandbox_process sandbox;
  http_connection connection;
};

class AutoConsent : public SandboxServer {
 protected:
  AutoConsent() : SandboxServer({"--auto-consent"}) {}
  json login(const std::string& scope = {}) {
    return exchange(query_value(connection.ask(authorize + ("&scope=" + scope)), "code"));
  }
};

TEST_F(SandboxServer, SaysWhereItIsAndEndsAtOnceOnEachSignal) {
  const json ready = json::parse(sandbox.ready_line());
  const std::string base = "http://127.0.0.1:" + std::to_string(sandbox.port());
  EXPECT_EQ(ready["base_url"], base);
  EXPECT_EQ(ready["authorize_url"], base + "/oauth/authorize");
  EXPECT_EQ(ready["token_url"], base + "/oauth/token");
  EXPECT_EQ(ready["revocation_url"], base + "/oauth/revoke");
  EXPECT_EQ(ready["userinfo_url"], base + "/oauth/userinfo");
  EXPECT_EQ(ready["device_authorization_url"], base + "/oauth/device/code");
  EXPECT_EQ(ready["verification_url"], base + "/oauth/device");
  for (const int signal : {SIGTERM, SIGINT}) {
    sandbox_process other(LATCHKEY_SANDBOX_PROGRAM, {});
    const http_connection open(other.port());
    const int status = other.terminate(signal);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
}

TEST_F(SandboxServer, AsksByAPageWithoutScriptThatAnswersOnce) {
  const reply page = connection.ask(authorize);
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(page.headers.at("content-security-policy").starts_with("default-src 'none'"));
  EXPECT_EQ(page.body.find("<script"), std::string::npos);
  EXPECT_NE(page.body.find("id=\"allow\""), std::string::npos);
  EXPECT_NE(page.body.find("id=\"deny\""), std::string::npos);
  const std::string mark = "name=\"consent_id\" value=\"";
  const std::size_t start = page.body.find(mark) + mark.size();
  const std::string answer =
      "consent_id=" + page.body.substr(start, page.body.find('"', start) - start) + "&decision=allow";
  const std::string type = "Content-Type: application/x-www-form-urlencoded\r\n";
  const reply back = connection.ask("POST /oauth/consent", type, answer);
  EXPECT_EQ(back.status, 302);
  EXPECT_TRUE(back.headers.at("location").starts_with("http://127.0.0.1:1/cb?code=")) << back.headers.at("location");
  EXPECT_EQ(query_value(back, "state"), "s");
  EXPECT_EQ(connection.ask("POST /oauth/consent", type, answer).status, 400);
  EXPECT_EQ(exchange(query_value(back, "code"))["token_type"], "bearer");
}

TEST_F(AutoConsent, RotatesAndRefusesTheDeadTokenWithAChallenge) {
  const json first = login();
  EXPECT_EQ(first["expires_in"], 14400);
  EXPECT_EQ(get("/0/balance", first).status, 200);
  const reply answer = refresh(first);
  EXPECT_EQ(answer.headers.at("cache-control"), "no-store");
  const json second = json::parse(answer.body);
  const reply dead = get("/0/balance", first);
  EXPECT_EQ(dead.status, 401);
  EXPECT_NE(dead.headers.at("www-authenticate").find("error=\"invalid_token\""), std::string::npos);
  EXPECT_EQ(json::parse(get("/0/balance", second).body)["error"], json::array());
  const json count = counters();
  EXPECT_EQ(count["balance_ok"], 2);
  EXPECT_EQ(count["balance_401"], 1);
  EXPECT_EQ(count["refreshes"], 1);
  EXPECT_EQ(count["token_requests"], 2);
}

TEST_F(AutoConsent, AnswersLateButDecidesAtOnce) {
  const json first = login();
  EXPECT_EQ(connection.ask("POST /sandbox/delay-token?ms=300").status, 200);
  const auto before = std::chrono::steady_clock::now();
  http_connection slow(sandbox.port());
  slow.send("POST /oauth/token HTTP/1.1\r\nHost: x\r\n" + std::string(form_headers) +
            "Content-Length: " + std::to_string(39 + first["refresh_token"].get<std::string>().size()) +
            "\r\n\r\ngrant_type=refresh_token&refresh_token=" + first["refresh_token"].get<std::string>());
  while (counters()["refreshes"] == 0) ASSERT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
  EXPECT_EQ(get("/0/balance", first).status, 401);
  EXPECT_EQ(slow.receive().status, 200);
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(300));
}

TEST_F(SandboxServer, ResetsTheConnectionAsOrderedAndNoOther) {
  EXPECT_EQ(connection.ask("POST /sandbox/fail-next?status=reset").status, 200);
  http_connection victim(sandbox.port());
  EXPECT_THROW(victim.ask("POST /oauth/token", form_headers, "grant_type=refresh_token"), std::runtime_error);
  EXPECT_EQ(connection.ask("POST /oauth/token", form_headers, "grant_type=refresh_token").status, 400);
  EXPECT_EQ(counters()["token_requests"], 2);
}

TEST(SandboxProgram, LetsADeviceInByItself) {
  const sandbox_process sandbox(LATCHKEY_SANDBOX_PROGRAM,
                                {"--auto-consent", "--device-interval", "0", "--device-lifetime", "60"});
  http_connection connection(sandbox.port());
  const json codes = json::parse(connection.ask("POST /oauth/device/code", form_headers).body);
  EXPECT_EQ(codes["interval"], 0);
  EXPECT_EQ(codes["expires_in"], 60);
  const std::string uri = json::parse(sandbox.ready_line())["verification_url"];
  EXPECT_EQ(codes["verification_uri"], uri);
  const std::string form =
      "grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=" + codes["device_code"].get<std::string>();
  EXPECT_EQ(json::parse(connection.ask("POST /oauth/token", form_headers, form).body)["error"],
            "authorization_pending");
  EXPECT_EQ(connection.ask("POST /oauth/token", form_headers, form).status, 200);
  const json count = json::parse(connection.ask("GET /sandbox/counters").body);
  EXPECT_EQ(count["device_requests"], 1);
  EXPECT_EQ(count["device_polls"], 2);
  EXPECT_EQ(count["device_slow_downs"], 0);
  EXPECT_EQ(count["device_logins"], 1);
}

TEST(SandboxProgram, CanBeWithoutADeviceFlow) {
  const sandbox_process sandbox(LATCHKEY_SANDBOX_PROGRAM, {"--no-device"});
  EXPECT_FALSE(json::parse(sandbox.ready_line()).contains("device_authorization_url"));
  http_connection connection(sandbox.port());
  EXPECT_EQ(connection.ask("POST /oauth/device/code", form_headers).status, 404);
}

TEST(SandboxProgram, TakesAConfidentialClientsSecretFromAFile) {
  const support::temporary_folder folder;
  const std::string file = folder.path() / "client_secret";
  std::ofstream(file) << "s3cret\n";
  const sandbox_process sandbox(LATCHKEY_SANDBOX_PROGRAM, {"--confidential-client", "desk:" + file});
  http_connection connection(sandbox.port());
  const std::string type = "\r\nContent-Type: application/x-www-form-urlencoded\r\n";
  const std::string form = "grant_type=refresh_token&refresh_token=x";
  // base64 of "desk:s3cret" and of "desk:".
  EXPECT_EQ(connection.ask("POST /oauth/token", "Authorization: Basic ZGVzazpzM2NyZXQ=" + type, form).status, 400);
  EXPECT_EQ(connection.ask("POST /oauth/token", "Authorization: Basic ZGVzazo=" + type, form).status, 401);
  EXPECT_EQ(connection.ask("POST /oauth/token", form_headers, form).status, 400) << "the demo client is there, too";
}

TEST(SandboxProgram, LogsNoCodeTokenOrQuery) {
  const support::temporary_folder folder;
  const std::string log = folder.path() / "log";
  sandbox_process sandbox(LATCHKEY_SANDBOX_PROGRAM, {"--verbose"}, log);
  http_connection connection(sandbox.port());
  connection.ask("GET /oauth/authorize?state=CANARY");
  connection.ask("GET /0/balance", "Authorization: Bearer CANARY\r\n");
  connection.ask("POST /oauth/token", form_headers, "grant_type=authorization_code&code=CANARY");
  sandbox.terminate(SIGTERM);
  std::ifstream file(log);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(text, "GET /oauth/authorize 400\nGET /0/balance 401\nPOST /oauth/token 400\n");
}

TEST(SandboxProgram, RefusesWhatItCannotServe) {
  const support::temporary_folder folder;
  const std::string log = folder.path() / "log";
  const sandbox_process first(LATCHKEY_SANDBOX_PROGRAM, {});
  const std::vector<std::string> wrong[] = {{"--port", std::to_string(first.port())},
                                            {"--port", "65536"},
                                            {"--exact-redirect", "not a uri"},
                                            {"--confidential-client", "desk"},
                                            {"--confidential-client", "desk:" + log + ".missing"},
                                            {"--client", "=name"},
                                            {"--client", ":secret"},
                                            {"--client", "desk:"},
                                            {"--grace", "-1"},
                                            {"--device-interval", "x"},
                                            {"--device-lifetime", "-1"}};
  for (const auto& options : wrong) {
    EXPECT_THROW(sandbox_process(LATCHKEY_SANDBOX_PROGRAM, options, log), std::runtime_error) << options[0];
  }
}

TEST_F(SandboxServer, EndsAMalformedConnectionAndNoOther) {
  http_connection bad(sandbox.port());
  bad.send("nonsense\r\n\r\n");
  EXPECT_THROW(bad.receive(), std::runtime_error);
  http_connection huge(sandbox.port());
  huge.send("GET / HTTP/1.1\r\nX: " + std::string(64UL * 1024, 'x'));
  EXPECT_THROW(huge.receive(), std::runtime_error);
  EXPECT_EQ(connection.ask("GET /nowhere").status, 404);
  EXPECT_EQ(connection.ask("GET /oauth/token").headers.at("allow"), "POST");
}

TEST_F(AutoConsent, AnswersAThousandConnectionsAtOnce) {
  const json tokens = login();
  const std::string message = "GET /0/balance HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " +
                              tokens["access_token"].get<std::string>() + "\r\n\r\n";
  std::vector<std::unique_ptr<http_connection>> open;
  open.reserve(1000);
  for (int number = 0; number < 1000; ++number) {
    open.push_back(std::make_unique<http_connection>(sandbox.port()));
  }
  for (int round = 0; round < 2; ++round) {
    for (const auto& one : open) one->send(message);
    for (const auto& one : open) ASSERT_EQ(one->receive().status, 200);
  }
  EXPECT_EQ(counters()["balance_ok"], 2000);
}

}  // namespace
}  // namespace latchkey::sandbox
