#include "daemon/adapters/state_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "os/files.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;

// The holder's process id, digits alone; empty where it has not written it yet.
std::string holder(int file) {
  std::array<char, 20> bytes{};
  const ssize_t length = ::pread(file, bytes.data(), bytes.size(), 0);
  const std::string_view text(bytes.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  return std::string(text.substr(0, text.find_first_not_of("0123456789")));
}

fault held(int file, const fs::path& state_folder) {
  const std::string pid = holder(file);
  const std::string folder = printable(state_folder.native());
  if (pid.empty()) return {errc::temporarily_unavailable, "another latchkeyd uses " + folder + ": stop it first"};
  return {errc::temporarily_unavailable, "another latchkeyd (process " + pid + ") uses " + folder +
                                             ": stop it first with `systemctl --user stop latchkeyd` or `kill " + pid +
                                             "`"};
}

}  // namespace

result<state_lock> state_lock::take(const fs::path& state_folder) {
  if (auto made = make_private_folder(state_folder); !made) return made.error();
  const fs::path path = state_folder / "lock";
  unique_fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return fault(errc::internal, "cannot open " + printable(path.native()) + ": " + std::strerror(errno));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return held(file.get(), state_folder);
    return fault(errc::internal, "cannot lock " + printable(path.native()) + ": " + std::strerror(errno));
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  const auto length = static_cast<ssize_t>(pid.size());
  // The id is for people; a full disk must not keep the daemon from handing out the tokens it has.
  const bool written = ::ftruncate(file.get(), 0) == 0 && ::pwrite(file.get(), pid.data(), pid.size(), 0) == length;
  // Half an id would be another process's. Where it cannot be taken back either, the lock itself still holds.
  [[maybe_unused]] const bool told = written || ::ftruncate(file.get(), 0) == 0;
  remove_leftovers(state_folder);
  return state_lock(std::move(file));
}

}  // namespace latchkey
