// The client library against the fake broker.
#include "latchkey/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tests/ipc/fake_broker.h"
#include "tests/ipc/running_server.h"
#include "tests/support/environment.h"

namespace latchkey {
namespace {

using support::running_server;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Client : testing::Test {
  support::fake_broker_log log;
  running_server server{running_server::interfaces{support::fake_broker(log)}};
  client agent{server.path()};

  void TearDown() override { EXPECT_EQ(log.mismatches, ""); }

  template <class F>
  static client_error thrown_by(const F& call) {
    try {
      call();
    } catch (const client_error& error) {
      return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return {"", 0, ""};
  }
};

TEST_F(Client, GetsAToken) {
  const token got = agent.get_token("work");
  EXPECT_EQ(got.access_token, "access-token-of-work");
  EXPECT_EQ(got.token_type, "Bearer");
  EXPECT_EQ(got.expires_at, 1'900'000'000);
  EXPECT_THAT(got.scopes, ElementsAre("read"));
  EXPECT_EQ(got.generation, 3);
}

TEST_F(Client, SaysWhatItNeedsOfAToken) {
  token_options options;
  options.scopes = {"a", "b"};
  options.min_valid = std::chrono::minutes(5);
  options.stale_generation = 7;
  const token got = agent.get_token("work", options);
  EXPECT_EQ(got.expires_at, 1'900'000'300);
  EXPECT_THAT(got.scopes, ElementsAre("a", "b"));
  EXPECT_EQ(got.generation, 8);
}

TEST_F(Client, ThrowsWhatTheBrokerAnswersAndGoesOn) {
  const client_error absent = thrown_by([&] { agent.get_token("nobody"); });
  EXPECT_EQ(absent.name(), "NoSuchAccount");
  EXPECT_STREQ(absent.what(), "there is no account of this name");
  const client_error locked = thrown_by([&] { agent.get_token("locked"); });
  EXPECT_EQ(locked.name(), "StoreLocked");
  EXPECT_EQ(locked.exit_code(), 7);
  EXPECT_EQ(locked.advice, "Unlock it, then try again.");
  const client_error narrow = thrown_by([&] { agent.get_token("narrow"); });
  EXPECT_EQ(narrow.exit_code(), 3);
  EXPECT_THAT(narrow.missing_scopes, ElementsAre("write"));
  EXPECT_EQ(narrow.advice, "Run: latchkey login narrow");
  const client_error offline = thrown_by([&] { agent.get_token("offline"); });
  EXPECT_EQ(offline.exit_code(), 5);
  EXPECT_EQ(offline.retry_after, std::chrono::seconds(17));
  EXPECT_EQ(thrown_by([&] { agent.get_token("broken"); }).provider_text, "invalid_client");
  const client_error refused = thrown_by([&] { agent.get_token("a\nb"); });
  EXPECT_EQ(refused.name(), "BadRequest");
  EXPECT_STREQ(refused.what(), "the daemon does not accept the parameter account");
  EXPECT_EQ(agent.get_token("work").generation, 3);
}

TEST_F(Client, ShowsEveryStepOfALogin) {
  std::vector<std::string> states;
  const auto note = [&](const login_step& step) { states.push_back(step.state + " " + step.url); };
  agent.login("work", login_flow::browser, {}, note);
  agent.login("work", login_flow::url, {"read"}, note);
  EXPECT_THAT(states, ElementsAre("browser_opened https://example.com/authorize", "done ",
                                  "open_url https://example.com/authorize", "done "));
}

TEST_F(Client, ALoginThatFailsThrowsAndTheNextCallWorks) {
  const client_error failed = thrown_by([&] { agent.login("denied", login_flow::url, {}, [](const login_step&) {}); });
  EXPECT_EQ(failed.name(), "LoginFailed");
  EXPECT_EQ(failed.provider_text, "access_denied");
  EXPECT_EQ(agent.get_token("work").generation, 3);
}

TEST_F(Client, O9_AnotherUsersLoginIsTakenOnlyWhereThatIsSaid) {
  const auto look_away = [](const login_step&) {};
  EXPECT_EQ(thrown_by([&] { agent.login("anothers", login_flow::url, {}, look_away); }).name(), "OtherUser");
  EXPECT_EQ(thrown_by([&] { agent.login("anothers", login_flow::url, {}, look_away, other_user::refuse); }).name(),
            "OtherUser");
  agent.login("anothers", login_flow::url, {}, look_away, other_user::accept);
}

TEST_F(Client, GivingUpALoginCancelsIt) {
  struct given_up {};
  EXPECT_THROW(agent.login("patient", login_flow::url, {}, [](const login_step&) { throw given_up(); }), given_up);
  EXPECT_TRUE(server.reaches_connections(0));
  EXPECT_EQ(log.logins, 0);
  EXPECT_EQ(agent.get_token("work").generation, 3);
}

TEST_F(Client, WatchesUntilItHasSeenEnough) {
  std::vector<std::string> kinds;
  agent.watch("", [&](const event& seen) {
    kinds.push_back(seen.kind + " " + seen.account.name);
    return kinds.size() < 2;
  });
  EXPECT_THAT(kinds, ElementsAre("state work", "refreshed work"));
  EXPECT_TRUE(server.reaches_connections(0));
  EXPECT_EQ(log.watching, 0);
  EXPECT_EQ(agent.get_token("work").generation, 3);
}

TEST_F(Client, AddsAnAccount) {
  new_account account;
  account.name = "new";
  account.provider = "example";
  account.client_id = "client-2";
  account.client_secret = "hidden";
  account.scopes = {"read"};
  account.authorize_parameters = {{"audience", "api"}};
  agent.add_account(account);
  const std::lock_guard lock(log.mutex);
  ASSERT_TRUE(log.added);
  EXPECT_EQ(log.added->name, "new");
  EXPECT_EQ(log.added->provider, "example");
  EXPECT_EQ(log.added->issuer, std::nullopt);
  EXPECT_EQ(log.added->client_secret, secret("hidden"));
  EXPECT_EQ(log.added->authorize_parameters, account.authorize_parameters);
}

TEST_F(Client, AddsAnAccountWithAnEncryptedSecret) {
  new_account account;
  account.name = "new";
  account.provider = "example";
  account.client_id = "client-2";
  account.client_secret_encrypted = {"c2VhbGVk\n", "-----BEGIN PRIVATE KEY-----\n", "open sesame", true};
  agent.add_account(account);
  const std::lock_guard lock(log.mutex);
  ASSERT_TRUE(log.added && log.added->client_secret_encrypted);
  EXPECT_EQ(log.added->client_secret, std::nullopt);
  EXPECT_EQ(log.added->client_secret_encrypted->ciphertext, secret("c2VhbGVk\n"));
  EXPECT_EQ(log.added->client_secret_encrypted->private_key, secret("-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_EQ(log.added->client_secret_encrypted->passphrase, secret("open sesame"));
  EXPECT_EQ(log.added->client_secret_encrypted->padding, "oaep");
}

TEST_F(Client, ReadsListsAndStatus) {
  const auto accounts = agent.accounts();
  ASSERT_EQ(accounts.size(), 1U);
  EXPECT_EQ(accounts[0].name, "work");
  EXPECT_EQ(accounts[0].state, "fresh");
  EXPECT_THAT(accounts[0].granted_scopes, ElementsAre("read"));
  EXPECT_EQ(accounts[0].refreshed_at, std::nullopt);
  EXPECT_TRUE(accounts[0].has_refresh_token);
  EXPECT_EQ(accounts[0].next_action, "refresh");
  EXPECT_EQ(accounts[0].next_action_at, 1'899'999'000);
  EXPECT_EQ(accounts[0].last_used_at, 1'899'990'000);
  EXPECT_EQ(accounts[0].last_used_by, "/usr/bin/git (process 42)");
  const auto providers = agent.providers("other");
  ASSERT_EQ(providers.size(), 1U);
  EXPECT_EQ(providers[0].name, "other");
  EXPECT_EQ(providers[0].revocation_endpoint, "");
  EXPECT_EQ(providers[0].scopes.at(0).risk, "read");
  EXPECT_FALSE(providers[0].scopes_complete);
  EXPECT_EQ(providers[0].empty_scope, "unknown");
  const auto telling = agent.providers().at(0);
  EXPECT_TRUE(telling.scopes_complete);
  EXPECT_EQ(telling.empty_scope, "all_registered");
  const daemon_status now = agent.status();
  EXPECT_EQ(now.version, "1.2.3");
  EXPECT_EQ(now.store, "file");
  EXPECT_THAT(now.warnings, ElementsAre("a warning"));
  EXPECT_EQ(now.accounts.size(), 1U);
  EXPECT_FALSE(now.locked);
  EXPECT_EQ(now.locked_since, std::nullopt);
}

TEST_F(Client, LocksAndUnlocks) {
  agent.lock();
  EXPECT_TRUE(agent.status().locked);
  EXPECT_EQ(agent.status().locked_since, 1'700'000'000);
  agent.unlock();
  EXPECT_FALSE(agent.status().locked);
}

TEST_F(Client, HasTheProviderChecked) {
  const provider_check found = agent.check_provider("work");
  EXPECT_EQ(found.endpoint, "https://example.com/token");
  EXPECT_TRUE(found.reachable);
  EXPECT_EQ(found.message, "it has trouble of its own");
  EXPECT_EQ(found.clock_skew, std::chrono::seconds(-42));
  EXPECT_EQ(thrown_by([&] { agent.check_provider("nobody"); }).name(), "NoSuchAccount");
}

TEST_F(Client, LogsOutAndRemoves) {
  EXPECT_TRUE(agent.logout("work", true).revoked);
  EXPECT_EQ(agent.logout("work", false).note, "the grant was not revoked");
  agent.remove_account("work");
  EXPECT_EQ(thrown_by([&] { agent.remove_account("nobody"); }).name(), "NoSuchAccount");
}

TEST_F(Client, FindsTheSocketByTheEnvironment) {
  const support::environment_variable socket("LATCHKEY_SOCKET", server.path());
  EXPECT_EQ(client().get_token("work").generation, 3);
}

TEST_F(Client, I19_SaysWhereItLooked) {
  const client_error absent = thrown_by([&] { client(server.path() + "-not"); });
  EXPECT_EQ(absent.name(), "NoDaemon");
  EXPECT_EQ(absent.exit_code(), 6);
  EXPECT_THAT(absent.what(), HasSubstr("there is no socket on " + server.path() + "-not"));
  const support::environment_variable socket("LATCHKEY_SOCKET", std::nullopt);
  const support::environment_variable runtime("XDG_RUNTIME_DIR", std::nullopt);
  EXPECT_EQ(thrown_by([] { client(); }).name(), "NoDaemon");
}

TEST_F(Client, SurvivesARestartOfTheDaemon) {
  EXPECT_EQ(agent.get_token("work").generation, 3);
  server.restart(running_server::interfaces{support::fake_broker(log)});
  EXPECT_EQ(agent.get_token("work").generation, 3);
}

}  // namespace
}  // namespace latchkey
