#include "tests/sandbox/api_key_book.h"

#include <gtest/gtest.h>

namespace latchkey::sandbox {
namespace {

constexpr std::int64_t unix_now = 1'700'000'000;

class ApiKeyBook : public testing::Test {
 protected:
  static api_key_wish wish(const std::string& name) {
    api_key_wish made;
    made.name = name;
    made.permissions = std::set<std::string>{"funds_query"};
    return made;
  }
  const api_key& make(const api_key_wish& what) { return **book.create(what, app, unix_now); }
  // The error of a rightly signed call with this nonce; empty: taken.
  std::string call(const api_key& key, const std::string& nonce, std::int64_t at = unix_now) {
    const std::string body = "nonce=" + nonce;
    const signed_call what{"/0/private/Balance", nonce, body};
    const auto proven = book.prove({key.public_half, *exchange_signature(key.key_secret, what), what}, at);
    return proven ? std::string() : proven.error();
  }

  int made_ = 0;
  api_key_book book{[this] { return "token-" + std::to_string(++made_); }};
  api_key_book::app app{"demo-client", {"account.fast-api-key:write", "account.fast-api-key:funds-query"}};
};

TEST_F(ApiKeyBook, EachKeyHasHalvesOfItsOwn) {
  const api_key first = make(wish("first"));
  const api_key second = make(wish("second"));
  EXPECT_EQ(first.public_half.size(), 56U);
  EXPECT_EQ(first.key_secret.size(), 88U);
  EXPECT_NE(first.public_half, second.public_half);
  EXPECT_NE(first.key_secret, second.key_secret);
  EXPECT_NE(first.key_secret.substr(0, 56), first.public_half);
}

TEST_F(ApiKeyBook, ANonceMustGrow) {
  const api_key& key = make(wish("bot"));
  EXPECT_EQ(call(key, "5"), "");
  EXPECT_EQ(call(key, "5"), "EAPI:Invalid nonce");
  EXPECT_EQ(call(key, "4"), "EAPI:Invalid nonce");
  EXPECT_EQ(call(key, "6"), "");
  for (const auto* nonce : {"", "0", "-7", "7.5", "x", "7x", "18446744073709551616"})
    EXPECT_EQ(call(key, nonce), "EAPI:Invalid nonce") << nonce;
  EXPECT_EQ(call(key, "18446744073709551615"), "");
}

TEST_F(ApiKeyBook, AWindowTakesALateNonceOnce) {
  api_key_wish wide = wish("bot");
  wide.nonce_window = 10;
  const api_key& key = make(wide);
  EXPECT_EQ(call(key, "100"), "");
  EXPECT_EQ(call(key, "90"), "");
  EXPECT_EQ(call(key, "95"), "");
  for (const auto* nonce : {"100", "95", "90", "89"}) EXPECT_EQ(call(key, nonce), "EAPI:Invalid nonce") << nonce;
  EXPECT_EQ(call(key, "200"), "");
  EXPECT_EQ(call(key, "189"), "EAPI:Invalid nonce");
}

TEST_F(ApiKeyBook, AWrongSignatureSpendsNoNonce) {
  const api_key& key = make(wish("bot"));
  const signed_call what{"/0/private/Balance", "5", "nonce=5"};
  for (const auto* sign : {"", "x", "4/dpxb3iT4tp/ZCVEwSnEg=="})
    EXPECT_EQ(book.prove({key.public_half, sign, what}, unix_now).error(), "EAPI:Invalid signature");
  EXPECT_EQ(call(key, "5"), "");
}

TEST_F(ApiKeyBook, AnUnknownRemovedOrExpiredKeyIsInvalid) {
  api_key_wish brief = wish("brief");
  brief.valid_until = unix_now + 10;
  const api_key key = make(brief);
  EXPECT_EQ(call(key, "1", unix_now + 9), "");
  EXPECT_EQ(call(key, "2", unix_now + 10), "EAPI:Invalid key");
  EXPECT_TRUE(book.remove("brief"));
  EXPECT_EQ(call(key, "3"), "EAPI:Invalid key");
  EXPECT_EQ(book.prove({{}, {}, {}}, unix_now).error(), "EAPI:Invalid key");
}

TEST_F(ApiKeyBook, NeverGivesMoreThanTheGrantCovers) {
  api_key_wish greedy = wish("greedy");
  greedy.permissions->insert("funds_withdraw");
  EXPECT_EQ(book.create(greedy, app, unix_now).error(), permission_denied);
  EXPECT_TRUE(book.keys().empty());
  make(wish("greedy"));
  EXPECT_EQ(book.update(greedy, app, unix_now).error(), permission_denied);
  EXPECT_FALSE(book.keys().front().permissions.contains("funds_withdraw"));
}

TEST_F(ApiKeyBook, AnUpdateLeavesWhatItDoesNotName) {
  api_key_wish first = wish("bot");
  first.ip_allowlist = std::vector<std::string>{"192.0.2.0/24"};
  first.nonce_window = 7;
  make(first);
  api_key_wish change;
  change.name = "bot";
  change.new_name = "robot";
  change.valid_until = unix_now + 60;
  EXPECT_TRUE(book.update(change, app, unix_now + 1));
  const api_key& key = book.keys().front();
  EXPECT_EQ(key.name, "robot");
  EXPECT_EQ(key.nonce_window, 7U);
  EXPECT_EQ(key.ip_allowlist.size(), 1U);
  EXPECT_TRUE(key.permissions.contains("funds_query"));
  EXPECT_EQ(key.valid_until, unix_now + 60);
  EXPECT_EQ(key.created_time, unix_now);
  EXPECT_EQ(key.modified_time, unix_now + 1);
}

TEST_F(ApiKeyBook, ANameStandsForOneKey) {
  make(wish("one"));
  make(wish("two"));
  EXPECT_EQ(book.create(wish("one"), app, unix_now).error(), "EGeneral:Invalid arguments:api_key_name exists");
  api_key_wish change;
  change.name = "one";
  change.new_name = "two";
  EXPECT_EQ(book.update(change, app, unix_now).error(), "EGeneral:Invalid arguments:new_api_key_name exists");
  change.new_name = "one";
  EXPECT_TRUE(book.update(change, app, unix_now)) << "its own name is free for it";
}

}  // namespace
}  // namespace latchkey::sandbox
