#include "core/grant_codec.h"

#include <gtest/gtest.h>

#include "core/limits.h"

namespace latchkey {
namespace {

using namespace std::chrono_literals;

grant whole_grant() {
  grant held;
  held.access_token = secret("access \"1\" é");
  held.token_type = "bearer";
  held.refresh_token = secret("refresh-1");
  held.id_token = secret("a.b.c");
  held.subject = "24400320";
  held.scopes = {"read", "write"};
  held.obtained_at = wall_time(1'800'000'000s);
  held.lifetime = 3600s;
  held.refresh_obtained_at = wall_time(1'799'000'000s);
  held.generation = 7;
  return held;
}

void expect_equal(const grant& left, const grant& right) {
  EXPECT_EQ(left.access_token, right.access_token);
  EXPECT_EQ(left.token_type, right.token_type);
  EXPECT_EQ(left.refresh_token, right.refresh_token);
  EXPECT_EQ(left.id_token, right.id_token);
  EXPECT_EQ(left.subject, right.subject);
  EXPECT_EQ(left.scopes, right.scopes);
  EXPECT_EQ(left.obtained_at, right.obtained_at);
  EXPECT_EQ(left.lifetime, right.lifetime);
  EXPECT_EQ(left.refresh_obtained_at, right.refresh_obtained_at);
  EXPECT_EQ(left.generation, right.generation);
}

TEST(GrantCodec, ReadsWhatItWrote) {
  expect_equal(decode_grant(encode_grant(whole_grant())).value(), whole_grant());
  grant least;
  least.access_token = secret("a");
  least.generation = 1;
  expect_equal(decode_grant(encode_grant(least)).value(), least);
  grant longest = whole_grant();
  longest.access_token = secret(std::string(limits::token_bytes, 'a'));
  longest.refresh_token = secret(std::string(limits::token_bytes, 'r'));
  longest.id_token = secret(std::string(limits::token_bytes, 'i'));
  longest.lifetime = limits::longest_lifetime;
  expect_equal(decode_grant(encode_grant(longest)).value(), longest);
}

TEST(GrantCodec, IgnoresMembersItDoesNotKnow) {
  const secret bytes(
      R"({"format":1,"access_token":"a","token_type":"Bearer","scopes":[],"obtained_at":5,"generation":1,"bound_to":"","x":"y"})");
  EXPECT_EQ(decode_grant(bytes).value().obtained_at, wall_time(5s));
}

struct bad_record {
  std::string_view bytes;
  std::string_view message;
};

TEST(GrantCodec, S12_ANewerFormatIsToldFromDamage) {
  const auto read = decode_grant(secret(R"({"format":2,"anything":{}})"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, errc::internal);
  EXPECT_EQ(read.error().message, "the stored grant has format 2, which a newer Latchkey wrote: update this one");
}

TEST(GrantCodec, S5_ARecordEditedToNonsenseIsDamagedAndNeverQuoted) {
  const bad_record cases[] = {
      {"", "the record is not JSON at byte 1"},
      {"nonsense", "the record is not JSON"},
      {"[]", "it is no JSON object"},
      {"\"x\"", "it is no JSON object"},
      {"{}", "it names no format version"},
      {R"({"format":"1"})", "it names no format version"},
      {R"({"format":0})", "it names no format version"},
      {R"({"format":-2})", "it names no format version"},
      {R"({"format":1.5})", "it names no format version"},
      {R"({"format":1,"format":1})", "the record has the key \"format\" twice"},
      {R"({"format":1})", "token_type is not"},
  };
  for (const auto& each : cases) {
    const auto read = decode_grant(secret(each.bytes));
    ASSERT_FALSE(read) << each.bytes;
    EXPECT_EQ(read.error().code, errc::internal);
    EXPECT_TRUE(read.error().message.starts_with("the stored grant is damaged: " + std::string(each.message)))
        << read.error().message;
  }
}

struct bad_member {
  std::string_view before;
  std::string_view after;
  std::string_view member;
};

TEST(GrantCodec, S5_EveryMemberIsChecked) {
  const bad_member cases[] = {
      {R"("access_token":"A-SECRET")", R"("access_token":"")", "access_token"},
      {R"("access_token":"A-SECRET")", R"("access_token":7)", "access_token"},
      {R"("access_token":"A-SECRET")", R"("other":"x")", "access_token"},
      {R"("refresh_token":"R-SECRET")", R"("refresh_token":null)", "refresh_token"},
      {R"("refresh_token":"R-SECRET")", R"("refresh_token":["R-SECRET"])", "refresh_token"},
      {R"("id_token":"I-SECRET")", R"("id_token":false)", "id_token"},
      {R"("subject":"s")", R"("subject":1)", "subject"},
      {R"("token_type":"Bearer")", R"("token_type":"")", "token_type"},
      {R"("token_type":"Bearer")", R"("token_type":1)", "token_type"},
      {R"("scopes":["a"])", R"("scopes":"a")", "scopes"},
      {R"("scopes":["a"])", R"("scopes":[1])", "scopes"},
      {R"("scopes":["a"])", R"("scopes":["a b"])", "scopes"},
      {R"("scopes":["a"])", R"("scopes":["a\n"])", "scopes"},
      {R"("scopes":["a"])", R"("none":1)", "scopes"},
      {R"("obtained_at":100)", R"("obtained_at":-1)", "obtained_at"},
      {R"("obtained_at":100)", R"("obtained_at":1e300)", "obtained_at"},
      {R"("obtained_at":100)", R"("obtained_at":9223372036854775807)", "obtained_at"},
      {R"("obtained_at":100)", R"("obtained_at":18446744073709551615)", "obtained_at"},
      {R"("obtained_at":100)", R"("none":100)", "obtained_at"},
      {R"("lifetime":60)", R"("lifetime":-60)", "lifetime"},
      {R"("lifetime":60)", R"("lifetime":"60")", "lifetime"},
      {R"("lifetime":60)", R"("lifetime":999999999999)", "lifetime"},
      {R"("refresh_obtained_at":90)", R"("refresh_obtained_at":1.5)", "refresh_obtained_at"},
      {R"("generation":3)", R"("generation":0)", "generation"},
      {R"("generation":3)", R"("generation":-3)", "generation"},
      {R"("generation":3)", R"("generation":18446744073709551615)", "generation"},
  };
  const std::string good = R"({"format":1,"access_token":"A-SECRET","refresh_token":"R-SECRET","id_token":"I-SECRET",)"
                           R"("subject":"s","token_type":"Bearer","scopes":["a"],"obtained_at":100,"lifetime":60,)"
                           R"("refresh_obtained_at":90,"generation":3,"bound_to":"b"})";
  ASSERT_TRUE(decode_grant(secret(good)));
  for (const auto& each : cases) {
    std::string bytes = good;
    bytes.replace(bytes.find(each.before), each.before.size(), each.after);
    const auto read = decode_grant(secret(bytes));
    ASSERT_FALSE(read) << bytes;
    EXPECT_EQ(read.error().message,
              "the stored grant is damaged: " + std::string(each.member) + " is not as Latchkey writes it");
    EXPECT_EQ(read.error().message.find("SECRET"), std::string::npos);
  }
}

TEST(GrantCodec, S5_S6_NoTruncatedRecordIsReadAndNoneLeaks) {
  const secret whole = encode_grant(whole_grant());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto read = decode_grant(secret(whole.reveal().substr(0, length)));
    ASSERT_FALSE(read) << length;
    EXPECT_EQ(read.error().message.find("refresh-1"), std::string::npos);
  }
}

TEST(GrantCodec, ARecordOrATokenLargerThanAnyIsDamaged) {
  EXPECT_EQ(decode_grant(secret(std::string(limits::stored_record + 1, ' '))).error().message,
            "the stored grant is damaged: it is larger than any grant");
  grant held = whole_grant();
  held.access_token = secret(std::string(limits::token_bytes + 1, 'a'));
  EXPECT_FALSE(decode_grant(encode_grant(held)));
}

}  // namespace
}  // namespace latchkey
