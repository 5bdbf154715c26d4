#include "daemon/adapters/store_choice.h"
#include "tests/daemon/store/keyring_fixture.h"
#include "tests/support/environment.h"

namespace latchkey {
namespace {

using support::environment_variable;

class KeyringChoice : public support::keyring_fixture {
 protected:
  chosen_store open() { return {context.get_executor(), state_, settings_, random_}; }
};

TEST_F(KeyringChoice, TheKeyringIsTakenWhereItAnswers) {
  chosen_store store = open();
  ASSERT_TRUE(save(store, grant_of("work"), "value", 0));
  EXPECT_EQ(store.backend(), "secret-service");
  EXPECT_EQ(support::content(state_ / "backend"), "secret-service\n");
  EXPECT_THAT(items(), ::testing::HasSubstr("Latchkey: grant of work"));
  EXPECT_FALSE(std::filesystem::exists(records_));
}

TEST_F(KeyringChoice, ALockedKeyringIsStillTheKeyring) {
  lock_keyring();
  {
    chosen_store store = open();
    expect_fault(save(store, grant_of("work"), "value", 0), errc::store_locked, "unlock it");
    EXPECT_EQ(store.backend(), "secret-service");
  }
  unlock_keyring();
  EXPECT_FALSE(std::filesystem::exists(records_));
}

TEST_F(KeyringChoice, WithoutABusTheNextStartDoesNotOpenAnEmptyStore) {
  {
    chosen_store store = open();
    ASSERT_TRUE(save(store, grant_of("work"), "value", 0));
  }
  const environment_variable no_bus("DBUS_SESSION_BUS_ADDRESS", std::nullopt);
  chosen_store later = open();
  expect_fault(load(later, grant_of("work")), errc::store_locked, "no session bus");
}

TEST_F(KeyringChoice, FilesStayFilesWhenAKeyringAppears) {
  {
    const environment_variable no_bus("DBUS_SESSION_BUS_ADDRESS", std::nullopt);
    chosen_store store = open();
    ASSERT_TRUE(save(store, grant_of("work"), "value", 0));
  }
  chosen_store later = open();
  expect_record(load(later, grant_of("work")), "value", 1);
  EXPECT_EQ(later.backend(), "file");
}

TEST_F(KeyringChoice, ManyFirstCallersAtOnceShareOneStore) {
  chosen_store store = open();
  std::vector<std::future<result<record_version>>> answers;
  for (int i = 0; i < 10; ++i)
    answers.push_back(boost::asio::co_spawn(context, store.save(grant_of("work"), secret(std::to_string(i)), 0),
                                            boost::asio::use_future));
  context.run();
  int won = 0;
  for (auto& answer : answers) won += answer.get() ? 1 : 0;
  EXPECT_EQ(won, 1);
}

}  // namespace
}  // namespace latchkey
