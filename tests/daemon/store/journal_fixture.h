// A journal of real files, for the tests of file_journal.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "daemon/adapters/file_journal.h"
#include "tests/daemon/store/store_fixture.h"

namespace latchkey::support {

class journal_fixture : public store_fixture {
 protected:
  /// Another process's look at the same files.
  file_journal next_process() { return file_journal(state_, settings_, random_); }

  entry_number write(file_journal& to, std::string_view content, const std::string& account = "work") {
    const auto number = to.write(grant_of(account), secret(content));
    EXPECT_TRUE(number) << number.error().message;
    return number ? *number : 0;
  }
  void sync(file_journal& in, entry_number number) {
    const auto synced = run(in.sync(grant_of("work"), number));
    EXPECT_TRUE(synced) << synced.error().message;
  }
  /// Empty: no entry.
  static std::string read(file_journal& from, const std::string& account = "work") {
    const auto found = from.read(grant_of(account));
    EXPECT_TRUE(found) << found.error().message;
    return found && *found ? std::string((*found)->content.reveal()) : std::string();
  }
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(journal_)) names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
  }

  std::filesystem::path journal_ = state_ / "journal";
};

}  // namespace latchkey::support
