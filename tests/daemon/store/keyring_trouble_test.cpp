#include <boost/asio/steady_timer.hpp>

#include "tests/daemon/store/keyring_fixture.h"
#include "tests/support/environment.h"

namespace latchkey {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class KeyringTrouble : public support::keyring_fixture {
 protected:
  secret_service_store store_{context.get_executor()};
};

TEST_F(KeyringTrouble, S3_S14_LockedWhileRunningAndTheQuestionDismissedIsAFaultNotAnEmptyRecord) {
  ASSERT_TRUE(save(store_, grant_of("work"), "precious", 0));
  lock_keyring();
  expect_fault(load(store_, grant_of("work")), errc::store_locked, "unlock it");
  expect_fault(save(store_, grant_of("work"), "new", 1), errc::store_locked, "unlock it");
  expect_fault(save(store_, grant_of("another"), "new", 0), errc::store_locked, "unlock it");
  expect_fault(run(store_.erase(grant_of("work"))), errc::store_locked, "unlock it");
  unlock_keyring();
  expect_record(load(store_, grant_of("work")), "precious", 1);
  EXPECT_EQ(save(store_, grant_of("work"), "new", 1).value(), 2U);
}

TEST_F(KeyringTrouble, S4_AnItemDeletedFromOutsideIsARecordThatIsNotThere) {
  ASSERT_TRUE(save(store_, grant_of("work"), "value", 0));
  ASSERT_EQ(support::shell("secret-tool clear application latchkey account work kind grant"), 0);
  expect_record(load(store_, grant_of("work")), "", 0);
  expect_fault(save(store_, grant_of("work"), "new", 1), errc::temporarily_unavailable, "grant of work");
  EXPECT_EQ(save(store_, grant_of("work"), "new", 0).value(), 1U);
}

TEST_F(KeyringTrouble, S5_AnItemEditedToNonsenseIsNamedAndNotOverwritten) {
  ASSERT_TRUE(save(store_, grant_of("work"), "value", 0));
  ASSERT_EQ(support::shell("printf nonsense | secret-tool store --label Edited xdg:schema io.latchkey.Record "
                           "application latchkey account work kind grant"),
            0);
  expect_fault(load(store_, grant_of("work")), errc::internal, "\"Latchkey: grant of work\"");
  expect_fault(save(store_, grant_of("work"), "new", 1), errc::internal, "secret-tool clear");
  expect_fault(save(store_, grant_of("work"), "new", 0), errc::internal, "did not write");
  EXPECT_THAT(items(), HasSubstr("secret = nonsense"));
  ASSERT_TRUE(run(store_.erase(grant_of("work"))));
  EXPECT_TRUE(save(store_, grant_of("work"), "new", 0));
}

TEST_F(KeyringTrouble, ARestartedKeyringIsFoundAgain) {
  ASSERT_TRUE(save(store_, grant_of("work"), "value", 0));
  unlock_keyring();
  expect_record(load(store_, grant_of("work")), "value", 1);
  unlock_keyring();
  EXPECT_EQ(save(store_, grant_of("work"), "new", 1).value(), 2U);
}

TEST_F(KeyringTrouble, S1_NoBusSaysSo) {
  const support::environment_variable no_bus("DBUS_SESSION_BUS_ADDRESS", std::nullopt);
  secret_service_store lonely(context.get_executor());
  expect_fault(load(lonely, grant_of("work")), errc::store_locked, "no session bus");
}

// A stopped process takes calls and never answers, as a keyring does that waits for a person.
class stopped_keyring {
 public:
  stopped_keyring() { EXPECT_EQ(support::shell("kill -STOP $(cat $KEYRING_PID_FILE)"), 0); }
  stopped_keyring(const stopped_keyring&) = delete;
  stopped_keyring& operator=(const stopped_keyring&) = delete;
  ~stopped_keyring() { EXPECT_EQ(support::shell("kill -CONT $(cat $KEYRING_PID_FILE)"), 0); }
};

TEST_F(KeyringTrouble, S3_AKeyringThatNeverAnswersIsWaitedForABoundedTime) {
  secret_service_store impatient(context.get_executor(), std::chrono::milliseconds(200));
  const stopped_keyring stopped;
  expect_fault(load(impatient, grant_of("work")), errc::store_locked, "no answer in time");
}

TEST_F(KeyringTrouble, R9_TheEventLoopGoesOnWhileTheKeyringIsWaitedFor) {
  secret_service_store impatient(context.get_executor(), std::chrono::milliseconds(500));
  bool answered = false;
  bool served_before = false;
  const stopped_keyring stopped;
  boost::asio::steady_timer timer(context, std::chrono::milliseconds(50));
  timer.async_wait([&](const boost::system::error_code&) { served_before = !answered; });
  const auto body = [&]() -> task<> {
    const auto found = co_await impatient.load(grant_of("work"));
    answered = true;
    EXPECT_FALSE(found);
  };
  run(body());
  EXPECT_TRUE(served_before);
}

TEST_F(KeyringTrouble, R22_ShutdownEndsACallThatWaits) {
  const stopped_keyring stopped;
  const auto begun = std::chrono::steady_clock::now();
  {
    secret_service_store patient(context.get_executor());
    boost::asio::co_spawn(context, patient.load(grant_of("work")), boost::asio::use_future);
    context.restart();
    context.run_for(std::chrono::milliseconds(100));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
}

}  // namespace
}  // namespace latchkey
