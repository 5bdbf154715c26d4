#include "core/provider_variables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "core/account_config.h"

namespace latchkey {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

provider preset() {
  return parse_provider(R"(
authorization_endpoint = "https://{domain}/oauth2/{server}/authorize"
token_endpoint = "https://{domain}/oauth2/{server}/token"
issuer = "https://{domain}/oauth2/{server}"
jwks_uri = "https://keys.example/{server}"
[variable.domain]
description = "the domain of the tenant"
kind = "host"
example = "example.eu.auth0.com"
[variable.server]
description = "the server's id"
kind = "segment"
default = "default"
)",
                        "own", "own.toml")
      .value();
}

TEST(Variables, AValueOrTheDefaultFillsEveryAddress) {
  const provider filled = with_variables(preset(), {{"domain", "login.example"}}).value();
  EXPECT_EQ(filled.authorization_endpoint, "https://login.example/oauth2/default/authorize");
  EXPECT_EQ(filled.token_endpoint, "https://login.example/oauth2/default/token");
  EXPECT_EQ(filled.issuer, "https://login.example/oauth2/default");
  EXPECT_EQ(filled.jwks_uri, "https://keys.example/default");
  EXPECT_EQ(with_variables(preset(), {{"domain", "a.example"}, {"server", "aus1"}})->token_endpoint,
            "https://a.example/oauth2/aus1/token");
}

TEST(Variables, AMissingOneIsNamedWithAnExample) {
  const auto refused = with_variables(preset(), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::bad_request);
  EXPECT_EQ(refused.error().message,
            "the provider own needs a value for domain (the domain of the tenant): give --set "
            "domain=example.eu.auth0.com, or write domain = \"example.eu.auth0.com\" under [variables] in the "
            "account's file");
}

TEST(Variables, AnUnknownOneOffersTheNearest) {
  EXPECT_EQ(with_variables(preset(), {{"domian", "a.example"}}).error().message,
            "variables.domian: in the provider own there is no variable \"domian\"; did you mean \"domain\"?");
  EXPECT_EQ(with_variables(preset(), {{"x", "a.example"}}).error().message,
            "variables.x: in the provider own there is no variable \"x\"; there is domain, server");
  provider without;
  without.name = "kraken";
  EXPECT_EQ(with_variables(without, {{"x", "y"}}).error().message,
            "variables.x: in the provider kraken there is no variable \"x\"");
  EXPECT_TRUE(with_variables(without, {}));
}

struct judged_value {
  variable_kind kind;
  std::string value;
  bool good;
};

TEST(Variables, NoValueCanLeadAnAddressElsewhere) {
  using enum variable_kind;
  const judged_value cases[] = {
      {host, "example.eu.auth0.com", true},
      {host, "a", true},
      {host, "x-1.example", true},
      {host, "", false},
      {host, "Example.com", false},
      {host, "a..example", false},
      {host, ".example", false},
      {host, "example.", false},
      {host, "-a.example", false},
      {host, "a-.example", false},
      {host, "a.example:8443", false},
      {host, "a.example/x", false},
      {host, "user@a.example", false},
      {host, "a.example#", false},
      {host, "a.example?x", false},
      {host, "a.example\\x", false},
      {host, "a.example%2f", false},
      {host, "https://a.example", false},
      {host, "a.example ", false},
      {host, "a\nb", false},
      {host, "ex\xC3\xA4mple.com", false},
      {host, "{domain}", false},
      {host, std::string(64, 'a'), false},
      {segment, "default", true},
      {segment, "Staff_1.2~3-4", true},
      {segment, "contoso.onmicrosoft.com", true},
      {segment, "", false},
      {segment, ".", false},
      {segment, "..", false},
      {segment, "a/b", false},
      {segment, "a?b", false},
      {segment, "a#b", false},
      {segment, "%2e%2e", false},
      {segment, "a b", false},
      {segment, "a@b", false},
      {segment, "a;b", false},
      {segment, "a:b", false},
      {segment, std::string(129, 'a'), false},
      {base_url, "https://gitlab.example.com", true},
      {base_url, "https://gitlab.example.com:8443/git", true},
      {base_url, "https://a.example/Auth/x", true},
      {base_url, "http://a.example", false},
      {base_url, "http://localhost", false},
      {base_url, "HTTPS://a.example", false},
      {base_url, "a.example", false},
      {base_url, "https://", false},
      {base_url, "https://a.example/", false},
      {base_url, "https://a.example//x", false},
      {base_url, "https://a.example/../x", false},
      {base_url, "https://a.example/x?y", false},
      {base_url, "https://a.example/x#y", false},
      {base_url, "https://u@a.example", false},
      {base_url, "https://u:p@a.example", false},
      {base_url, "https://a.example:", false},
      {base_url, "https://a.example:1:2", false},
      {base_url, "https://a.example:x", false},
      {base_url, "https://[::1]", false},
  };
  for (const auto& each : cases) {
    const auto checked = check_variable_value(each.kind, each.value);
    EXPECT_EQ(checked.has_value(), each.good) << each.value;
    EXPECT_TRUE(!checked || is_variable_value(each.value)) << each.value;
    EXPECT_TRUE(checked || checked.error().message.starts_with("must be ")) << each.value;
  }
}

TEST(Variables, WhatIsNoAddressOnceFilledInIsRefused) {
  // A port that is none, and a name that begins like an IP address.
  EXPECT_THAT(with_variables(preset(), {{"domain", "127.0.0.1.example.com"}}).error().message, HasSubstr("issuer"));
  EXPECT_THAT(with_variables(preset(), {{"domain", "A"}}).error().message,
              StartsWith("variables.domain: must be a host name in lower case"));
}

TEST(Variables, StandOnlyWhereTheirKindMay) {
  const std::vector<provider_variable> variables{{"h", "", variable_kind::host, "", "a"},
                                                 {"s", "", variable_kind::segment, "", "a"},
                                                 {"b", "", variable_kind::base_url, "", "a"}};
  for (const char* good : {"https://{h}", "https://{h}/x", "https://x/{s}", "https://x/y/{s}/z", "{b}", "{b}/x/{s}",
                           "https://{h}/{s}/{s}"})
    EXPECT_TRUE(variables_in(good, variables)) << good;
  for (const char* bad :
       {"{h}/x", "http://{h}/", "https://x.{h}/", "https://{h}.example/", "https://{h}:8443/", "https://u@{h}/",
        "https://x/{h}", "https://{s}/x", "https://x/a{s}", "https://x/{s}b", "https://x/?q=/{s}", "https://x#/{s}",
        "https://{b}/", "{b}x", "{b}.example/x", "https://x/{b}", "https://x/{", "https://x/{}", "https://x/{S}"})
    EXPECT_FALSE(variables_in(bad, variables)) << bad;
}

account_config account_with(std::map<std::string, std::string> variables) {
  account_config account;
  account.name = "work";
  account.provider = "okta";
  account.client_id = "client";
  account.variables = std::move(variables);
  return account;
}

TEST(AccountVariables, AreWrittenAndReadBackTheSame) {
  account_config account = account_with({{"domain", "example.okta.com"}, {"authorization_server", "aus1"}});
  account.authorize_parameters = {{"login_hint", "me"}};
  EXPECT_EQ(format_account(account),
            "provider = \"okta\"\nclient_id = \"client\"\nredirect_uri = \"http://127.0.0.1/callback\"\n\n"
            "[variables]\n\"authorization_server\" = \"aus1\"\n\"domain\" = \"example.okta.com\"\n\n"
            "[authorize_parameters]\n\"login_hint\" = \"me\"\n");
  EXPECT_EQ(parse_account(format_account(account), "work", "work.toml").value(), account);
}

struct refused_file {
  std::string text;
  std::string message;
};

TEST(AccountVariables, C1_C3_AFileSaysWhatIsWrongAndWhere) {
  const std::string start = "client_id = \"x\"\nprovider = \"okta\"\n";
  const refused_file cases[] = {
      {start + "variables = 3", "work.toml:3:13: variables: must be a table of strings, not an integer"},
      {start + "[variables]\ndomain = 3", "work.toml:4:10: variables.domain: must be a string, not an integer"},
      {start + "[variables]\nDomain = \"a\"", "work.toml:4:10: variables.Domain: a variable is named by"},
      {start + "[variables]\ndomain = \"a b\"", "work.toml:4:10: variables.domain: must be a host name, a part"},
      {start + "[variables]\ndomain = \"\"", "work.toml:4:10: variables.domain: must be a host name, a part"},
      {start + "[variables]\ndomain = \"a@b\"", "work.toml:4:10: variables.domain: must be a host name, a part"},
      {start + "[variables]\ndomain = \"a\\u000A\"", "work.toml:4:10: variables.domain: holds a control character"},
      {start + "[variable]\ndomain = \"a\"",
       "work.toml:3:2: variable: unknown key \"variable\"; did you mean \"variables\"?"},
      {"client_id = \"x\"\nissuer = \"https://id.example\"\n[variables]\ndomain = \"a\"",
       "work.toml:3:1: variables: are for a provider known by name, and there is none"},
  };
  for (const auto& each : cases) {
    const auto read = parse_account(each.text, "work", "work.toml");
    ASSERT_FALSE(read) << each.text;
    EXPECT_THAT(read.error().message, StartsWith(each.message));
  }
}

TEST(AccountVariables, AGrantIsBoundToThem) {
  std::set<std::string> bindings;
  std::vector<account_config> accounts{account_with({}), account_with({{"domain", "a.example"}}),
                                       account_with({{"domain", "b.example"}}),
                                       account_with({{"domain", "a.example"}, {"authorization_server", "b"}}),
                                       account_with({{"domain", "a.example"}, {"authorization_server", "c"}})};
  accounts.push_back(account_with({}));
  accounts.back().client_id = "domain=a.example client";
  for (const auto& each : accounts) EXPECT_TRUE(bindings.insert(grant_binding(each)).second) << grant_binding(each);
  // As before there were variables: a grant that is stored stays good.
  EXPECT_EQ(grant_binding(account_with({})), "okta   client");
}

}  // namespace
}  // namespace latchkey
