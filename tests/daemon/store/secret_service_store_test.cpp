#include "daemon/adapters/secret_service_store.h"

#include "tests/daemon/store/keyring_fixture.h"

namespace latchkey {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SecretServiceStore : public support::keyring_fixture {
 protected:
  secret_service_store store_{context.get_executor()};
};

TEST_F(SecretServiceStore, AnswersWithoutAskingAnybody) {
  lock_keyring();
  EXPECT_TRUE(run(store_.connect()));
  unlock_keyring();
}

TEST_F(SecretServiceStore, GivesBackWhatWasSavedAlsoToTheNextProcess) {
  expect_record(load(store_, grant_of("work")), "", 0);
  EXPECT_EQ(save(store_, grant_of("work"), "first", 0).value(), 1U);
  EXPECT_EQ(save(store_, grant_of("work"), "second\n and a NUL \xC3\xBC", 1).value(), 2U);
  secret_service_store next(context.get_executor());
  expect_record(load(next, grant_of("work")), "second\n and a NUL \xC3\xBC", 2);
}

TEST_F(SecretServiceStore, APersonFindsTheItemsByName) {
  ASSERT_TRUE(save(store_, grant_of("work"), "grant-value", 0));
  ASSERT_TRUE(save(store_, {"work", record_kind::client_secret}, "client-value", 0));
  const std::string shown = items();
  EXPECT_THAT(shown, HasSubstr("label = Latchkey: grant of work\n"));
  EXPECT_THAT(shown, HasSubstr("label = Latchkey: client-secret of work\n"));
  EXPECT_THAT(shown, HasSubstr("schema = io.latchkey.Record\n"));
  EXPECT_THAT(shown, HasSubstr("attribute.account = work\n"));
  EXPECT_THAT(shown, HasSubstr("attribute.kind = grant\n"));
}

TEST_F(SecretServiceStore, ASaveReplacesTheItemInPlace) {
  for (record_version version = 0; version < 5; ++version)
    ASSERT_TRUE(save(store_, grant_of("work"), "value " + std::to_string(version), version));
  const std::string shown = items();
  EXPECT_EQ(shown.find("label = "), shown.rfind("label = ")) << shown;
  EXPECT_THAT(shown, HasSubstr("value 4"));
  EXPECT_THAT(shown, Not(HasSubstr("value 3")));
}

TEST_F(SecretServiceStore, OfTwoSavesOnOneVersionTheSecondIsRefused) {
  ASSERT_TRUE(save(store_, grant_of("work"), "start", 0));
  secret_service_store other(context.get_executor());
  EXPECT_EQ(save(store_, grant_of("work"), "mine", 1).value(), 2U);
  expect_fault(save(other, grant_of("work"), "yours", 1), errc::temporarily_unavailable, "grant of work");
  expect_record(load(other, grant_of("work")), "mine", 2);
}

TEST_F(SecretServiceStore, ErasesOneRecordAndNoOther) {
  ASSERT_TRUE(save(store_, grant_of("work"), "one", 0));
  ASSERT_TRUE(save(store_, grant_of("home"), "two", 0));
  ASSERT_TRUE(run(store_.erase(grant_of("work"))));
  ASSERT_TRUE(run(store_.erase(grant_of("work"))));
  expect_record(load(store_, grant_of("work")), "", 0);
  expect_record(load(store_, grant_of("home")), "two", 1);
}

TEST_F(SecretServiceStore, KeepsTheLargestGrantThereCanBe) {
  const std::string value(limits::stored_record - 64, 'x');
  ASSERT_TRUE(save(store_, grant_of("big"), value, 0));
  expect_record(load(store_, grant_of("big")), value, 1);
}

}  // namespace
}  // namespace latchkey
