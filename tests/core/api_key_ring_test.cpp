#include "core/api_key_ring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey {
namespace {

using testing::HasSubstr;
using testing::Not;

kept_api_key kept(std::string name, std::string api_key, std::string_view key_secret) {
  kept_api_key key;
  key.name = std::move(name);
  key.api_key = std::move(api_key);
  key.key_secret = secret(key_secret);
  return key;
}

TEST(ApiKeyRing, ComesBackInItsOrderAndWhole) {
  api_key_ring ring;
  ring.push_back(kept("bot", "pub-1", "c2VjcmV0"));
  ring.push_back(kept("\"a\\b\" Zoë", "pub-2", "kQH5HW/8p1uGOVjbgWA7=="));
  ring.push_back(kept("", "", ""));
  const auto again = decode_api_key_ring(encode_api_key_ring(ring));
  ASSERT_TRUE(again);
  ASSERT_EQ(again->size(), ring.size());
  for (std::size_t i = 0; i < ring.size(); ++i) {
    EXPECT_EQ((*again)[i].name, ring[i].name);
    EXPECT_EQ((*again)[i].api_key, ring[i].api_key);
    EXPECT_EQ((*again)[i].key_secret, ring[i].key_secret);
  }
}

TEST(ApiKeyRing, NoRecordAndNoKeyAreBothAnEmptyRing) {
  EXPECT_TRUE(decode_api_key_ring(secret()).value().empty());
  EXPECT_TRUE(decode_api_key_ring(encode_api_key_ring({})).value().empty());
}

TEST(ApiKeyRing, FindsAKeyByItsWholeName) {
  api_key_ring ring;
  ring.push_back(kept("bot", "pub-1", "one"));
  ring.push_back(kept("bot2", "pub-2", "two"));
  ASSERT_NE(find_api_key(ring, "bot2"), nullptr);
  EXPECT_EQ(find_api_key(ring, "bot2")->api_key, "pub-2");
  EXPECT_EQ(find_api_key(ring, "bo"), nullptr);
  EXPECT_EQ(find_api_key(ring, "Bot"), nullptr);
  EXPECT_EQ(find_api_key(ring, ""), nullptr);
}

TEST(ApiKeyRing, TheFirstOfTwoNamesakesCounts) {
  auto ring = decode_api_key_ring(secret(R"({"format":1,"keys":[{"name":"a","api_key":"1","secret":"x"},
                                             {"name":"a","api_key":"2","secret":"y"}]})"));
  ASSERT_TRUE(ring);
  EXPECT_EQ(find_api_key(*ring, "a")->api_key, "1");
}

TEST(ApiKeyRing, PassesOverWhatItDoesNotKnow) {
  const auto ring = decode_api_key_ring(
      secret(R"({"format":1,"more":{"a":[1]},"keys":[{"name":"a","api_key":"1","secret":"x","tags":["t"]}]})"));
  ASSERT_TRUE(ring);
  EXPECT_EQ(ring->size(), 1U);
}

TEST(ApiKeyRing, ADamagedRecordIsRefusedAndNeverQuoted) {
  const std::string_view records[] = {
      "hunter2",
      "null",
      "[]",
      "\"hunter2\"",
      "{}",
      R"({"keys":[]})",
      R"({"format":1})",
      R"({"format":0,"keys":[]})",
      R"({"format":-1,"keys":[]})",
      R"({"format":"1","keys":[]})",
      R"({"format":1.0,"keys":[]})",
      R"({"format":true,"keys":[]})",
      R"({"format":1,"keys":{}})",
      R"({"format":1,"keys":"hunter2"})",
      R"({"format":1,"keys":["hunter2"]})",
      R"({"format":1,"keys":[null]})",
      R"({"format":1,"keys":[{"name":"a","api_key":"b"}]})",
      R"({"format":1,"keys":[{"name":"a","secret":"hunter2"}]})",
      R"({"format":1,"keys":[{"api_key":"b","secret":"hunter2"}]})",
      R"({"format":1,"keys":[{"name":7,"api_key":"b","secret":"hunter2"}]})",
      R"({"format":1,"keys":[{"name":"a","api_key":"b","secret":["hunter2"]}]})",
      R"({"format":1,"keys":[{"name":"a","api_key":"b","secret":null}]})",
      R"({"format":1,"keys":[{"name":"a","name":"b","api_key":"b","secret":"hunter2"}]})",
      R"({"format":1,"keys":[{"name":"a","api_key":"b","secret":"hunter2"}])",
      R"({"format":1,"keys":[]} hunter2)",
      R"({"format":1,"keys":[[[[[[[[[[]]]]]]]]]]})",
      "{\"format\":1,\"keys\":[{\"name\":\"\xff\",\"api_key\":\"b\",\"secret\":\"hunter2\"}]}",
  };
  for (const std::string_view record : records) {
    const auto ring = decode_api_key_ring(secret(record));
    ASSERT_FALSE(ring) << record;
    EXPECT_EQ(ring.error().code, errc::internal) << record;
    EXPECT_THAT(ring.error().message, HasSubstr("the stored API keys are damaged")) << record;
    EXPECT_THAT(ring.error().message, Not(HasSubstr("hunter2")));
  }
}

TEST(ApiKeyRing, ANewerFormatIsToldFromDamage) {
  const auto ring = decode_api_key_ring(secret(R"({"format":2,"rings":[]})"));
  ASSERT_FALSE(ring);
  EXPECT_THAT(ring.error().message, HasSubstr("a newer Latchkey wrote"));
}

TEST(ApiKeyRing, AHundredKeysFitWhereAGrantFits) {
  api_key_ring ring;
  for (int i = 0; i < 100; ++i)
    ring.push_back(kept("key-" + std::to_string(i), std::string(56, 'p'), std::string(88, 's')));
  EXPECT_LT(encode_api_key_ring(ring).size(), 64U * 1024);
  EXPECT_EQ(decode_api_key_ring(encode_api_key_ring(ring)).value().size(), 100U);
}

}  // namespace
}  // namespace latchkey
