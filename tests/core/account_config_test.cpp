#include "core/account_config.h"

#include <gtest/gtest.h>

#include <random>

namespace latchkey {
namespace {

account_config least() {
  account_config account;
  account.name = "work";
  account.provider = "kraken";
  account.client_id = "client";
  return account;
}

TEST(AccountName, TakesWhatIsSafeInAFileNameAndATerminal) {
  for (const std::string_view name : {"a", "work", "me@example.com", "a.b_c-d+e", "7", "+x", "_", "Z"})
    EXPECT_TRUE(check_account_name(name)) << name;
  EXPECT_TRUE(check_account_name(std::string(64, 'a')));
}

TEST(AccountName, I14_RefusesPathsControlCharactersAndLookAlikes) {
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string(".hidden"), std::string("-rf"),
        std::string("a/b"), std::string("../a"), std::string("a\0b", 3), std::string("a\n"), std::string("a b"),
        std::string("раypal"), std::string("a\x1B[2J"), std::string(65, 'a'), std::string(10'240, 'a'),
        std::string("a\\b")}) {
    const auto checked = check_account_name(name);
    ASSERT_FALSE(checked) << name;
    EXPECT_EQ(checked.error().code, errc::bad_request);
    EXPECT_EQ(checked.error().message.find_first_of(std::string_view("\0\n\x1B", 3)), std::string::npos);
  }
}

TEST(AccountConfig, ReadsEveryKey) {
  const account_config read = parse_account(R"(
provider = "kraken"
client_id = "client"
confidential = true
scopes = ["account.info:basic", "account.info:name"]
redirect_uri = "http://localhost:8080/back"
authorization_endpoint = "https://test.example/a"
token_endpoint = "http://127.0.0.1:9000/t"
revocation_endpoint = "https://test.example/r"
device_authorization_endpoint = "https://test.example/d"
client_authentication = "client_secret_post"
[authorize_parameters]
theme = "dark"
)",
                                            "work", "work.toml")
                                  .value();
  EXPECT_EQ(read.name, "work");
  EXPECT_EQ(read.provider, "kraken");
  EXPECT_EQ(read.issuer, "");
  EXPECT_EQ(read.client_id, "client");
  EXPECT_TRUE(read.confidential);
  EXPECT_EQ(read.scopes, (scope_list{"account.info:basic", "account.info:name"}));
  EXPECT_EQ(read.redirect_uri, "http://localhost:8080/back");
  EXPECT_EQ(read.authorization_endpoint, "https://test.example/a");
  EXPECT_EQ(read.token_endpoint, "http://127.0.0.1:9000/t");
  EXPECT_EQ(read.revocation_endpoint, "https://test.example/r");
  EXPECT_EQ(read.device_authorization_endpoint, "https://test.example/d");
  EXPECT_EQ(read.client_auth, client_authentication::client_secret_post);
  EXPECT_EQ(read.authorize_parameters, (std::map<std::string, std::string>{{"theme", "dark"}}));
}

TEST(AccountConfig, TheLeastFileGivesTheDefaults) {
  EXPECT_EQ(parse_account("provider = \"kraken\"\nclient_id = \"client\"", "work", "work.toml").value(), least());
  EXPECT_EQ(least().redirect_uri, "http://127.0.0.1/callback");
}

struct refused_file {
  std::string_view text;
  std::string_view message;
};

TEST(AccountConfig, C1_AFileSaysWhatIsWrongAndWhere) {
  const refused_file cases[] = {
      {"provider = \"kraken\"\nclient_idd = \"x\"",
       "work.toml:2:1: client_idd: unknown key \"client_idd\"; did you mean \"client_id\"?"},
      {"provider = \"kraken\"", "work.toml:1:1: client_id: is missing; the provider gave you one"},
      {"client_id = \"x\"\nconfidential = \"yes\"",
       "work.toml:2:16: confidential: must be true or false, not a string"},
      {"client_id = \"x\"\nprovider = \"kraken\"\nredirect_uri = \"https://example.com/\"",
       "work.toml:3:16: redirect_uri: must begin with http://"},
      {"client_id = \"x\"\nprovider = \"kraken\"\nclient_authentication = \"basic\"",
       "work.toml:3:25: client_authentication: unknown value \"basic\"; it is one of"},
      {"client_id = \"x\"\nprovider = \"kraken\"\n[authorize_parameters]\nstate = \"1\"",
       "work.toml:4:9: authorize_parameters.state: is Latchkey's to set; leave it out"},
      {"client_id = \"x\"\nprovider = \"kraken\"\nscopes = \"a b\"",
       "work.toml:3:10: scopes: must be an array of strings, not a string"},
      {"client_id = \"a\\u0007\"", "work.toml:1:13: client_id: holds a control character"},
      {"client_id = \"", "work.toml:1:"},
  };
  for (const auto& each : cases) {
    const auto read = parse_account(each.text, "work", "work.toml");
    ASSERT_FALSE(read) << each.text;
    EXPECT_EQ(read.error().code, errc::bad_request);
    EXPECT_TRUE(read.error().message.starts_with(each.message)) << read.error().message;
  }
}

TEST(AccountConfig, I14_AFileWithABadNameIsToBeRenamed) {
  EXPECT_EQ(parse_account("", ".work", "x/.work.toml").error().message,
            "x/.work.toml: rename the file: a name must not begin with . or -: .work");
}

struct refused_account {
  void (*spoil)(account_config&);
  std::string_view message;
};

TEST(AccountConfig, L32_T20_C3_RefusesWhatCouldNotWorkOrWouldLeak) {
  const refused_account cases[] = {
      {[](account_config& a) { a.name = ""; }, "a name must not be empty"},
      {[](account_config& a) { a.client_id = ""; }, "client_id: is missing"},
      {[](account_config& a) { a.client_id = "a\nb"; }, "client_id: holds a control character"},
      {[](account_config& a) { a.client_id = "a\xFF"; }, "client_id: holds a control character"},
      {[](account_config& a) { a.provider = ""; }, "provider: is missing; set provider, or issuer, or both"},
      {[](account_config& a) { a.provider = "../kraken"; }, "provider: is no name of a provider: ../kraken"},
      {[](account_config& a) { a.issuer = "https://id.example"; }, "issuer: is there beside a provider"},
      {[](account_config& a) { a.provider = "", a.token_endpoint = "https://id.example/t"; }, "provider: is missing"},
      {[](account_config& a) { a.provider = "", a.authorization_endpoint = "https://id.example/a"; },
       "provider: is missing"},
      {[](account_config& a) { a.provider = "", a.issuer = "http://id.example"; }, "issuer: the issuer must be https"},
      {[](account_config& a) { a.provider = "", a.issuer = "https://id.example?"; },
       "issuer: the issuer must not have"},
      {[](account_config& a) { a.token_endpoint = "http://id.example/t"; },
       "token_endpoint: the address must be https"},
      {[](account_config& a) { a.authorization_endpoint = "ftp://id.example"; }, "authorization_endpoint: the address"},
      {[](account_config& a) { a.revocation_endpoint = "https://u:p@id.example"; }, "revocation_endpoint: the address"},
      {[](account_config& a) { a.redirect_uri = ""; }, "redirect_uri: "},
      {[](account_config& a) { a.redirect_uri = "https://127.0.0.1/"; }, "redirect_uri: must begin with http://"},
      {[](account_config& a) { a.redirect_uri = "http://example.com/"; }, "redirect_uri: must have the host"},
      {[](account_config& a) { a.redirect_uri = "http://127.0.0.1.evil.example/"; }, "redirect_uri: must have /"},
      {[](account_config& a) { a.redirect_uri = "http://127.0.0.1/#f"; }, "redirect_uri: must not have a fragment"},
      {[](account_config& a) { a.redirect_uri = "http://u@127.0.0.1/"; }, "redirect_uri: must not hold a user name"},
      {[](account_config& a) {
         a.scopes = {"a", "b c"};
       },
       "scopes: must hold one scope in each string: \"b c\""},
      {[](account_config& a) { a.scopes = {""}; }, "scopes: must hold one scope in each string: \"\""},
      {[](account_config& a) { a.scopes = {"a\"b"}; }, "scopes: the scope "},
      {[](account_config& a) {
         a.scopes = {"a", "b", "a"};
       },
       "scopes: must not hold \"a\" twice"},
      {[](account_config& a) { a.confidential = true, a.client_auth = client_authentication::none; },
       "client_authentication: must not be \"none\""},
      {[](account_config& a) {
         a.authorize_parameters = {{"redirect_uri", "x"}};
       },
       "authorize_parameters.redirect_uri: is Latchkey's to set"},
      {[](account_config& a) {
         a.authorize_parameters = {{"", "x"}};
       },
       "authorize_parameters.: a parameter needs"},
      {[](account_config& a) {
         a.authorize_parameters = {{"a\n", "x"}};
       },
       "authorize_parameters.a\\x0A: holds a"},
      {[](account_config& a) {
         a.authorize_parameters = {{"a", "x\r\n"}};
       },
       "authorize_parameters.a: holds a"},
  };
  ASSERT_TRUE(check_account(least()));
  for (const auto& each : cases) {
    account_config account = least();
    each.spoil(account);
    const auto checked = check_account(account);
    ASSERT_FALSE(checked) << each.message;
    EXPECT_EQ(checked.error().code, errc::bad_request);
    EXPECT_TRUE(checked.error().message.starts_with(each.message)) << checked.error().message;
  }
}

TEST(AccountConfig, TakesEachSourceOfEndpoints) {
  account_config account = least();
  account.token_endpoint = "https://test.example/t";
  EXPECT_TRUE(check_account(account));  // A preset with one address of a test host.
  account.provider = "";
  account.issuer = "https://id.example/realms/a";
  EXPECT_TRUE(check_account(account));
  account.issuer = "";
  account.authorization_endpoint = "http://localhost:9000/a";
  EXPECT_TRUE(check_account(account));
  account.client_auth = client_authentication::none;
  EXPECT_TRUE(check_account(account));
}

// A random account that check_account() takes.
account_config any_account(std::mt19937& random) {
  const auto one_of = [&](auto... choices) {
    const std::array list{std::string(choices)...};
    return list[random() % list.size()];
  };
  account_config account;
  account.name = one_of("a", "me@example.com", "x.y");
  const auto source = random() % 3;
  if (source == 0) account.provider = one_of("kraken", "own-1");
  if (source == 1) account.issuer = one_of("https://id.example", "http://127.0.0.1:9000/realm");
  if (source == 2 || random() % 2 == 0) {
    account.authorization_endpoint = one_of("https://id.example/a?x=1", "http://localhost:1/a");
    account.token_endpoint = one_of("https://id.example/t", "http://[::1]:2/t");
  }
  account.revocation_endpoint = one_of("", "https://id.example/r");
  account.device_authorization_endpoint = one_of("", "https://id.example/d");
  account.client_id = one_of("id", "with \"quotes\" and \\", "Zürich=[#]'", "{}", "a:b%20c");
  account.confidential = random() % 2 == 0;
  account.dpop_bound_access_tokens = random() % 2 == 0;
  account.require_pushed_authorization_requests = random() % 2 == 0;
  for (const char* scope : {"openid", "account.info:basic", "https://id.example/scope", "'#["})
    if (random() % 2 == 0) account.scopes.emplace_back(scope);
  account.redirect_uri = one_of("http://127.0.0.1/callback", "http://localhost:8080/", "http://127.0.0.1:65535/a/b");
  if (random() % 2 == 0) account.client_auth = client_authentication::client_secret_basic;
  if (random() % 2 == 0)
    account.authorize_parameters = {{"login_hint", one_of("me", "a \"b\"")}, {"dotted.name \\", "x"}};
  return account;
}

TEST(AccountConfig, WhatIsWrittenIsReadBackTheSame) {
  std::mt19937 random(1);
  for (int i = 0; i < 500; ++i) {
    const account_config account = any_account(random);
    ASSERT_TRUE(check_account(account)) << check_account(account).error().message;
    const std::string text = format_account(account);
    const auto read = parse_account(text, account.name, "f.toml");
    ASSERT_TRUE(read) << read.error().message << "\n" << text;
    EXPECT_EQ(*read, account) << text;
  }
}

TEST(AccountConfig, AFileHoldsOnlyWhatIsSet) {
  EXPECT_EQ(format_account(least()),
            "provider = \"kraken\"\nclient_id = \"client\"\nredirect_uri = \"http://127.0.0.1/callback\"\n");
}

TEST(Overrides, TheAccountGoesOverTheProvider) {
  provider base;
  base.name = "kraken";
  base.display_name = "Kraken";
  base.authorization_endpoint = "https://id.example/a";
  base.token_endpoint = "https://id.example/t";
  base.revocation_endpoint = "https://id.example/r";
  base.device_authorization_endpoint = "https://id.example/d";
  base.jwks_uri = "https://id.example/k";
  base.openid = true;
  base.authorize_parameters = {{"theme", "light"}, {"lang", "de"}};
  account_config account = least();
  const provider same = apply_overrides(base, account);
  EXPECT_EQ(same.token_endpoint, "https://id.example/t");
  EXPECT_EQ(same.device_authorization_endpoint, "https://id.example/d");
  EXPECT_EQ(same.jwks_uri, "https://id.example/k");
  EXPECT_TRUE(same.openid);
  EXPECT_EQ(client_auth_of(same, false), client_authentication::none);
  EXPECT_EQ(client_auth_of(same, true), client_authentication::client_secret_basic);
  account.authorization_endpoint = "https://test.example/a";
  account.token_endpoint = "https://test.example/t";
  account.revocation_endpoint = "https://test.example/r";
  account.client_auth = client_authentication::client_secret_post;
  account.authorize_parameters = {{"theme", "dark"}};
  const provider changed = apply_overrides(base, account);
  EXPECT_EQ(changed.name, "kraken");
  EXPECT_EQ(changed.display_name, "Kraken");
  EXPECT_EQ(changed.authorization_endpoint, "https://test.example/a");
  EXPECT_EQ(changed.token_endpoint, "https://test.example/t");
  EXPECT_EQ(changed.revocation_endpoint, "https://test.example/r");
  EXPECT_EQ(changed.device_authorization_endpoint, "") << "its codes are for another token endpoint";
  EXPECT_EQ(changed.jwks_uri, "") << "its keys sign nothing that comes from there";
  EXPECT_FALSE(changed.openid);
  EXPECT_EQ(changed.authorize_parameters, (std::map<std::string, std::string>{{"lang", "de"}, {"theme", "dark"}}));
  EXPECT_EQ(client_auth_of(changed, false), client_authentication::client_secret_post);
  EXPECT_EQ(client_auth_of(changed, true), client_authentication::client_secret_basic);
  account.confidential = true;
  EXPECT_EQ(client_auth_of(apply_overrides(base, account), true), client_authentication::client_secret_post);
}

TEST(Overrides, WithoutPresetAndDiscoveryTheTokenHostIsTheName) {
  account_config account = least();
  account.provider = "";
  account.authorization_endpoint = "https://login.example/a";
  account.token_endpoint = "https://Api.example:8443/t";
  const provider made = apply_overrides({}, account);
  EXPECT_EQ(made.name, "api.example");
  EXPECT_EQ(made.display_name, "api.example");
}

}  // namespace
}  // namespace latchkey
