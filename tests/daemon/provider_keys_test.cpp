#include "daemon/provider_keys.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "core/limits.h"
#include "tests/core/id_token_builders.h"
#include "tests/support/fake_world.h"

namespace latchkey {
namespace {

namespace asio = boost::asio;

constexpr const char* address = "https://id.example/jwks";

std::string document(const std::string& kid) {
  return nlohmann::json{{"keys", nlohmann::json::array({testing_issuer::p256_key().jwk(kid)})}}.dump();
}

class ProviderKeysTest : public testing::Test {
 protected:
  ProviderKeysTest() : http_(context_.get_executor()), keys_(http_), now_(std::chrono::hours(1)) {}

  task<> asker(std::string jwks_uri) { got_.push_back(co_await keys_.get(std::move(jwks_uri), now_)); }
  task<> asker_for_newer(shared_jwk_set seen) {
    got_.push_back(co_await keys_.get_newer(address, std::move(seen), now_));
  }

  result<shared_jwk_set> get(std::string jwks_uri = address) {
    asio::co_spawn(context_, asker(std::move(jwks_uri)), asio::detached);
    settle();
    return got_.empty() ? result<shared_jwk_set>(fault()) : got_.back();
  }
  result<shared_jwk_set> get_newer(shared_jwk_set seen) {
    asio::co_spawn(context_, asker_for_newer(std::move(seen)), asio::detached);
    settle();
    return got_.back();
  }

  void settle() {
    context_.restart();
    context_.poll();
  }

  static std::string kid_of(const result<shared_jwk_set>& keys) {
    if (!keys) return keys.error().message;
    return (*keys)->keys.empty() ? "none" : (*keys)->keys.front().kid;
  }

  asio::io_context context_;
  support::scripted_transport http_;
  provider_keys keys_;
  boot_time now_;
  std::vector<result<shared_jwk_set>> got_;
};

TEST_F(ProviderKeysTest, FetchesOnceAndKeepsThemForADay) {
  http_.answer(200, document("one"));
  EXPECT_EQ(kid_of(get()), "one");
  now_ += limits::jwk_set_age - seconds(1);
  EXPECT_EQ(kid_of(get()), "one");
  EXPECT_EQ(http_.requests, std::vector<std::string>{std::string("GET ") + address + " "});
  now_ += seconds(1);
  http_.answer(200, document("two"));
  EXPECT_EQ(kid_of(get()), "two");
}

TEST_F(ProviderKeysTest, AsksOnceForAllWhoNeedThemAtTheSameTime) {
  http_.hold();
  for (int i = 0; i < 50; ++i) get();
  EXPECT_EQ(http_.sent(), 1U);
  http_.fail({errc::temporarily_unavailable, "no route"});
  http_.release();
  settle();
  ASSERT_EQ(got_.size(), 50U);
  EXPECT_EQ(http_.sent(), 1U) << "each asked again after the failure of the one";
  for (const auto& each : got_) EXPECT_EQ(each.error().code, errc::temporarily_unavailable);
}

TEST_F(ProviderKeysTest, WhereWhoAskedIsGoneTheNextOneAsks) {
  http_.hold();
  asio::cancellation_signal leave;
  asio::co_spawn(context_, asker(address), asio::bind_cancellation_slot(leave.slot(), asio::detached));
  settle();
  get();
  EXPECT_EQ(http_.sent(), 1U);
  leave.emit(asio::cancellation_type::all);
  settle();
  EXPECT_EQ(http_.sent(), 2U);
  http_.answer(200, document("one"));
  http_.release();
  settle();
  ASSERT_EQ(got_.size(), 1U);
  EXPECT_EQ(kid_of(got_[0]), "one");
}

TEST_F(ProviderKeysTest, D8_ForUnknownKeysTheIssuerIsAskedOnceAMinute) {
  http_.answer(200, document("one"));
  const auto first = get();
  http_.answer(200, document("two"));
  const auto second = get_newer(*first);
  EXPECT_EQ(kid_of(second), "two") << "the first fetch does not count: keys may have changed since";
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(*get_newer(*second), *second);
  EXPECT_EQ(http_.sent(), 2U);
  now_ += limits::jwk_set_pause;
  http_.answer(200, document("three"));
  EXPECT_EQ(kid_of(get_newer(*second)), "three");
}

TEST_F(ProviderKeysTest, D8_WhoComesWithOlderKeysGetsWhatAnotherHasFetched) {
  http_.answer(200, document("one"));
  const auto first = get();
  http_.answer(200, document("two"));
  get_newer(*first);
  EXPECT_EQ(kid_of(get_newer(*first)), "two");
  EXPECT_EQ(http_.sent(), 2U);
}

TEST_F(ProviderKeysTest, D8_WhoComesWhileNewerOnesAreFetchedGetsThem) {
  http_.answer(200, document("one"));
  const auto first = get();
  got_.clear();
  http_.hold();
  for (int i = 0; i < 3; ++i) asio::co_spawn(context_, asker_for_newer(*first), asio::detached);
  settle();
  http_.answer(200, document("two"));
  http_.release();
  settle();
  ASSERT_EQ(got_.size(), 3U);
  for (const auto& each : got_) EXPECT_EQ(kid_of(each), "two");
  EXPECT_EQ(http_.sent(), 2U);
}

TEST_F(ProviderKeysTest, D9_KeysServeOnWhileTheIssuerIsOffline) {
  http_.answer(200, document("one"));
  get();
  now_ += limits::jwk_set_age;
  http_.fail({errc::temporarily_unavailable, "no route"});
  EXPECT_EQ(kid_of(get()), "one");
  EXPECT_EQ(kid_of(get()), "one");
  EXPECT_EQ(http_.sent(), 2U) << "an issuer that is offline is not asked at each use";
  now_ += limits::jwk_set_pause;
  http_.answer(503, "");
  EXPECT_EQ(kid_of(get()), "one");
  now_ += limits::jwk_set_pause;
  http_.answer(200, document("two"));
  EXPECT_EQ(kid_of(get()), "two");
}

TEST_F(ProviderKeysTest, D9_ButNotForEver) {
  http_.answer(200, document("one"));
  get();
  now_ += limits::jwk_set_offline_age - seconds(1);
  http_.fail({errc::temporarily_unavailable, "no route"});
  EXPECT_EQ(kid_of(get()), "one");
  now_ += seconds(1);
  http_.fail({errc::temporarily_unavailable, "no route"});
  const auto refused = get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::temporarily_unavailable);
}

TEST_F(ProviderKeysTest, WhatIsNoKeySetIsRefusedWithTheAddress) {
  struct {
    unsigned status;
    std::string body;
    errc code;
  } const cases[] = {{404, "", errc::provider_error},
                     {302, "", errc::provider_error},
                     {302, document("elsewhere"), errc::provider_error},
                     {500, "", errc::temporarily_unavailable},
                     {429, "", errc::temporarily_unavailable},
                     {200, "<html>", errc::provider_error},
                     {200, R"({"keys":1})", errc::provider_error},
                     {200, std::string(limits::jwk_set_bytes + 1, ' '), errc::provider_error}};
  for (const auto& each : cases) {
    http_.answer(each.status, each.body);
    const auto got = get();
    ASSERT_FALSE(got) << each.status;
    EXPECT_EQ(got.error().code, each.code) << got.error().message;
    EXPECT_NE(got.error().message.find(address), std::string::npos) << got.error().message;
  }
  http_.answer(200, document("one"));
  EXPECT_EQ(kid_of(get()), "one");
}

TEST_F(ProviderKeysTest, OfTooManyIssuersTheOneThatWasUsedLongestAgoIsForgotten) {
  const auto jwks_uri = [](std::size_t number) { return "https://" + std::to_string(number) + ".example/jwks"; };
  for (std::size_t i = 0; i <= limits::jwk_sets; ++i) {
    http_.answer(200, document(std::to_string(i)));
    now_ += seconds(1);
    EXPECT_EQ(kid_of(get(jwks_uri(i))), std::to_string(i));
  }
  const std::size_t before = http_.sent();
  for (std::size_t i = 1; i <= limits::jwk_sets; ++i) EXPECT_EQ(kid_of(get(jwks_uri(i))), std::to_string(i));
  EXPECT_EQ(http_.sent(), before);
  http_.answer(200, document("again"));
  EXPECT_EQ(kid_of(get(jwks_uri(0))), "again");
}

TEST_F(ProviderKeysTest, OfTooManyIssuersOneThatIsUsedAgainAndAgainStays) {
  const auto jwks_uri = [](std::size_t number) { return "https://" + std::to_string(number) + ".example/jwks"; };
  for (std::size_t i = 0; i <= limits::jwk_sets; ++i) {
    http_.answer(200, document(std::to_string(i)));
    now_ += seconds(1);
    EXPECT_EQ(kid_of(get(jwks_uri(i))), std::to_string(i));
    now_ += seconds(1);
    EXPECT_EQ(kid_of(get(jwks_uri(0))), "0");
  }
  EXPECT_EQ(http_.sent(), limits::jwk_sets + 1);
}

TEST_F(ProviderKeysTest, ForgottenOnesAreFetchedAnew) {
  http_.answer(200, document("one"));
  get();
  keys_.forget();
  http_.answer(200, document("two"));
  EXPECT_EQ(kid_of(get()), "two");
}

}  // namespace
}  // namespace latchkey
