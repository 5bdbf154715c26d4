#include "core/provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view least =
    "authorization_endpoint = \"https://id.example/a\"\ntoken_endpoint = \"https://id.example/t\"\n";

result<provider> parse(std::string_view more) {
  return parse_provider(std::string(least) + std::string(more), "own", "own.toml");
}

TEST(Provider, TheLeastPresetIsTwoEndpoints) {
  const provider read = parse("").value();
  EXPECT_EQ(read.name, "own");
  EXPECT_EQ(read.display_name, "own");
  EXPECT_EQ(read.authorization_endpoint, "https://id.example/a");
  EXPECT_EQ(read.token_endpoint, "https://id.example/t");
  EXPECT_EQ(read.public_client_auth, client_authentication::none);
  EXPECT_EQ(read.confidential_client_auth, client_authentication::client_secret_basic);
  EXPECT_EQ(read.rotation, rotation::coexisting);
  EXPECT_TRUE(read.pkce);
  EXPECT_FALSE(read.openid);
  EXPECT_FALSE(read.iss_parameter_supported);
  EXPECT_FALSE(read.access_token_lifetime);
  EXPECT_FALSE(read.refresh_token_lifetime);
  EXPECT_TRUE(read.scopes.empty());
  EXPECT_FALSE(read.scopes_complete);
  EXPECT_EQ(read.empty_scope, empty_scope::unknown);
}

TEST(Provider, ReadsEveryKey) {
  const provider read = parse(R"(
display_name = "Own"
issuer = "https://id.example"
revocation_endpoint = "https://id.example/r"
device_authorization_endpoint = "https://id.example/d"
userinfo_endpoint = "https://id.example/u"
jwks_uri = "https://id.example/k"
account_page = "https://id.example/me"
public_client_auth = "client_secret_basic"
confidential_client_auth = "client_secret_post"
rotation = "exclusive"
pkce = false
openid = true
iss_parameter_supported = true
access_token_lifetime = 3600
refresh_token_lifetime = 86400
scopes_complete = true
empty_scope = "all_registered"
[authorize_parameters]
access_type = "offline"
[[scope]]
name = "read:things"
category = "Things"
description = "See things"
[[scope]]
name = "pay"
category = "Money"
description = "Send money"
risk = "moves_money"
)")
                            .value();
  EXPECT_EQ(read.display_name, "Own");
  EXPECT_EQ(read.issuer, "https://id.example");
  EXPECT_EQ(read.revocation_endpoint, "https://id.example/r");
  EXPECT_EQ(read.device_authorization_endpoint, "https://id.example/d");
  EXPECT_EQ(read.userinfo_endpoint, "https://id.example/u");
  EXPECT_EQ(read.jwks_uri, "https://id.example/k");
  EXPECT_EQ(read.account_page, "https://id.example/me");
  EXPECT_EQ(read.public_client_auth, client_authentication::client_secret_basic);
  EXPECT_EQ(read.confidential_client_auth, client_authentication::client_secret_post);
  EXPECT_EQ(read.rotation, rotation::exclusive);
  EXPECT_FALSE(read.pkce);
  EXPECT_TRUE(read.openid);
  EXPECT_TRUE(read.iss_parameter_supported);
  EXPECT_EQ(read.access_token_lifetime, 1h);
  EXPECT_EQ(read.refresh_token_lifetime, 24h);
  EXPECT_EQ(read.authorize_parameters, (std::map<std::string, std::string>{{"access_type", "offline"}}));
  EXPECT_TRUE(read.scopes_complete);
  EXPECT_EQ(read.empty_scope, empty_scope::all_registered);
  ASSERT_EQ(read.scopes.size(), 2U);
  EXPECT_EQ(read.scopes[0].name, "read:things");
  EXPECT_EQ(read.scopes[0].risk, scope_risk::read);
  EXPECT_EQ(read.scopes[1].category, "Money");
  EXPECT_EQ(read.scopes[1].description, "Send money");
  EXPECT_EQ(read.scopes[1].risk, scope_risk::moves_money);
}

struct refused_preset {
  std::string_view more;
  std::string_view message;
};

TEST(Provider, C1_SaysWhatIsWrongAndWhere) {
  const refused_preset cases[] = {
      {"revocation_endpont = \"x\"",
       "own.toml:3:1: revocation_endpont: unknown key \"revocation_endpont\"; did you mean \"revocation_endpoint\"?"},
      {"jwks_uri = \"http://id.example/k\"", "own.toml:3:12: jwks_uri: the address must be https"},
      {"issuer = \"https://id.example?x\"", "own.toml:3:10: issuer: the issuer must not have a query"},
      {"account_page = \"https://u@id.example\"", "own.toml:3:16: account_page: the address must not hold a user"},
      {"rotation = \"exclusiv\"", "own.toml:3:12: rotation: unknown value \"exclusiv\"; did you mean \"exclusive\"?"},
      {"public_client_auth = \"basic\"", "own.toml:3:22: public_client_auth: unknown value \"basic\"; it is one of"},
      {"confidential_client_auth = \"none\"",
       "own.toml:3:28: confidential_client_auth: must be a way to send the secret, not \"none\""},
      {"pkce = \"yes\"", "own.toml:3:8: pkce: must be true or false, not a string"},
      {"access_token_lifetime = 0", "own.toml:3:25: access_token_lifetime: must be 1 second to ten years"},
      {"refresh_token_lifetime = 9223372036854775807", "own.toml:3:26: refresh_token_lifetime: must be 1 second"},
      {"id_token_issuer = \"https://id.example/v2.0\"", "own.toml:3:19: id_token_issuer: must have the tenant in it"},
      {"id_token_issuer = \"https://{t}/v2.0\"\n[variable.t]\ndescription = \"d\"\nexample = \"x\"\nkind = \"host\"",
       "own.toml:3:19: id_token_issuer: must have the tenant in it"},
      {"id_token_issuer = \"https://id.example/{t}/{t}\"\n[variable.t]\ndescription = \"d\"\nexample = \"x\"\nkind = "
       "\"segment\"",
       "own.toml:3:19: id_token_issuer: must have the tenant in it"},
      {"issuer = \"https://id.example\"\nid_token_issuer = \"https://id.example/{t}\"\n[variable.t]\ndescription = "
       "\"d\"\nexample = \"x\"\nkind = \"segment\"",
       "own.toml:4:19: id_token_issuer: is there in place of issuer"},
      {"iss_parameter_supported = true", "own.toml:3:27: iss_parameter_supported: needs an issuer to compare with"},
      {"scopes_complete = true", "own.toml:3:19: scopes_complete: says that no other scope exists, but"},
      {"scopes_complete = \"yes\"", "own.toml:3:19: scopes_complete: must be true or false, not a string"},
      {"scope_complete = true",
       "own.toml:3:1: scope_complete: unknown key \"scope_complete\"; did you mean \"scopes_complete\"?"},
      {"empty_scope = \"all\"", "own.toml:3:15: empty_scope: unknown value \"all\"; it is one of"},
      {"[authorize_parameters]\nstate = \"x\"",
       "own.toml:4:9: authorize_parameters.state: is Latchkey's to set; leave it out"},
      {"[authorize_parameters]\n\"\" = \"x\"", "own.toml:4:6: authorize_parameters.: a parameter needs a name"},
      {"[[scope]]\nname = \"a b\"", "own.toml:4:8: scope.name: must be one scope, without spaces"},
      {"[[scope]]\nname = \" a\"", "own.toml:4:8: scope.name: must be one scope, without spaces"},
      {"[[scope]]\nname = \"a\\\\b\"", "own.toml:4:8: scope.name: the scope "},
      {"[[scope]]\ncategory = \"x\"", "own.toml:3:1: scope.name: must be one scope, without spaces"},
      {"[[scope]]\nname = \"a\"\n[[scope]]\nname = \"a\"", "own.toml:6:8: scope.name: is there twice: \"a\""},
      {"[[scope]]\nname = \"a\"\nrisk = \"raed\"",
       "own.toml:5:8: scope.risk: unknown value \"raed\"; did you mean \"read\"?"},
      {"jwks_uri = \"https://{domain}/k\"",
       "own.toml:3:12: jwks_uri: holds a name in braces, but there is no variable \"domain\""},
      {"jwks_uri = \"https://id.example/{k\"", "own.toml:3:12: jwks_uri: has a { without a }"},
      {"[variable.domain]\ndescription = \"d\"\nexample = \"a.example\"\nkind = \"hots\"",
       "own.toml:6:8: variable.domain.kind: unknown value \"hots\"; did you mean \"host\"?"},
      {"[variable.domain]\ndescription = \"d\"\nexample = \"a.example\"",
       "own.toml:3:1: variable.domain: needs a kind: "},
      {"[variable.domain]\nkind = \"host\"\nexample = \"a.example\"",
       "own.toml:3:1: variable.domain: needs a description"},
      {"[variable.domain]\nkind = \"host\"\ndescription = \"d\"", "own.toml:3:1: variable.domain: needs an example"},
      {"[variable.domain]\nkind = \"host\"\ndescription = \"d\"\ndefault = \"https://a\"",
       "own.toml:6:11: variable.domain.default: must be a host name"},
      {"[variable.domain]\nkind = \"host\"\ndescription = \"d\"\nexample = \"a/b\"",
       "own.toml:6:11: variable.domain.example: must be a host name"},
      {"[variable.domain]\nkind = \"host\"\ndescription = \"d\"\nexample = \"a\"",
       "own.toml:3:1: variable.domain: is used by no address"},
      {"[variable.domain]\nkind = \"host\"\ndescripton = \"d\"\nexample = \"a\"",
       "own.toml:5:1: variable.domain.descripton: unknown key \"descripton\"; did you mean \"description\"?"},
      {"[variable.Domain]\nkind = \"host\"", "own.toml:3:1: variable: a variable is named by"},
      {"[variable.\"a.b\"]\nkind = \"host\"", "own.toml:3:1: variable: a variable is named by"},
      {"variable = 3", "own.toml:3:12: variable: must be a table, not an integer"},
      {"variable.domain = 3", "own.toml:3:19: variable.domain: must be a table, not an integer"},
      {"display_name = \"a\\u001B[2J\"", "own.toml:3:16: display_name: holds a control character"},
  };
  for (const auto& each : cases) {
    const auto read = parse(each.more);
    ASSERT_FALSE(read) << each.more;
    EXPECT_EQ(read.error().code, errc::bad_request);
    EXPECT_TRUE(read.error().message.starts_with(each.message)) << read.error().message;
  }
}

TEST(Provider, NamesTheEndpointThatIsMissing) {
  EXPECT_EQ(parse_provider("", "own", "own.toml").error().message,
            "own.toml:1:1: authorization_endpoint: must be there");
  EXPECT_EQ(parse_provider("authorization_endpoint = \"https://id.example/a\"", "own", "own.toml").error().message,
            "own.toml:1:1: token_endpoint: must be there");
  EXPECT_FALSE(parse_provider("= 3", "own", "own.toml"));
}

TEST(Provider, RefusesANameThatIsNone) {
  for (const char* name : {"", "../x", ".x", "a b", "a\nb"})
    EXPECT_THAT(parse_provider(least, name, "f.toml").error().message, testing::StartsWith("f.toml: a provider is"));
}

TEST(Provider, EveryWordHasItsName) {
  EXPECT_EQ(to_string(client_authentication::none), "none");
  EXPECT_EQ(to_string(client_authentication::client_secret_basic), "client_secret_basic");
  EXPECT_EQ(to_string(client_authentication::client_secret_post), "client_secret_post");
  EXPECT_EQ(to_string(scope_risk::read), "read");
  EXPECT_EQ(to_string(scope_risk::write), "write");
  EXPECT_EQ(to_string(scope_risk::moves_money), "moves_money");
  EXPECT_EQ(to_string(rotation::coexisting), "coexisting");
  EXPECT_EQ(to_string(rotation::exclusive), "exclusive");
  EXPECT_EQ(to_string(empty_scope::unknown), "unknown");
  EXPECT_EQ(to_string(empty_scope::all_registered), "all_registered");
}

}  // namespace
}  // namespace latchkey
