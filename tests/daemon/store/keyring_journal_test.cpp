// The journal before the real keyring, which a person locks at the worst moment.
#include "daemon/adapters/file_journal.h"
#include "daemon/adapters/system_clock.h"
#include "daemon/journaled_store.h"
#include "tests/daemon/store/keyring_fixture.h"

namespace latchkey {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// What one process has of it all. Movers still wait in its context when it ends, as after a kill.
struct process_life {
  process_life(const std::filesystem::path& state, const settings& chosen, random_source& random)
      : keyring(context.get_executor()), journal(state, chosen, random), clock(context.get_executor()) {}

  template <class T>
  T run(task<T> work) {
    auto answer = boost::asio::co_spawn(context, std::move(work), boost::asio::use_future);
    while (answer.wait_for(std::chrono::seconds(0)) != std::future_status::ready) context.run_one();
    return answer.get();
  }

  boost::asio::io_context context;
  secret_service_store keyring;
  file_journal journal;
  system_clock clock;
  journaled_store store{context.get_executor(), keyring, journal, clock};
};

class KeyringJournal : public support::keyring_fixture {
 protected:
  [[nodiscard]] std::unique_ptr<process_life> start() {
    auto made = std::make_unique<process_life>(state_, settings_, random_);
    made->store.replay();
    return made;
  }
  [[nodiscard]] std::vector<std::filesystem::path> entries() const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(state_ / "journal")) found.push_back(entry.path());
    return found;
  }
};

TEST_F(KeyringJournal, R6_R8_S14_AGrantThatComesWhileTheKeyringIsLockedOutlivesAKillAndGoesThereLater) {
  auto first = start();
  ASSERT_TRUE(first->run(first->store.save(grant_of("work"), secret("refresh-token-1"), 0)));
  EXPECT_THAT(entries(), IsEmpty());
  EXPECT_THAT(items(), HasSubstr("refresh-token-1"));

  lock_keyring();
  const auto saved = first->run(first->store.save(grant_of("work"), secret("refresh-token-2"), 1));
  ASSERT_TRUE(saved) << saved.error().message;
  EXPECT_EQ(*saved, 2U);
  ASSERT_EQ(entries().size(), 1U);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(state_)) {
    if (entry.is_regular_file()) {
      EXPECT_THAT(support::content(entry), Not(HasSubstr("refresh-token"))) << entry.path();
    }
  }

  first.reset();
  auto second = start();
  expect_record(second->run(second->store.load(grant_of("work"))), "refresh-token-2", 2);
  EXPECT_EQ(entries().size(), 1U);

  // Unlocked from outside while its prompt is being answered, libsecret may lose the answer.
  while (second->store.description().find("locked") == std::string::npos) second->context.run_one();
  unlock_keyring();
  expect_record(second->run(second->store.load(grant_of("work"))), "refresh-token-2", 2);
  while (!entries().empty()) second->context.run_one();
  EXPECT_THAT(items(), HasSubstr("refresh-token-2"));
  secret_service_store fresh(context.get_executor());
  expect_record(load(fresh, grant_of("work")), "refresh-token-2", 2);
}

}  // namespace
}  // namespace latchkey
