#include "daemon/provider_catalog.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <fstream>

#include "tests/support/fake_world.h"
#include "tests/support/temporary_folder.h"

namespace latchkey {
namespace {

class ProviderCatalogTest : public testing::Test {
 protected:
  ProviderCatalogTest() : http_(context_.get_executor()), catalog_(http_, folder_.path()) {}

  result<provider> resolve(account_config account) {
    std::optional<result<provider>> resolved;
    boost::asio::co_spawn(context_, wait_for(std::move(account), resolved), boost::asio::detached);
    context_.restart();
    context_.poll();
    return resolved.value_or(fault(errc::internal, "did not end"));
  }

  task<> wait_for(account_config account, std::optional<result<provider>>& resolved) {
    resolved = co_await catalog_.resolve(std::move(account));
  }

  static account_config with_issuer() {
    account_config account;
    account.name = "work";
    account.client_id = "app";
    account.issuer = "https://id.example";
    return account;
  }

  static constexpr const char* document =
      R"({"issuer":"https://id.example","authorization_endpoint":"https://id.example/a",
    "token_endpoint":"https://id.example/t","code_challenge_methods_supported":["S256"]})";

  support::temporary_folder folder_;
  boost::asio::io_context context_;
  support::scripted_transport http_;
  provider_catalog catalog_;
};

TEST_F(ProviderCatalogTest, KnowsTheReferenceProvider) {
  const auto found = catalog_.find("kraken");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->source, "built-in");
  EXPECT_EQ(found->server.rotation, rotation::exclusive);
  EXPECT_EQ(found->server.scopes.size(), 18U);
}

TEST_F(ProviderCatalogTest, TheUsersFileStandsOverTheBuiltInOne) {
  std::ofstream(folder_.path() / "kraken.toml") << "display_name = \"Mine\"\n"
                                                   "authorization_endpoint = \"https://mine.example/a\"\n"
                                                   "token_endpoint = \"https://mine.example/t\"\n";
  const auto found = catalog_.find("kraken");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->server.display_name, "Mine");
  EXPECT_EQ(found->source, (folder_.path() / "kraken.toml").string());
  const auto all = catalog_.list();
  ASSERT_TRUE(all);
  EXPECT_EQ(std::ranges::count(*all, std::string("kraken"), [](const auto& each) { return each.server.name; }), 1);
}

TEST_F(ProviderCatalogTest, AnUnknownProviderOffersTheNearest) {
  const auto found = catalog_.find("krakn");
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().message.find("did you mean \"kraken\""), std::string::npos);
}

TEST_F(ProviderCatalogTest, AWrongFileIsNamed) {
  std::ofstream(folder_.path() / "mine.toml") << "token_endpoint = 7\n";
  const auto found = catalog_.find("mine");
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().message.find("mine.toml:1:"), std::string::npos);
  EXPECT_FALSE(catalog_.list());
}

TEST_F(ProviderCatalogTest, DiscoversAnIssuerOnce) {
  http_.answer(200, document);
  ASSERT_TRUE(resolve(with_issuer()));
  const auto again = resolve(with_issuer());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->token_endpoint, "https://id.example/t");
  EXPECT_EQ(http_.requests, std::vector<std::string>{"GET https://id.example/.well-known/openid-configuration "});
}

TEST_F(ProviderCatalogTest, D5_AMissingOpenIdDocumentLeadsToTheOAuthOne) {
  http_.answer(404, "not found");
  http_.answer(200, document);
  ASSERT_TRUE(resolve(with_issuer()));
  ASSERT_EQ(http_.sent(), 2U);
  EXPECT_EQ(http_.requests[1], "GET https://id.example/.well-known/oauth-authorization-server ");
}

TEST_F(ProviderCatalogTest, D1_ADocumentOfAnotherIssuerIsNotBelievedAndNotKept) {
  http_.answer(
      200,
      R"({"issuer":"https://evil.example","authorization_endpoint":"https://evil.example/a","token_endpoint":"https://evil.example/t"})");
  EXPECT_FALSE(resolve(with_issuer()));
  http_.answer(200, document);
  EXPECT_TRUE(resolve(with_issuer()));
}

TEST_F(ProviderCatalogTest, D6_AProviderThatDoesNotPromiseS256IsWarnedOfAndPkceIsUsed) {
  std::string plain_alone = document;
  plain_alone.replace(plain_alone.find("S256"), 4, "plain");
  http_.answer(200, plain_alone);
  testing::internal::CaptureStderr();
  const auto first = resolve(with_issuer());
  const auto second = resolve(with_issuer());
  const std::string log = testing::internal::GetCapturedStderr();
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(first->pkce);
  const auto told = log.find("provider https://id.example: ");
  ASSERT_NE(told, std::string::npos) << log;
  EXPECT_NE(log.find("S256"), std::string::npos) << log;
  EXPECT_EQ(log.find("provider https://id.example: ", told + 1), std::string::npos) << "once is enough";
}

TEST_F(ProviderCatalogTest, D10_AnIssuerWithAPathIsLookedForWhereEachStandardPutsIt) {
  account_config account = with_issuer();
  account.issuer = "https://id.example/tenant";
  std::string tenant = document;
  tenant.replace(tenant.find("https://id.example"), 18, account.issuer);
  http_.answer(404, "");
  http_.answer(200, tenant);
  ASSERT_TRUE(resolve(account));
  EXPECT_EQ(http_.requests,
            (std::vector<std::string>{"GET https://id.example/tenant/.well-known/openid-configuration ",
                                      "GET https://id.example/.well-known/oauth-authorization-server/tenant "}));
}

TEST_F(ProviderCatalogTest, TheAccountsEndpointsStandOverThePresets) {
  account_config account;
  account.name = "test";
  account.client_id = "app";
  account.provider = "kraken";
  account.token_endpoint = "http://127.0.0.1:8080/oauth/token";
  const auto server = resolve(account);
  ASSERT_TRUE(server);
  EXPECT_EQ(server->token_endpoint, "http://127.0.0.1:8080/oauth/token");
  EXPECT_EQ(server->rotation, rotation::exclusive);
}

TEST_F(ProviderCatalogTest, TheAccountsVariablesFillThePresetsAddresses) {
  account_config account;
  account.name = "test";
  account.client_id = "app";
  account.provider = "auth0";
  const auto missing = resolve(account);
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("--set domain=example.eu.auth0.com"), std::string::npos);
  EXPECT_EQ(catalog_.known(account).token_endpoint, "");
  account.variables = {{"domain", "mine.eu.auth0.com"}};
  EXPECT_EQ(resolve(account)->token_endpoint, "https://mine.eu.auth0.com/oauth/token");
  EXPECT_EQ(catalog_.known(account).revocation_endpoint, "https://mine.eu.auth0.com/oauth/revoke");
  account.variables = {{"domain", "mine.eu.auth0.com@evil.example"}};
  EXPECT_FALSE(resolve(account));
}

}  // namespace
}  // namespace latchkey
