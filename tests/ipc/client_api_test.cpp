// The client library's functions for the provider's own API, against the fake broker.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "latchkey/client.h"
#include "tests/ipc/fake_broker.h"
#include "tests/ipc/running_server.h"

namespace latchkey {
namespace {

using support::running_server;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

struct ClientApi : testing::Test {
  support::fake_broker_log log;
  running_server server{running_server::interfaces{support::fake_broker(log)}};
  client agent{server.path()};

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

TEST_F(ClientApi, TellsWhoThePersonIs) {
  EXPECT_EQ(agent.user_info("work"), (std::map<std::string, std::string>{{"sub", "248"}, {"address.country", "DE"}}));
  EXPECT_EQ(log.mismatches, "");
}

TEST_F(ClientApi, ListsKeys) {
  const auto keys = agent.list_api_keys("work");
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].name, "bot");
  EXPECT_EQ(keys[0].id, "ID1");
  EXPECT_EQ(keys[0].api_key, "public-half");
  EXPECT_THAT(keys[0].permissions, ElementsAre("funds_query"));
  EXPECT_THAT(keys[0].ip_allowlist, ElementsAre("192.0.2.0/24"));
  EXPECT_EQ(keys[0].valid_until, 1'900'000'000);
  EXPECT_EQ(keys[0].created_at, 1'800'000'000);
  EXPECT_EQ(keys[0].last_used_at, std::nullopt);
  EXPECT_TRUE(keys[0].stored);
  EXPECT_FALSE(keys[1].stored);
  EXPECT_EQ(log.mismatches, "");
}

TEST_F(ClientApi, ASecretComesBackToWhoAsksForIt) {
  api_key_wish wish;
  wish.name = "bot";
  wish.permissions = {"funds_query"};
  const created_api_key told = agent.create_api_key("work", wish, secret_answer::revealed);
  EXPECT_EQ(told.key_secret, "c2VjcmV0");
  EXPECT_EQ(told.key.api_key, "public-half");
  EXPECT_THAT(agent.create_api_key("work", wish, secret_answer::stored).key_secret, IsEmpty());
  const std::lock_guard lock(log.mutex);
  EXPECT_EQ(log.wished->permissions, wish.permissions);
  EXPECT_EQ(log.wished->valid_until, std::nullopt);
  EXPECT_EQ(log.mismatches, "");
}

TEST_F(ClientApi, ASecretThatIsNullOrNoTextEndsNoProgram) {
  EXPECT_THAT(agent.create_api_key("odd", {}, secret_answer::stored).key_secret, IsEmpty());
  EXPECT_EQ(thrown_by([&] { agent.create_api_key("worse", {}, secret_answer::stored); }).name(), "Internal");
  EXPECT_THAT(agent.list_api_keys("work"), Not(IsEmpty()));
}

TEST_F(ClientApi, AnUpdateSaysAllThatIsWishedFor) {
  api_key_wish wish;
  wish.name = "bot";
  wish.new_name = "robot";
  wish.permissions.emplace();  // None, which is another thing than unchanged.
  wish.ip_allowlist = {"192.0.2.1"};
  wish.nonce_window = 5;
  wish.query_from = 1;
  wish.query_to = 2;
  wish.valid_until = 0;
  agent.update_api_key("work", wish);
  const std::lock_guard lock(log.mutex);
  ASSERT_TRUE(log.wished);
  EXPECT_EQ(log.wished->name, "bot");
  EXPECT_EQ(log.wished->new_name, "robot");
  EXPECT_EQ(log.wished->permissions, std::vector<std::string>());
  EXPECT_EQ(log.wished->ip_allowlist, wish.ip_allowlist);
  EXPECT_EQ(log.wished->nonce_window, 5);
  EXPECT_EQ(log.wished->query_from, 1);
  EXPECT_EQ(log.wished->query_to, 2);
  EXPECT_EQ(log.wished->valid_until, 0);
  EXPECT_EQ(log.mismatches, "");
}

TEST_F(ClientApi, DeletesAKeyAndThrowsWhatTheApiSays) {
  agent.delete_api_key("work", "bot");
  const client_error unknown = thrown_by([&] { agent.delete_api_key("work", "nobody"); });
  EXPECT_EQ(unknown.name(), "BadRequest");
  EXPECT_EQ(unknown.exit_code(), 2);
}

TEST_F(ClientApi, CallsTheExchange) {
  EXPECT_EQ(agent.call_exchange("work", "bot", "Balance", {{"otp", "123"}}), R"({"XXBT":"1.5"})");
  {
    const std::lock_guard lock(log.mutex);
    ASSERT_TRUE(log.called);
    EXPECT_EQ(log.called->account + " " + log.called->key + " " + log.called->method, "work bot Balance");
    EXPECT_EQ(log.called->fields, (std::map<std::string, std::string>{{"otp", "123"}}));
  }
  EXPECT_EQ(agent.call_exchange("work", "bot", "Balance", {}), R"({"XXBT":"1.5"})");
  const std::lock_guard lock(log.mutex);
  EXPECT_EQ(log.called->fields, std::nullopt);
  EXPECT_EQ(log.mismatches, "");
}

}  // namespace
}  // namespace latchkey
