// For tests under with_keyring.sh: the real keyring, and what a person does to it.
#pragma once

#include <cstdlib>

#include "daemon/adapters/secret_service_store.h"
#include "tests/daemon/store/store_fixture.h"

namespace latchkey::support {

/// The exit status of a shell command; 0: done.
inline int shell(const std::string& command) {
  return std::system(command.c_str());
}

/// What a shell command prints.
inline std::string output_of(const std::string& command) {
  const temporary_folder folder;
  const auto path = folder.path() / "output";
  EXPECT_EQ(shell("(" + command + ") >" + path.string() + " 2>&1"), 0) << command << "\n" << content(path);
  return content(path);
}

class keyring_fixture : public store_fixture {
 protected:
  /// Every test starts from an empty, unlocked keyring.
  void SetUp() override {
    shell("secret-tool clear application latchkey");
    ASSERT_EQ(output_of("secret-tool search --all application latchkey"), "");
  }
  static void lock_keyring() { ASSERT_EQ(shell(SUPPORT_FOLDER "/keyring_lock.sh"), 0); }
  static void unlock_keyring() { ASSERT_EQ(shell(SUPPORT_FOLDER "/keyring_unlock.sh"), 0); }
  static std::string items() { return output_of("secret-tool search --all application latchkey"); }
};

}  // namespace latchkey::support
