// /oauth/fast-api-key, as core/fast_api_key.h asks and reads.
#include "core/fast_api_key.h"

#include "tests/sandbox/sandbox_api_fixture.h"

namespace latchkey::sandbox {
namespace {

constexpr auto all_rights =
    "account.fast-api-key:read+account.fast-api-key:write+account.fast-api-key:funds-query+"
    "account.fast-api-key:trades-query-open";

class FastApiKey : public AllowingApi {
 protected:
  response send(const std::string& method, const std::string& body, const std::string& authorization) {
    return api.answer({method, "/oauth/fast-api-key", {}, authorization, "application/json", body}, now);
  }
  json said(const std::string& method, const std::string& body) {
    const response answer = send(method, body, full);
    EXPECT_EQ(answer.status, 200U);
    return json::parse(answer.body);
  }
  std::string error_of(const std::string& method, const std::string& body) {
    const json answer = said(method, body);
    return answer.contains("error") ? answer["error"].at(0).get<std::string>() : std::string();
  }

  std::string full = bearer(all_rights);
};

TEST_F(FastApiKey, TellsTheSecretOnceAndTheRestInFull) {
  const json made = said("POST", R"({"api_key_name": "bot", "permissions": {"funds_query": true, "funds_add": false},
    "ip_allowlist": ["192.0.2.0/24", "2001:db8::/32"], "nonce_window": 5, "query_from": null, "query_to": 0,
    "valid_until": 9000})");
  json key = made["result"];
  EXPECT_EQ(key["secret"].get<std::string>().size(), 88U);
  EXPECT_EQ(key["api_key"].get<std::string>().size(), 56U);
  EXPECT_FALSE(key["id"].get<std::string>().empty());
  EXPECT_EQ(key["permissions"].size(), 12U);
  EXPECT_EQ(key["permissions"]["funds_query"], true);
  EXPECT_EQ(key["permissions"]["withdrawal_address_add"], false);
  json rest = key;
  for (const auto* name : {"secret", "api_key", "id", "permissions"}) rest.erase(name);
  EXPECT_EQ(rest, json::parse(R"({"api_key_name": "bot", "created_time": "3600", "modified_time": "3600",
    "ip_allowlist": ["192.0.2.0/24", "2001:db8::/32"], "last_used": null, "nonce": 0, "nonce_window": 5,
    "oauth_client": "demo-client", "purpose": "standard", "query_from": 0, "query_to": 0, "valid_until": 9000})"));
  key.erase("secret");
  EXPECT_EQ(said("GET", "")["result"], json::array({key}));
}

TEST_F(FastApiKey, ChangesAndRemoves) {
  said("POST", R"({"api_key_name": "bot"})");
  EXPECT_EQ(
      said("PUT", R"({"api_key_name": "bot", "new_api_key_name": "robot", "permissions": {"funds_query": true}})"),
      json::parse(R"({"result": true})"));
  const json key = said("GET", "")["result"].at(0);
  EXPECT_EQ(key["api_key_name"], "robot");
  EXPECT_EQ(key["permissions"]["funds_query"], true);
  EXPECT_EQ(said("DELETE", R"({"api_key_name": "robot"})"), json::parse(R"({"result": true})"));
  EXPECT_EQ(said("GET", ""), json::parse(R"({"result": []})"));
}

TEST_F(FastApiKey, NamesTheArgumentThatIsInvalid) {
  said("POST", R"({"api_key_name": "there"})");
  const std::string long_name(33, 'x');
  const struct {
    std::string method;
    std::string body;
    std::string what;
  } rows[] = {
      {"POST", "", "body"},
      {"POST", "[]", "body"},
      {"POST", "{}", "api_key_name"},
      {"POST", R"({"api_key_name": ""})", "api_key_name"},
      {"POST", R"({"api_key_name": ")" + long_name + R"("})", "api_key_name"},
      {"POST", R"({"api_key_name": 7})", "api_key_name"},
      {"POST", R"({"api_key_name": "there"})", "api_key_name exists"},
      {"POST", R"({"api_key_name": "x", "new_api_key_name": "y"})", "new_api_key_name"},
      {"POST", R"({"api_key_name": "x", "permissions": {"everything": true}})", "permissions"},
      {"POST", R"({"api_key_name": "x", "permissions": {"read": true}})", "permissions"},
      {"POST", R"({"api_key_name": "x", "permissions": {"funds-query": true}})", "permissions"},
      {"POST", R"({"api_key_name": "x", "permissions": {"funds_query": 1}})", "permissions"},
      {"POST", R"({"api_key_name": "x", "permissions": ["funds_query"]})", "permissions"},
      {"POST", R"({"api_key_name": "x", "ip_allowlist": ["192.0.2.0/33"]})", "ip_allowlist"},
      {"POST", R"({"api_key_name": "x", "ip_allowlist": "192.0.2.1"})", "ip_allowlist"},
      {"POST", R"({"api_key_name": "x", "nonce_window": -1})", "nonce_window"},
      {"POST", R"({"api_key_name": "x", "nonce_window": 1.5})", "nonce_window"},
      {"POST", R"({"api_key_name": "x", "valid_until": -1})", "valid_until"},
      {"POST", R"({"api_key_name": "x", "valid_until": 18446744073709551615})", "valid_until"},
      {"PUT", R"({"api_key_name": "nobody"})", "api_key_name unknown"},
      {"PUT", R"({"api_key_name": "there", "new_api_key_name": ")" + long_name + R"("})", "new_api_key_name"},
      {"DELETE", R"({"api_key_name": "nobody"})", "api_key_name unknown"},
      {"DELETE", "{}", "api_key_name"},
  };
  for (const auto& [method, body, what] : rows)
    EXPECT_EQ(error_of(method, body), "EGeneral:Invalid arguments:" + what) << method << ' ' << body;
  EXPECT_EQ(said("GET", "")["result"].size(), 1U);
}

TEST_F(FastApiKey, ANameHas32CharactersAtMostHoweverManyBytes) {
  std::string name;
  for (int count = 0; count < 32; ++count) name += "ä";
  EXPECT_EQ(error_of("POST", R"({"api_key_name": ")" + name + R"("})"), "");
}

TEST_F(FastApiKey, ReadingAndWritingAreScopesOfTheirOwn) {
  const std::string reader = bearer("account.fast-api-key:read");
  const std::string writer = bearer("account.fast-api-key:write");
  const std::string body = R"({"api_key_name": "bot"})";
  EXPECT_EQ(send("GET", "", reader).status, 200U);
  EXPECT_EQ(send("POST", body, writer).status, 200U);
  for (const auto* method : {"POST", "PUT", "DELETE"}) {
    const response refused = send(method, body, reader);
    EXPECT_EQ(refused.status, 403U);
    EXPECT_EQ(json::parse(refused.body), json::parse(R"({"error": ["EGeneral:Permission denied"]})"));
    EXPECT_NE(header(refused, "WWW-Authenticate").find("account.fast-api-key:write"), std::string::npos);
    EXPECT_EQ(send(method, body, {}).status, 401U);
  }
  EXPECT_EQ(send("GET", "", writer).status, 403U);
  EXPECT_EQ(send("GET", "", "Bearer dead").status, 401U);
}

TEST_F(FastApiKey, MayNotDoWhatTheGrantDoesNotCover) {
  EXPECT_EQ(error_of("POST", R"({"api_key_name": "bot", "permissions": {"funds_withdraw": true}})"),
            "EGeneral:Permission denied");
  EXPECT_EQ(said("GET", "")["result"].size(), 0U);
}

TEST_F(FastApiKey, OutlivesTheGrantThatMadeIt) {
  said("POST", R"({"api_key_name": "bot"})");
  post("/sandbox/forget-grants");
  EXPECT_EQ(send("GET", "", full).status, 401U);
  full = bearer(all_rights);
  EXPECT_EQ(said("GET", "")["result"].size(), 1U);
}

// What core asks for is understood here, and what is answered here is understood there.
class FastApiKeyOfCore : public FastApiKey {
 protected:
  http_response carry(const http_request& request) {
    EXPECT_EQ(request.url, "http://sandbox/oauth/fast-api-key");
    const auto type = find_header(request.headers, "Content-Type").value_or("");
    const response answer = api.answer({std::string(request.method),
                                        "/oauth/fast-api-key",
                                        {},
                                        std::string(request.authorization.reveal()),
                                        std::string(type),
                                        std::string(request.body.reveal())},
                                       now);
    http_response back;
    back.status = answer.status;
    back.body = secret(answer.body);
    return back;
  }
};

TEST_F(FastApiKeyOfCore, IsMadeListedChangedAndRemoved) {
  const secret access_token(std::string_view(full).substr(std::string_view("Bearer ").size()));
  fast_api_key_wish wish;
  wish.name = "bot";
  wish.permissions = std::vector<std::string>{"funds_query"};
  wish.ip_allowlist = std::vector<std::string>{"192.0.2.0/24"};
  wish.valid_until = 9000;
  const auto made = parse_created_fast_api_key(carry(create_fast_api_key("http://sandbox", access_token, wish)));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_FALSE(made->key_secret.empty());

  const auto listed = parse_fast_api_keys(carry(list_fast_api_keys("http://sandbox", access_token)));
  ASSERT_TRUE(listed) << listed.error().message;
  ASSERT_EQ(listed->size(), 1U);
  const fast_api_key& key = listed->front();
  EXPECT_EQ(key.api_key, made->api_key);
  EXPECT_EQ(key.permissions, *wish.permissions);
  EXPECT_EQ(key.ip_allowlist, *wish.ip_allowlist);
  EXPECT_EQ(key.valid_until, 9000);
  EXPECT_EQ(key.created_time, 3600);
  EXPECT_TRUE(key.key_secret.empty());

  wish.new_name = "robot";
  EXPECT_TRUE(parse_fast_api_key_done(carry(update_fast_api_key("http://sandbox", access_token, wish))));
  EXPECT_TRUE(parse_fast_api_key_done(carry(delete_fast_api_key("http://sandbox", access_token, "robot"))));
  const auto gone = parse_fast_api_key_done(carry(delete_fast_api_key("http://sandbox", access_token, "robot")));
  EXPECT_EQ(gone.error().code, errc::bad_request);
}

TEST_F(FastApiKeyOfCore, HasThePermissionsThatAreKnownHere) {
  EXPECT_EQ(std::set(fast_api_key_permissions().begin(), fast_api_key_permissions().end()),
            [](const auto& names) { return std::set(names.begin(), names.end()); }(key_permissions()));
}

}  // namespace
}  // namespace latchkey::sandbox
