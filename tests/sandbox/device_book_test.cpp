#include "tests/sandbox/device_book.h"

#include <gtest/gtest.h>

namespace latchkey::sandbox {
namespace {

constexpr auto client_id = "demo-client";

class DeviceBook : public testing::Test {
 protected:
  explicit DeviceBook(device_consent consent = device_consent::by_person)
      : book({.interval = seconds(5), .lifetime = seconds(600), .consent = consent},
             [this] { return "token-" + std::to_string(++made_); }) {}

  device_codes begin() { return book.begin(client_id, {"account.info:basic"}, now); }
  void answer(const device_codes& codes, decision what) {
    const auto question = book.ask(codes.user_code, now);
    ASSERT_TRUE(question);
    ASSERT_TRUE(book.decide(question->id, what, now));
  }
  // After so much time, a poll; nothing: it brought the scopes.
  std::optional<poll_refusal> poll(const device_codes& codes, seconds wait) {
    now += wait;
    const auto polled = book.poll(client_id, codes.device_code, now);
    return polled ? std::nullopt : std::optional(polled.error());
  }

  int made_ = 0;
  device_book book;
  moment now = moment{} + std::chrono::hours(1);
};

class AllowingDeviceBook : public DeviceBook {
 protected:
  AllowingDeviceBook() : DeviceBook(device_consent::after_one_pending) {}
};

TEST_F(DeviceBook, UserCodesHaveNoVowelAndAreTakenInAnySpelling) {
  const device_codes codes = begin();
  ASSERT_EQ(codes.user_code.size(), 9U);
  EXPECT_EQ(codes.user_code.find_first_not_of("BCDFGHJKLMNPQRSTVWXZ-"), std::string::npos) << codes.user_code;
  std::string spoken = codes.user_code;
  spoken.erase(4, 1);
  for (char& letter : spoken) letter = static_cast<char>(letter - 'A' + 'a');
  for (const std::string& spelling : {codes.user_code, spoken, " " + spoken.substr(0, 2) + " " + spoken.substr(2)}) {
    const auto question = book.ask(spelling, now);
    ASSERT_TRUE(question) << spelling;
    EXPECT_EQ(question->user_code, codes.user_code);
    EXPECT_EQ(question->client_id, client_id);
    EXPECT_EQ(question->scopes, scope_list{"account.info:basic"});
  }
  EXPECT_NE(begin().user_code, codes.user_code);
}

TEST_F(DeviceBook, AsksOnlyForACodeThatWaits) {
  for (const auto* unknown : {"", "-", "BCDF-GHJ", "BCDF-GHJKL"}) EXPECT_FALSE(book.ask(unknown, now)) << unknown;
  const device_codes decided = begin();
  answer(decided, decision::deny);
  EXPECT_FALSE(book.ask(decided.user_code, now));
  const device_codes late = begin();
  EXPECT_FALSE(book.ask(late.user_code, now + seconds(600)));
}

TEST_F(DeviceBook, AQuestionIsAnsweredOnceAndInTime) {
  const device_codes codes = begin();
  const auto first = book.ask(codes.user_code, now);
  const auto second = book.ask(codes.user_code, now);
  EXPECT_FALSE(book.decide("never-asked", decision::allow, now));
  EXPECT_TRUE(book.decide(first->id, decision::deny, now));
  EXPECT_FALSE(book.decide(first->id, decision::allow, now));
  EXPECT_FALSE(book.decide(second->id, decision::allow, now)) << "two pages of one code";
  EXPECT_EQ(poll(codes, seconds(0)), poll_refusal::denied);
  const auto late = book.ask(begin().user_code, now);
  EXPECT_FALSE(book.decide(late->id, decision::allow, now + seconds(600)));
}

TEST_F(DeviceBook, GivesTheScopesOnceWhenThePersonHasAllowed) {
  const device_codes codes = begin();
  EXPECT_EQ(poll(codes, seconds(0)), poll_refusal::pending) << "the first poll may come at once";
  EXPECT_EQ(poll(codes, seconds(5)), poll_refusal::pending);
  answer(codes, decision::allow);
  now += seconds(5);
  const auto polled = book.poll(client_id, codes.device_code, now);
  ASSERT_TRUE(polled);
  EXPECT_EQ(*polled, scope_list{"account.info:basic"});
  EXPECT_EQ(poll(codes, seconds(5)), poll_refusal::used_code);
}

TEST_F(DeviceBook, EachPollThatComesTooSoonAddsFiveSeconds) {
  const device_codes codes = begin();
  const struct {
    seconds wait;
    poll_refusal expected;
  } steps[] = {
      {seconds(0), poll_refusal::pending},  {seconds(4), poll_refusal::too_fast},   // 10 s from now on
      {seconds(9), poll_refusal::too_fast}, {seconds(14), poll_refusal::too_fast},  // 15 s, then 20 s
      {seconds(20), poll_refusal::pending}, {seconds(19), poll_refusal::too_fast},  // 25 s
      {seconds(25), poll_refusal::pending},
  };
  for (const auto& [wait, expected] : steps) EXPECT_EQ(poll(codes, wait), expected) << wait.count();
  const device_codes bystander = begin();
  EXPECT_EQ(poll(bystander, seconds(0)), poll_refusal::pending);
  EXPECT_EQ(poll(bystander, seconds(5)), poll_refusal::pending) << "the interval is the login's own";
}

TEST_F(DeviceBook, AnOrderedSlowDownIsEnforcedLikeAnother) {
  const device_codes codes = begin();
  EXPECT_EQ(poll(codes, seconds(0)), poll_refusal::pending);
  book.slow_down_next(1);
  EXPECT_EQ(poll(codes, seconds(5)), poll_refusal::too_fast);
  EXPECT_EQ(poll(codes, seconds(10)), poll_refusal::pending);
  EXPECT_EQ(poll(codes, seconds(9)), poll_refusal::too_fast);
}

TEST_F(DeviceBook, AllowedButTooFastIsStillTooFast) {
  const device_codes codes = begin();
  EXPECT_EQ(poll(codes, seconds(0)), poll_refusal::pending);
  answer(codes, decision::allow);
  EXPECT_EQ(poll(codes, seconds(1)), poll_refusal::too_fast);
  EXPECT_EQ(poll(codes, seconds(10)), std::nullopt);
}

TEST_F(DeviceBook, CodesEndWithTheirLifetimeAlsoWhenAllowed) {
  const device_codes codes = begin();
  EXPECT_EQ(poll(codes, seconds(599)), poll_refusal::pending);
  answer(codes, decision::allow);
  EXPECT_EQ(poll(codes, seconds(1)), poll_refusal::expired);
}

TEST_F(DeviceBook, AnotherClientsPollHarmsNothing) {
  const device_codes codes = begin();
  EXPECT_EQ(book.poll(client_id, "never-made", now).error(), poll_refusal::unknown_code);
  EXPECT_EQ(book.poll("other-client", codes.device_code, now).error(), poll_refusal::foreign_code);
  EXPECT_EQ(poll(codes, seconds(0)), poll_refusal::pending) << "it does not count as this client's poll";
}

TEST_F(AllowingDeviceBook, AllowsAtTheFirstPollAfterOnePending) {
  const device_codes codes = begin();
  EXPECT_EQ(poll(codes, seconds(0)), poll_refusal::pending);
  EXPECT_EQ(poll(codes, seconds(1)), poll_refusal::too_fast);
  EXPECT_EQ(poll(codes, seconds(10)), std::nullopt);
  const device_codes denied = begin();
  answer(denied, decision::deny);
  EXPECT_EQ(poll(denied, seconds(0)), poll_refusal::denied) << "a person who answers is believed";
}

TEST_F(AllowingDeviceBook, AnOrderedSlowDownIsNoPending) {
  const device_codes codes = begin();
  book.slow_down_next(1);
  EXPECT_EQ(poll(codes, seconds(0)), poll_refusal::too_fast);
  EXPECT_EQ(poll(codes, seconds(10)), poll_refusal::pending);
  EXPECT_EQ(poll(codes, seconds(10)), std::nullopt);
}

TEST_F(DeviceBook, ForgetsCodesAndQuestions) {
  const device_codes codes = begin();
  const auto question = book.ask(codes.user_code, now);
  book.forget();
  EXPECT_FALSE(book.decide(question->id, decision::allow, now));
  EXPECT_EQ(poll(codes, seconds(0)), poll_refusal::unknown_code);
}

}  // namespace
}  // namespace latchkey::sandbox
