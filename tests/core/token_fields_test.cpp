// expires_in and scope: the two fields that servers spell in the most ways.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/limits.h"
#include "core/token_endpoint.h"

namespace latchkey {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

token_result read(std::string_view body) {
  return parse_token_response({200, {}, secret(body)}, wall_time{seconds{1'800'000'000}});
}

/// `members` beside a good access_token and token_type.
token_result read_with(std::string_view members) {
  return read(R"({"access_token":"tok","token_type":"bearer",)" + std::string(members) + "}");
}

struct lifetime_case {
  std::string_view expires_in;
  std::optional<seconds> believed;
  std::string_view warning;
};

TEST(TokenResponse, T9_ReadsExpiresInWhateverTheServerMeans) {
  constexpr std::string_view no_number = "no number", too_short = "below one second", too_long = "above ten years";
  const lifetime_case cases[] = {
      {"3600", seconds{3600}, ""},
      {"1", seconds{1}, ""},
      {"\"3600\"", seconds{3600}, ""},
      {"3600.9", seconds{3600}, ""},
      {"\"59.5\"", seconds{59}, ""},
      {"3.6e3", seconds{3600}, ""},
      {"null", std::nullopt, ""},
      {"0", std::nullopt, too_short},
      {"-0", std::nullopt, too_short},
      {"0.5", std::nullopt, too_short},
      {"-1", std::nullopt, too_short},
      {"\"-3600\"", std::nullopt, too_short},
      {"-1e308", std::nullopt, too_short},
      {"-9223372036854775808", std::nullopt, too_short},
      {"1e308", limits::longest_lifetime, too_long},
      {"\"1e308\"", limits::longest_lifetime, too_long},
      {"18446744073709551615", limits::longest_lifetime, too_long},
      {"316224001", limits::longest_lifetime, too_long},
      {"316224000", limits::longest_lifetime, ""},
      {"\"\"", std::nullopt, no_number},
      {"\" 3600\"", std::nullopt, no_number},
      {"\"3600s\"", std::nullopt, no_number},
      {"\"0x10\"", std::nullopt, no_number},
      {"\"nan\"", std::nullopt, no_number},
      {"\"inf\"", std::nullopt, no_number},
      {"\"1e999\"", std::nullopt, no_number},
      {"\"never\"", std::nullopt, no_number},
      {"true", std::nullopt, no_number},
      {"[3600]", std::nullopt, no_number},
      {"{}", std::nullopt, no_number},
  };
  for (const auto& [expires_in, believed, warning] : cases) {
    const auto tokens = read_with("\"expires_in\":" + std::string(expires_in));
    ASSERT_TRUE(tokens) << expires_in;
    EXPECT_EQ(tokens->expires_in, believed) << expires_in;
    if (warning.empty())
      EXPECT_THAT(tokens->warnings, IsEmpty()) << expires_in;
    else
      EXPECT_THAT(tokens->warnings, ElementsAre(HasSubstr(std::string(warning)))) << expires_in;
  }
  EXPECT_EQ(read(R"({"access_token":"tok","token_type":"bearer"})")->expires_in, std::nullopt);
}

struct scope_case {
  std::string_view scope;
  std::optional<scope_list> granted;
  std::string_view warning;
};

TEST(TokenResponse, T10_TakesTheScopesAsTheServerSaysThem) {
  const scope_case cases[] = {
      {R"("a")", scope_list{"a"}, ""},
      {R"("c b a d")", scope_list{"c", "b", "a", "d"}, ""},
      {R"("repo,gist")", scope_list{"repo", "gist"}, ""},
      {R"("a,b c")", scope_list{"a,b", "c"}, ""},
      {R"(["a","b"])", scope_list{"a", "b"}, ""},
      {R"("a b a")", scope_list{"a", "b"}, ""},
      {"null", std::nullopt, ""},
      {R"("")", std::nullopt, "has an empty scope"},
      {"[]", std::nullopt, "has an empty scope"},
      {R"("a\"b")", std::nullopt, "forbidden characters"},
      {R"("a\u0007")", std::nullopt, "forbidden characters"},
      {"7", std::nullopt, "has a scope that is no string"},
      {R"(["a",7])", std::nullopt, "has a scope that is no string"},
  };
  for (const auto& [scope, granted, warning] : cases) {
    const auto tokens = read_with("\"scope\":" + std::string(scope));
    ASSERT_TRUE(tokens) << scope;
    EXPECT_EQ(tokens->scopes, granted) << scope;
    if (warning.empty())
      EXPECT_THAT(tokens->warnings, IsEmpty()) << scope;
    else
      EXPECT_THAT(tokens->warnings, ElementsAre(HasSubstr(std::string(warning)))) << scope;
  }
  EXPECT_EQ(read(R"({"access_token":"tok","token_type":"bearer"})")->scopes, std::nullopt);
}

}  // namespace
}  // namespace latchkey
