#include "daemon/adapters/store_choice.h"

#include <dlfcn.h>

#include <boost/asio/local/stream_protocol.hpp>

#include "daemon/adapters/file_store.h"
#include "daemon/adapters/record_file.h"
#include "tests/daemon/store/store_fixture.h"
#include "tests/support/environment.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;
using support::environment_variable;
using ::testing::HasSubstr;

class StoreChoice : public support::store_fixture {
 protected:
  chosen_store open() { return {context.get_executor(), state_, settings_, random_}; }
  void record(std::string_view line) {
    fs::create_directories(state_);
    fs::permissions(state_, fs::perms(0700));
    support::put(state_ / "backend", line);
  }

  environment_variable no_bus_{"DBUS_SESSION_BUS_ADDRESS", std::nullopt};
  environment_variable no_runtime_{"XDG_RUNTIME_DIR", std::nullopt};
};

// An address where nothing listens: there seems to be a bus.
const std::string dead_bus = "unix:path=/nonexistent/bus";

TEST_F(StoreChoice, TouchesNothingBeforeItsFirstUse) {
  const chosen_store store = open();
  EXPECT_EQ(store.backend(), "file");
  EXPECT_THAT(store.description(), HasSubstr("encrypted files"));
  EXPECT_FALSE(fs::exists(state_));
}

TEST_F(StoreChoice, S1_WithoutABusItIsFilesAndLibsecretStaysOut) {
  chosen_store store = open();
  ASSERT_TRUE(save(store, grant_of("work"), "value", 0));
  expect_record(load(store, grant_of("work")), "value", 1);
  EXPECT_EQ(store.backend(), "file");
  EXPECT_EQ(support::content(state_ / "backend"), "file\n");
  EXPECT_EQ(::dlopen("libsecret-1.so.0", RTLD_NOW | RTLD_NOLOAD), nullptr);
}

TEST_F(StoreChoice, ReadingAloneDecidesNothingForGood) {
  chosen_store store = open();
  expect_record(load(store, grant_of("work")), "", 0);
  EXPECT_FALSE(fs::exists(state_ / "backend"));
}

TEST_F(StoreChoice, S2_ABusWithoutAKeyringMeansFiles) {
  const environment_variable bus("DBUS_SESSION_BUS_ADDRESS", dead_bus);
  chosen_store store = open();
  EXPECT_EQ(store.backend(), "secret-service");
  EXPECT_THAT(store.description(), HasSubstr("where it answers"));
  ASSERT_TRUE(save(store, grant_of("work"), "value", 0));
  EXPECT_EQ(store.backend(), "file");
}

TEST_F(StoreChoice, RecordsInFilesAreNotLostSightOfWhenAKeyringAppears) {
  file_store before(state_, settings_, random_);
  ASSERT_TRUE(save(before, grant_of("work"), "value", 0));
  const environment_variable bus("DBUS_SESSION_BUS_ADDRESS", dead_bus);
  EXPECT_EQ(known_backend(state_, store_backend::automatic).value(), store_backend::file);
  chosen_store store = open();
  expect_record(load(store, grant_of("work")), "value", 1);
}

TEST_F(StoreChoice, S1_RecordsInAKeyringThatIsGoneAreAFaultAndNotAnEmptyStore) {
  record("secret-service\n");
  chosen_store store = open();
  EXPECT_EQ(store.backend(), "secret-service");
  expect_fault(load(store, grant_of("work")), errc::store_locked, "no session bus");
  expect_fault(save(store, grant_of("work"), "value", 0), errc::store_locked, "which holds the grants");
  EXPECT_EQ(support::content(state_ / "backend"), "secret-service\n");
  EXPECT_FALSE(has_stored_records(state_));
}

TEST_F(StoreChoice, S2_AKeyringThatDoesNotAnswerIsAFaultToo) {
  record("secret-service\n");
  const environment_variable bus("DBUS_SESSION_BUS_ADDRESS", dead_bus);
  chosen_store store = open();
  expect_fault(load(store, grant_of("work")), errc::store_locked, "does not answer");
}

TEST_F(StoreChoice, TheConfigurationOverridesWhatWasChosenBefore) {
  record("secret-service\n");
  settings_.backend = store_backend::file;
  chosen_store store = open();
  ASSERT_TRUE(save(store, grant_of("work"), "value", 0));
  EXPECT_EQ(support::content(state_ / "backend"), "file\n");
  EXPECT_EQ(known_backend(state_, store_backend::secret_service).value(), store_backend::secret_service);
}

TEST_F(StoreChoice, AChoiceThatCannotBeUnderstoodIsAFaultThatNamesTheFile) {
  for (const std::string_view line : {"", "files\n", "file", "secret-service", "file\nfile\n"}) {
    record(line);
    chosen_store store = open();
    expect_fault(load(store, grant_of("work")), errc::internal, (state_ / "backend").string());
    EXPECT_THAT(store.description(), HasSubstr((state_ / "backend").string()));
  }
}

TEST_F(StoreChoice, ARuntimeFolderWithASocketIsABus) {
  const environment_variable runtime("XDG_RUNTIME_DIR", folder_.path().string());
  EXPECT_EQ(known_backend(state_, store_backend::automatic).value(), store_backend::file);
  support::put(folder_.path() / "bus", "a file is none");
  EXPECT_EQ(known_backend(state_, store_backend::automatic).value(), store_backend::file);
  fs::remove(folder_.path() / "bus");
  boost::asio::local::stream_protocol::acceptor bus(
      context, boost::asio::local::stream_protocol::endpoint((folder_.path() / "bus").string()));
  EXPECT_EQ(known_backend(state_, store_backend::automatic).value(), store_backend::automatic);
}

}  // namespace
}  // namespace latchkey
