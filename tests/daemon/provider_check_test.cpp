#include "daemon/provider_check.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "core/limits.h"
#include "tests/support/fake_world.h"

namespace latchkey {
namespace {

using std::chrono::seconds;

http_response with(std::vector<http_header> headers) {
  http_response response;
  response.headers = std::move(headers);
  return response;
}

// 784'111'777 is Sun, 06 Nov 1994 08:49:37 GMT.
constexpr wall_time then{seconds(784'111'777)};
const std::string date = "Sun, 06 Nov 1994 08:49:37 GMT";

TEST(ClockSkew, IsWhatTheWayThereAndBackCannotExplain) {
  struct row {
    int asked;
    int answered;
    std::optional<int> skew;  // All in seconds after `then`.
  };
  for (const auto& [asked, answered, skew] : std::initializer_list<row>{
           {0, 0, 0},
           {-5, 5, 0},
           {-5, 0, 0},
           {0, 5, 0},
           {40, 42, -40},
           {-42, -40, 40},
           {86400, 86401, -86400},
       })
    EXPECT_EQ(clock_skew(with({{"Date", date}}), then + seconds(asked), then + seconds(answered)), seconds(*skew))
        << asked << " " << answered;
}

TEST(ClockSkew, AnAnswerFromACacheIsAsOldAsItSays) {
  const auto skew = [](std::string age) {
    return clock_skew(with({{"date", date}, {"age", std::move(age)}}), then + seconds(600), then + seconds(600));
  };
  EXPECT_EQ(skew("600"), seconds(0));
  EXPECT_EQ(skew("0"), seconds(-600));
  for (const char* senseless : {"", "soon", "-5", "99999999999999999999"}) EXPECT_EQ(skew(senseless), seconds(-600));
}

TEST(ClockSkew, WithoutADateNobodyKnows) {
  EXPECT_EQ(clock_skew(with({}), then, then), std::nullopt);
  EXPECT_EQ(clock_skew(with({{"Date", "yesterday"}}), then, then), std::nullopt);
}

class ProviderCheck : public testing::Test {
 protected:
  ProviderCheck() : world_(context_.get_executor()), providers_(world_.http, "/nonexistent") {}

  void check(std::string endpoint = "https://id.example/token") {
    boost::asio::co_spawn(context_, wait_for(std::move(endpoint)), boost::asio::detached);
    settle();
  }
  task<> wait_for(std::string endpoint) {
    found_ = co_await check_provider(world_.http, world_.clock, std::move(endpoint));
  }
  void settle() {
    context_.restart();
    context_.poll();
  }

  boost::asio::io_context context_;
  support::fake_world world_;
  provider_catalog providers_;
  std::optional<provider_findings> found_;
};

TEST_F(ProviderCheck, AnyAnswerWillDoAndNothingSecretIsSent) {
  world_.http.answer(405, "{}", {{"Date", "Fri, 15 Jan 2027 08:00:00 GMT"}});
  check();
  ASSERT_TRUE(found_);
  EXPECT_TRUE(found_->reachable);
  EXPECT_EQ(found_->message, "");
  EXPECT_EQ(found_->clock_skew, seconds(0)) << "the fake clock stands at that date";
  EXPECT_EQ(world_.http.requests, std::vector<std::string>{"GET https://id.example/token "});
}

TEST_F(ProviderCheck, AServerInTroubleIsThereAndSaysSo) {
  world_.http.answer(503, "");
  check();
  EXPECT_TRUE(found_->reachable);
  EXPECT_EQ(found_->message, "it answers with HTTP 503: it has trouble of its own");
}

TEST_F(ProviderCheck, AFaultOfTheNetworkIsTheMessage) {
  world_.http.fail(fault(errc::temporarily_unavailable, "id.example refused the connection"));
  check();
  EXPECT_FALSE(found_->reachable);
  EXPECT_EQ(found_->message, "id.example refused the connection");
  EXPECT_EQ(found_->clock_skew, std::nullopt);
}

TEST_F(ProviderCheck, WaitsNoLongerThanAPersonDoes) {
  world_.http.hold();
  check();
  EXPECT_FALSE(found_);
  world_.clock.advance(limits::provider_check);
  settle();
  ASSERT_TRUE(found_);
  EXPECT_FALSE(found_->reachable);
  EXPECT_EQ(found_->message, "it gave no answer within 10 s");
}

TEST_F(ProviderCheck, ASlowAnswerIsNoWrongClock) {
  world_.http.answer(200, "{}", {{"Date", "Fri, 15 Jan 2027 08:00:00 GMT"}});
  world_.http.hold();
  check();
  world_.clock.advance(seconds(9));
  world_.http.release();
  settle();
  ASSERT_TRUE(found_);
  EXPECT_EQ(found_->clock_skew, seconds(0));
}

TEST_F(ProviderCheck, AsksTheDiscoveryDocumentWhereThereIsOneElseTheTokenEndpoint) {
  account_config account;
  account.issuer = "https://id.example/tenant";
  EXPECT_EQ(endpoint_to_check(account, providers_).value(),
            "https://id.example/tenant/.well-known/openid-configuration");
  account.issuer.clear();
  account.token_endpoint = "https://id.example/token";
  EXPECT_EQ(endpoint_to_check(account, providers_).value(), "https://id.example/token");
  account.token_endpoint.clear();
  account.provider = "kraken";
  EXPECT_TRUE(endpoint_to_check(account, providers_).value().starts_with("https://"));
  account.provider = "krakn";
  EXPECT_EQ(endpoint_to_check(account, providers_).error().code, errc::bad_request);
}

}  // namespace
}  // namespace latchkey
