// The presets that ship: each parses, and each is as its page in docs/providers says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/account_config.h"
#include "core/provider_variables.h"
#include "core/url.h"
#include "providers/builtin_providers.h"

namespace latchkey {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using parameters = std::map<std::string, std::string>;

provider preset(std::string_view name) {
  for (const builtin_provider& each : builtin_providers())
    if (each.name == name) return parse_provider(each.toml, std::string(name), std::string(name) + ".toml").value();
  ADD_FAILURE() << "no preset " << name;
  return {};
}

// Its examples as an account's values.
provider filled_in(std::string_view name) {
  provider read = preset(name);
  parameters values;
  for (const auto& each : read.variables) values.emplace(each.name, each.example);
  return with_variables(std::move(read), values).value();
}

void expect_addresses(const provider& read) {
  for (const std::string* address : {&read.authorization_endpoint, &read.token_endpoint, &read.revocation_endpoint,
                                     &read.device_authorization_endpoint, &read.userinfo_endpoint, &read.jwks_uri,
                                     &read.account_page, &read.issuer}) {
    if (address->empty()) continue;
    const auto parsed = parse_endpoint("address", *address);
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_TRUE(parsed->tls) << *address;
    EXPECT_THAT(*address, Not(HasSubstr("{")));
  }
}

void expect_scopes(const provider& read) {
  std::set<std::string> scopes;
  for (const scope_text& scope : read.scopes) {
    EXPECT_TRUE(scopes.insert(scope.name).second) << scope.name;
    EXPECT_FALSE(scope.category.empty()) << scope.name;
    EXPECT_FALSE(scope.description.empty()) << scope.name;
  }
  EXPECT_FALSE(scopes.empty());
  EXPECT_LE(scopes.size(), 20U);
}

TEST(BuiltinProviders, EveryOneParsesIsHttpsAndHasTextsForPeople) {
  std::vector<std::string_view> names;
  for (const builtin_provider& each : builtin_providers()) {
    SCOPED_TRACE(each.name);
    const provider read = filled_in(each.name);
    names.push_back(each.name);
    EXPECT_NE(read.display_name, each.name);
    expect_addresses(read);
    expect_scopes(read);
    EXPECT_EQ(read.openid, std::ranges::count(read.scopes, "openid", &scope_text::name) == 1);
  }
  EXPECT_THAT(names, testing::ElementsAre("atlassian", "auth0", "discord", "dropbox", "github", "gitlab", "google",
                                          "keycloak", "kraken", "microsoft", "okta", "slack", "spotify"));
}

TEST(BuiltinProviders, OnlyWhatIsDocumentedToEndTheTokenBeforeIsExclusive) {
  std::set<std::string_view> exclusive;
  for (const builtin_provider& each : builtin_providers())
    if (preset(each.name).rotation == rotation::exclusive) exclusive.insert(each.name);
  EXPECT_EQ(exclusive, (std::set<std::string_view>{"github", "gitlab", "kraken"}));
}

TEST(BuiltinProviders, RefreshTokensThatNeedAParameterAreAskedForWithIt) {
  EXPECT_EQ(preset("google").authorize_parameters, (parameters{{"access_type", "offline"}, {"prompt", "consent"}}));
  EXPECT_EQ(preset("dropbox").authorize_parameters, (parameters{{"token_access_type", "offline"}}));
  EXPECT_EQ(preset("atlassian").authorize_parameters,
            (parameters{{"audience", "api.atlassian.com"}, {"prompt", "consent"}}));
  for (const char* name : {"microsoft", "auth0", "okta", "keycloak", "atlassian"})
    EXPECT_THAT(preset(name).scopes, Contains(testing::Field(&scope_text::name, "offline_access"))) << name;
}

TEST(BuiltinProviders, TheCustomersOwnAddressesAreFilledIn) {
  EXPECT_EQ(filled_in("auth0").issuer, "https://example.eu.auth0.com/");
  EXPECT_EQ(filled_in("auth0").token_endpoint, "https://example.eu.auth0.com/oauth/token");
  EXPECT_EQ(filled_in("okta").token_endpoint, "https://example.okta.com/oauth2/aus1a2b3c4d5/v1/token");
  EXPECT_EQ(with_variables(preset("okta"), {{"domain", "x.okta.com"}})->issuer, "https://x.okta.com/oauth2/default");
  EXPECT_EQ(filled_in("keycloak").jwks_uri, "https://login.example.com/realms/staff/protocol/openid-connect/certs");
  EXPECT_EQ(with_variables(preset("keycloak"), {{"base_url", "https://sso.example:8443/auth"}, {"realm", "Staff_1"}})
                ->authorization_endpoint,
            "https://sso.example:8443/auth/realms/Staff_1/protocol/openid-connect/auth");
  EXPECT_EQ(with_variables(preset("gitlab"), {})->token_endpoint, "https://gitlab.com/oauth/token");
  EXPECT_EQ(filled_in("gitlab").account_page, "https://gitlab.example.com/-/user_settings/applications");
  EXPECT_EQ(with_variables(preset("microsoft"), {})->token_endpoint,
            "https://login.microsoftonline.com/common/oauth2/v2.0/token");
}

TEST(BuiltinProviders, MicrosoftsIdTokensAreOfTheTenantThatWasAskedForOrOfTheOneTheyName) {
  const auto issuer_at = [](const char* tenant) {
    return with_variables(preset("microsoft"), {{"tenant", tenant}})->id_token_issuer;
  };
  EXPECT_EQ(issuer_at("8eaef023-2b34-4da1-9baa-8bc8c9d6a490"),
            "https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0");
  for (const char* several : {"common", "organizations", "consumers", "contoso.onmicrosoft.com"})
    EXPECT_EQ(issuer_at(several), "https://login.microsoftonline.com/{tenant}/v2.0");
  EXPECT_EQ(with_variables(preset("microsoft"), {})->id_token_issuer,
            "https://login.microsoftonline.com/{tenant}/v2.0");
}

TEST(BuiltinProviders, ThoseThatLiveAtTheCustomersAddressAskForIt) {
  for (const char* name : {"auth0", "okta", "keycloak"}) EXPECT_FALSE(with_variables(preset(name), {})) << name;
}

TEST(BuiltinProviders, KrakenIsAsItsPagesSay) {
  const provider read = preset("kraken");
  EXPECT_EQ(read.authorization_endpoint, "https://id.kraken.com/oauth/authorize");
  EXPECT_EQ(read.token_endpoint, "https://api.kraken.com/oauth/token");
  EXPECT_EQ(read.revocation_endpoint, "");
  EXPECT_EQ(read.issuer, "");
  EXPECT_EQ(read.public_client_auth, client_authentication::client_secret_basic);
  EXPECT_EQ(read.confidential_client_auth, client_authentication::client_secret_basic);
  EXPECT_EQ(read.rotation, rotation::exclusive);
  EXPECT_TRUE(read.pkce);
  EXPECT_EQ(read.access_token_lifetime, 4h);
  EXPECT_EQ(read.refresh_token_lifetime, 24h * 30);
  EXPECT_EQ(read.empty_scope, empty_scope::all_registered);
}

TEST(BuiltinProviders, OnlyWhereTheProviderListsEveryScopeIsTheListComplete) {
  std::set<std::string_view> complete;
  for (const builtin_provider& each : builtin_providers())
    if (preset(each.name).scopes_complete) complete.insert(each.name);
  EXPECT_EQ(complete, std::set<std::string_view>{"kraken"});
}

TEST(BuiltinProviders, KrakenHasTheScopesOfItsDocumentationAndNoOther) {
  using enum scope_risk;
  const std::string info = "account.info:";
  const std::string key = "account.fast-api-key:";
  const std::vector<scope_text> documented{
      {info + "basic", "Account Details", "Email and public account identifier", read},
      {info + "name", "Account Details", "First name", read},
      {info + "location", "Account Details", "Country and sub division (e.g. state or province)", read},
      {info + "kraken-verified", "Account Details", "Kraken Verified status", read},
      {key + "funds-query", "Account Details", "Account Balance", read},
      {key + "write", "Other", "Create, update, and delete Fast API keys of the connecting user", write},
      {key + "read", "Other", "List Fast API keys of connecting users", read},
      {key + "funds-add", "Funding", "Deposit funds", write},
      {key + "funds-withdraw", "Funding", "Withdraw funds", moves_money},
      {key + "funds-earn", "Funding", "Transfer funds to earn", moves_money},
      {key + "withdrawal-address-add", "Funding", "Add withdrawal address without email confirmation", moves_money},
      {key + "withdrawal-address-update", "Funding", "Update and remove withdrawal address without email confirmation",
       moves_money},
      {key + "trades-query-open", "Trading", "View open orders and trades", read},
      {key + "trades-query-closed", "Trading", "View closed orders and trades", read},
      {key + "trades-modify", "Trading", "Create and modify orders", write},
      {key + "trades-close", "Trading", "Cancel and modify orders", write},
      {key + "ledger-query", "Ledger", "View ledger history", read},
      {key + "export-data", "Ledger", "Export data", read},
  };
  const std::vector<scope_text> listed = preset("kraken").scopes;
  ASSERT_EQ(listed.size(), documented.size());
  for (std::size_t i = 0; i < listed.size(); ++i) {
    EXPECT_EQ(listed[i].name, documented[i].name);
    EXPECT_EQ(listed[i].category, documented[i].category) << listed[i].name;
    EXPECT_EQ(listed[i].description, documented[i].description) << listed[i].name;
    EXPECT_EQ(listed[i].risk, documented[i].risk) << listed[i].name;
  }
}

}  // namespace
}  // namespace latchkey
