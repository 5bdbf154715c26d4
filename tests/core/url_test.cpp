#include "core/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

struct endpoint_case {
  std::string_view address;
  endpoint parts;
};

TEST(Endpoint, ReadsTheParts) {
  const endpoint_case cases[] = {
      {"https://api.kraken.com/oauth/token", {true, "api.kraken.com", 443, "/oauth/token", "api.kraken.com"}},
      {"HTTPS://API.Example.COM", {true, "api.example.com", 443, "/", "api.example.com"}},
      {"https://example.com:443/a", {true, "example.com", 443, "/a", "example.com"}},
      {"https://example.com:/a", {true, "example.com", 443, "/a", "example.com"}},
      {"https://example.com:8443?x=1&y=%20", {true, "example.com", 8443, "/?x=1&y=%20", "example.com:8443"}},
      {"https://example.com/a?", {true, "example.com", 443, "/a?", "example.com"}},
      {"https://[2001:DB8::1]:444/a", {true, "2001:db8::1", 444, "/a", "[2001:db8::1]:444"}},
      {"https://192.0.2.1/a%2Fb", {true, "192.0.2.1", 443, "/a%2Fb", "192.0.2.1"}},
      {"http://127.0.0.1:80/t", {false, "127.0.0.1", 80, "/t", "127.0.0.1"}},
      {"http://127.9.9.9:443/t", {false, "127.9.9.9", 443, "/t", "127.9.9.9:443"}},
      {"http://[::1]/t", {false, "::1", 80, "/t", "[::1]"}},
      {"http://LocalHost:9000/t", {false, "localhost", 9000, "/t", "localhost:9000"}},
  };
  for (const auto& [address, parts] : cases) {
    const auto found = parse_endpoint("token_endpoint", address);
    ASSERT_TRUE(found) << address << ": " << found.error().message;
    EXPECT_EQ(found->tls, parts.tls) << address;
    EXPECT_EQ(found->host, parts.host) << address;
    EXPECT_EQ(found->port, parts.port) << address;
    EXPECT_EQ(found->target, parts.target) << address;
    EXPECT_EQ(found->host_header, parts.host_header) << address;
  }
}

struct refused_address {
  std::string_view address, rule;
};

TEST(Endpoint, T20_RefusesWhatMustNotBeTalkedTo) {
  const refused_address cases[] = {
      {"http://example.com/token", "must be https"},
      {"http://127.0.0.1.example.com/", "must have / after its host"},
      {"https://127.0.0.1.example.com", "must have / after its host"},
      {"https://127.0.0.1:80x/", "must have / after its host"},
      {"http://localhost.example.com/", "must be https"},
      {"http://localhost./", "must be https"},
      {"http://128.0.0.1/", "must be https"},
      {"http://127.1/", "must be https"},
      {"http://2130706433/", "must be https"},
      {"http://0.0.0.0/", "must be https"},
      {"http://[::]/", "must be https"},
      {"http://[::2]/", "must be https"},
      {"ftp://example.com/", "must begin with https://"},
      {"file:///etc/passwd", "must begin with https://"},
      {"javascript:alert(1)", "must begin with https://"},
      {"https://user@example.com/", "must not hold a user name"},
      {"https://user:pass@example.com/", "must not hold a user name"},
      {"http://127.0.0.1@example.com/", "must not hold a user name"},
      {"https://example.com/#fragment", "must not have a fragment"},
      {"https://example.com/#", "must not have a fragment"},
      {"https:///token", "must name a host"},
      {"https:/token", "must name a host"},
      {"https:token", "must name a host"},
      {"https://:443/token", "must name a host"},
      {"https://exa%6Dple.com/", "must name a host"},
      {"https://[v1.x]/", "must name a host"},
      {"https://example.com:0/", "must have a port"},
      {"https://example.com:65536/", "must have a port"},
      {"https://example.com:99999999999999999999/", "must have a port"},
      {"https://example.com:4x/", "must have / after its host"},
      {"https://example.com:-1/", "must have / after its host"},
      {"https://[::1%25lo]/", "is no address"},
      {"https://exam ple.com/", "is no address"},
      {"https://example.com/a b", "is no address"},
      {"https://example.com/a\r\nX: y", "is no address"},
      {"https://example.com/\xC3\xA9", "is no address"},
      {"//example.com/", "is no address"},
      {"example.com", "is no address"},
      {"", "is no address"},
  };
  for (const auto& [address, rule] : cases) {
    const auto found = parse_endpoint("token_endpoint", address);
    ASSERT_FALSE(found) << address;
    EXPECT_EQ(found.error().code, errc::bad_request);
    EXPECT_THAT(found.error().message, HasSubstr("token_endpoint " + std::string(rule))) << address;
  }
}

TEST(Endpoint, ShowsTheAddressEscaped) {
  EXPECT_THAT(parse_endpoint("issuer", "https://a/\x1B[31m").error().message, HasSubstr(": https://a/\\x1B[31m"));
}

TEST(LoopbackHost, IsThisHostAndNoOther) {
  for (const std::string_view host :
       {"127.0.0.1", "127.255.255.254", "::1", "0:0:0:0:0:0:0:1", "localhost", "LOCALHOST"})
    EXPECT_TRUE(is_loopback_host(host)) << host;
  for (const std::string_view host :
       {"", "126.0.0.1", "128.0.0.1", "0.0.0.0", "::", "::2", "::ffff:127.0.0.1", "localhost.", "localhos", "l0calhost",
        "LOCALHOST.evil", "127.0.0.1 ", "127.0.0", "[::1]", "\x0C\x0F\x03\x01\x0C\x08\x0F\x13\x14"})
    EXPECT_FALSE(is_loopback_host(host)) << host;
}

TEST(LoopbackRedirect, KeepsWhatWasWrittenAndFillsInTheFreePort) {
  const auto any = parse_loopback_redirect("http://127.0.0.1/callback");
  ASSERT_TRUE(any);
  EXPECT_EQ(any->port, 0);
  EXPECT_EQ(any->uri(40000), "http://127.0.0.1:40000/callback");
  const auto fixed = parse_loopback_redirect("http://localhost:8123/a/b%20c");
  ASSERT_TRUE(fixed);
  EXPECT_EQ(fixed->port, 8123);
  EXPECT_EQ(fixed->path, "/a/b%20c");
  EXPECT_EQ(fixed->uri(40000), "http://localhost:8123/a/b%20c");
  EXPECT_EQ(parse_loopback_redirect("http://127.0.0.1")->uri(1234), "http://127.0.0.1:1234");
  EXPECT_EQ(parse_loopback_redirect("http://127.0.0.1:0/")->uri(1234), "http://127.0.0.1:1234/");
}

TEST(LoopbackRedirect, L32_RefusesWhatIsNotOnThisHost) {
  const refused_address cases[] = {
      {"https://127.0.0.1/callback", "must begin with http://"},
      {"myapp://callback", "must begin with http://"},
      {"urn:ietf:wg:oauth:2.0:oob", "must begin with http://"},
      {"http://example.com/callback", "must have the host"},
      {"http://127.0.0.2/callback", "must have the host"},
      {"http://[::1]/callback", "must have the host"},
      {"http://LOCALHOST/callback", "must have the host"},
      {"http://0.0.0.0/callback", "must have the host"},
      {"http:/callback", "must have the host"},
      {"http://127.0.0.1.example.com/callback", "must have / after its host"},
      {"http://127.0.0.1x", "must have / after its host"},
      {"http://user@127.0.0.1/callback", "must not hold a user name"},
      {"http://127.0.0.1/callback?x=1", "must not have a query"},
      {"http://127.0.0.1/callback?", "must not have a query"},
      {"http://127.0.0.1/callback#x", "must not have a fragment"},
      {"http://127.0.0.1/done", "must not have the path of the page"},
      {"http://127.0.0.1:70000/callback", "must have a port"},
      {"http://127.0.0.1/call back", "is no address"},
      {"/callback", "is no address"},
      {"", "is no address"},
  };
  for (const auto& [uri, rule] : cases) {
    const auto found = parse_loopback_redirect(uri);
    ASSERT_FALSE(found) << uri;
    EXPECT_EQ(found.error().code, errc::bad_request);
    EXPECT_THAT(found.error().message, HasSubstr("redirect_uri " + std::string(rule))) << uri;
  }
}

TEST(FormEncoding, EscapesAllButUnreservedCharacters) {
  EXPECT_EQ(form_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(form_encode("a b+c"), "a+b%2Bc");
  EXPECT_EQ(form_encode(" %&=;:/?#\"<>"), "+%25%26%3D%3B%3A%2F%3F%23%22%3C%3E");
  EXPECT_EQ(form_encode("\xC3\xA9\r\n"), "%C3%A9%0D%0A");
  EXPECT_EQ(form_encode(std::string_view("\0", 1)), "%00");
  EXPECT_EQ(form_encode(""), "");
}

TEST(FormDecoding, L20_ReadsTheOddButLegal) {
  EXPECT_THAT(*form_decode("a=1&b=x+y%2B&a=2"), ElementsAre(Pair("a", "1"), Pair("b", "x y+"), Pair("a", "2")));
  EXPECT_THAT(*form_decode("&&a&=&=v&b=1=2&"),
              ElementsAre(Pair("a", ""), Pair("", ""), Pair("", "v"), Pair("b", "1=2")));
  EXPECT_THAT(*form_decode("a=1;b=2"), ElementsAre(Pair("a", "1;b=2")));
  EXPECT_THAT(*form_decode("%61%3D=%E2%82%AC%26"), ElementsAre(Pair("a=", "\xE2\x82\xAC&")));
  EXPECT_THAT(*form_decode(""), IsEmpty());
}

TEST(FormDecoding, L20_RefusesBrokenEscapesNulAndInvalidUtf8) {
  const refused_address cases[] = {
      {"a=%", "broken % escape"},
      {"a=%4", "broken % escape"},
      {"a=%zz", "broken % escape"},
      {"%=1", "broken % escape"},
      {"a=1&b=%2", "broken % escape"},
      {"a=%00", "NUL"},
      {"%00=a", "NUL"},
      {"a=%FF", "not UTF-8"},
      {"a=%C0%80", "not UTF-8"},
      {"a=%ED%A0%80", "not UTF-8"},
      {"%C3=a", "not UTF-8"},
      {"a=\xFF", "not UTF-8"},
      {{"a=\0", 3}, "NUL"},
  };
  for (const auto& [encoded, rule] : cases) {
    const auto fields = form_decode(encoded);
    ASSERT_FALSE(fields) << encoded;
    EXPECT_EQ(fields.error().code, errc::bad_request);
    EXPECT_THAT(fields.error().message, HasSubstr(std::string(rule))) << encoded;
  }
}

TEST(FormDecoding, GivesBackWhatFormEncodeWrote) {
  std::string value;
  for (char c = 1; c < 0x7F; ++c) value.push_back(c);
  value += "\xC3\xA9\xF0\x9F\x98\x80";
  EXPECT_THAT(*form_decode("k=" + form_encode(value)), ElementsAre(Pair("k", value)));
}

TEST(WithQuery, AddsToWhateverQueryThereIs) {
  EXPECT_EQ(with_query("https://a/b", {{"x", "1 2"}, {"y", "a+b&c"}}), "https://a/b?x=1%202&y=a%2Bb%26c");
  EXPECT_EQ(with_query("https://a/b?z=0", {{"x", "1"}}), "https://a/b?z=0&x=1");
  EXPECT_EQ(with_query("https://a/b?", {{"x", "1"}}), "https://a/b?x=1");
  EXPECT_EQ(with_query("https://a/b?z&", {{"x", "1"}}), "https://a/b?z&x=1");
  EXPECT_EQ(with_query("https://a", {{"redirect_uri", "http://127.0.0.1:1/c"}}),
            "https://a?redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fc");
  EXPECT_EQ(with_query("https://a/b", {}), "https://a/b");
}

}  // namespace
}  // namespace latchkey
