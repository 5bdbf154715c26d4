// Under with_bare_bus.sh: a session bus without a Secret Service.
#include <csignal>
#include <cstdlib>

#include "daemon/adapters/secret_service_store.h"
#include "daemon/adapters/store_choice.h"
#include "tests/daemon/store/store_fixture.h"

namespace latchkey {
namespace {

class BareBus : public support::store_fixture {};

TEST_F(BareBus, S2_WithoutAKeyringGrantsGoToFiles) {
  chosen_store store(context.get_executor(), state_, settings_, random_);
  ASSERT_TRUE(save(store, grant_of("work"), "value", 0));
  EXPECT_EQ(store.backend(), "file");
  EXPECT_EQ(support::content(state_ / "backend"), "file\n");
}

TEST_F(BareBus, S2_AKeyringAskedForByNameAndAbsentIsAFault) {
  settings_.backend = store_backend::secret_service;
  chosen_store store(context.get_executor(), state_, settings_, random_);
  expect_fault(load(store, grant_of("work")), errc::store_locked, "does not answer");
  EXPECT_FALSE(std::filesystem::exists(records_));
}

// The last one: it ends the bus.
TEST_F(BareBus, S1_TheEndOfTheBusIsNotTheEndOfTheDaemon) {
  secret_service_store store(context.get_executor());
  expect_fault(load(store, grant_of("work")), errc::store_locked, "does not answer");
  ASSERT_EQ(::kill(std::atoi(std::getenv("BARE_BUS_PID")), SIGTERM), 0);
  for (int i = 0; i < 3; ++i) expect_fault(load(store, grant_of("work")), errc::store_locked, "does not answer");
}

}  // namespace
}  // namespace latchkey
