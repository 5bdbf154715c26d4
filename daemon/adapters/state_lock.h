// One daemon for each state folder: two would both spend the same refresh token. Held by main from before the first use
// of the store to the end of the process; the system gives it back even after kill -9.
#pragma once

#include <filesystem>

#include "core/error.h"
#include "os/unique_fd.h"

namespace latchkey {

class state_lock {
 public:
  /// Locks `state_folder`/lock, makes the folder where it is missing, and clears away what a crash left in it.
  /// Errors: temporarily_unavailable where another daemon holds it, with its process id; bad_request and internal as
  /// make_private_folder().
  [[nodiscard]] static result<state_lock> take(const std::filesystem::path& state_folder);

 private:
  explicit state_lock(unique_fd file) noexcept : file_(std::move(file)) {}

  unique_fd file_;
};

}  // namespace latchkey
