#include "daemon/adapters/proxy.h"

#include <gmock/gmock.h>

#include "tests/support/environment.h"

namespace latchkey {
namespace {

struct server_row {
  std::string address;
  std::string host;
  std::uint16_t port;
  std::string authorization;
};

TEST(Proxy, T25_ReadsEveryWayToWriteOne) {
  const std::vector<server_row> rows{
      {"http://proxy.example:3128", "proxy.example", 3128, ""},
      {"http://proxy.example", "proxy.example", 80, ""},
      {"HTTP://Proxy.Example:3128/", "proxy.example", 3128, ""},
      {"proxy.example:8080", "proxy.example", 8080, ""},
      {"proxy.example", "proxy.example", 80, ""},
      {"10.0.0.1:3128", "10.0.0.1", 3128, ""},
      {"http://[2001:db8::1]:3128", "2001:db8::1", 3128, ""},
      {"http://Aladdin:open%20sesame@proxy.example", "proxy.example", 80, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
      {"jane@proxy.example:1", "proxy.example", 1, "Basic amFuZTo="},
  };
  for (const auto& row : rows) {
    const auto settings = proxy_settings::parse(row.address, "");
    ASSERT_TRUE(settings) << row.address << ": " << settings.error().message;
    const proxy_server* const server = settings->proxy_for("idp.example", 443);
    ASSERT_NE(server, nullptr) << row.address;
    EXPECT_EQ(server->host, row.host) << row.address;
    EXPECT_EQ(server->port, row.port) << row.address;
    EXPECT_EQ(server->authorization.reveal(), row.authorization) << row.address;
  }
}

TEST(Proxy, T25_RefusesWhatItCannotUseWithoutShowingIt) {
  for (const std::string address : {"socks5://u:hunter2@p.example", "https://u:hunter2@p.example", "http://u:hunter2@",
                                    "http://u:hunter2@p.example:99999", "http://u:hunter2@p.example:0",
                                    "http://u:hunter2@p.exa mple", "http://", "://", "http://u:hunter2@p\r\nX: y"}) {
    const auto settings = proxy_settings::parse(address, "");
    ASSERT_FALSE(settings) << address;
    EXPECT_EQ(settings.error().code, errc::temporarily_unavailable);
    EXPECT_THAT(settings.error().message, testing::StartsWith("HTTPS_PROXY "));
    EXPECT_THAT(settings.error().message, testing::Not(testing::HasSubstr("hunter2")));
  }
}

struct exception_row {
  std::string no_proxy;
  std::string host;
  bool direct;
};

TEST(Proxy, T25_KnowsWhichHostsToReachDirectly) {
  const std::vector<exception_row> rows{
      {"", "idp.example", false},
      {"idp.example", "idp.example", true},
      {"IDP.Example", "idp.example", true},
      {"idp.example", "login.idp.example", true},
      {".idp.example", "login.idp.example", true},
      {".idp.example", "idp.example", true},
      {"dp.example", "idp.example", false},
      {"idp.example", "idp.example.evil.example", false},
      {"a.example, b.example\tc.example", "c.example", true},
      {",,  ,", "idp.example", false},
      {".", "idp.example", false},
      {"*", "idp.example", true},
      {"idp.example:443", "idp.example", true},
      {"idp.example:8443", "idp.example", false},
      {"idp.example", "idp.example.", true},
      {"10.0.0.7", "10.0.0.7", true},
      {"0.0.7", "10.0.0.7", false},
      {"2001:db8::1", "2001:db8::1", true},
      {"[2001:db8::1]", "2001:db8::1", true},
      {"[2001:db8::1]:443", "2001:db8::1", true},
      {"[2001:db8::1]:8443", "2001:db8::1", false},
      {"[", "idp.example", false},
      {"", "localhost", true},
      {"", "127.0.0.1", true},
      {"", "::1", true},
  };
  for (const auto& row : rows) {
    const auto settings = proxy_settings::parse("http://proxy.example", row.no_proxy);
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->proxy_for(row.host, 443) == nullptr, row.direct) << row.host << " with " << row.no_proxy;
  }
}

TEST(Proxy, T25_ReadsTheEnvironmentLowerCaseFirst) {
  using support::environment_variable;
  const environment_variable upper("HTTPS_PROXY", "http://upper.example");
  const environment_variable no_upper("NO_PROXY", "a.example");
  {
    const environment_variable lower("https_proxy", "http://lower.example");
    const environment_variable no_lower("no_proxy", std::nullopt);
    const auto settings = proxy_settings::from_environment();
    EXPECT_EQ(settings->proxy_for("b.example", 443)->host, "lower.example");
    EXPECT_EQ(settings->proxy_for("a.example", 443), nullptr);
  }
  const environment_variable lower("https_proxy", "");
  EXPECT_EQ(proxy_settings::from_environment()->proxy_for("b.example", 443)->host, "upper.example");
}

}  // namespace
}  // namespace latchkey
