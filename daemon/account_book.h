// The accounts of the user: files accounts/NAME.toml on one side, live accounts on the other. Reads a file when its
// account is first asked for, and again when it changes.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/account.h"

namespace latchkey {

class account_book {
 public:
  account_book(account_surroundings& surroundings, std::filesystem::path folder);

  /// Errors: no_such_account (with the nearest name), bad_request where its file is wrong.
  [[nodiscard]] result<std::shared_ptr<account>> find(std::string_view name);
  /// Every account whose file can be read, by name.
  [[nodiscard]] std::vector<std::shared_ptr<account>> all();
  /// The name of every account file.
  [[nodiscard]] std::vector<std::string> names() const;
  /// Sentences about the files that cannot.
  [[nodiscard]] std::vector<std::string> troubles() const;
  [[nodiscard]] bool contains(std::string_view name) const;

  /// Writes the file. Errors: bad_request where the name is taken; internal.
  result<std::shared_ptr<account>> add(account_config config);
  /// Removes the file and lets go of the account. Errors: internal.
  result<> remove(std::string_view name);
  /// Files have changed: accounts in use take their new configuration. A file that has become wrong changes nothing.
  void reload();

  /// For a locked daemon: account::withhold() of each. False: ask again.
  bool withhold();
  void resume();
  void wake_waiters();

  /// The accounts that have work under way.
  [[nodiscard]] bool busy() const;
  /// No account is busy, logs in, or holds what is not stored.
  [[nodiscard]] bool at_rest() const;
  /// How many of the accounts that were used are known to need a login.
  [[nodiscard]] std::size_t need_login() const;

 private:
  /// Takes it out of without_file_; nothing where it is not there or has done its work.
  std::shared_ptr<account> without_file(std::string_view name);
  [[nodiscard]] std::filesystem::path file_of(std::string_view name) const;
  [[nodiscard]] result<account_config> read(std::string_view name) const;

  account_surroundings& surroundings_;
  std::filesystem::path folder_;
  std::map<std::string, std::shared_ptr<account>, std::less<>> accounts_;
  // Those whose file went away: one that is still at work when the file comes back must not get a twin.
  std::map<std::string, std::weak_ptr<account>, std::less<>> without_file_;
};

}  // namespace latchkey
