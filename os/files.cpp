#include "os/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "os/unique_fd.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view temporary_suffix = ".latchkey-new";

fault system_fault(std::string_view doing, const fs::path& path) {
  return {errc::internal,
          "cannot " + std::string(doing) + " " + printable(path.native()) + ": " + std::strerror(errno)};
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool sync_folder(const fs::path& folder) {
  const unique_fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return fd && ::fsync(fd.get()) == 0;
}

}  // namespace

result<> write_durably(const fs::path& path, std::string_view bytes, unsigned mode) {
  fs::path temporary = path;
  temporary += temporary_suffix;
  ::unlink(temporary.c_str());
  unique_fd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!file) return system_fault("create", temporary);
  if (!write_all(file.get(), bytes) || ::fsync(file.get()) != 0 || ::rename(temporary.c_str(), path.c_str()) != 0) {
    fault why = system_fault("write", path);
    ::unlink(temporary.c_str());
    return why;
  }
  if (!sync_folder(path.parent_path())) return system_fault("sync the folder of", path);
  return {};
}

result<bool> create_durably(const fs::path& path, std::string_view bytes, unsigned mode) {
  fs::path temporary = path;
  // Two threads or processes may be at it at once; each has a file of its own until one link wins.
  temporary += "." + std::to_string(::gettid()) + std::string(temporary_suffix);
  if (auto written = write_durably(temporary, bytes, mode); !written) return written.error();
  const bool linked = ::link(temporary.c_str(), path.c_str()) == 0;
  const bool taken = !linked && errno == EEXIST;
  std::optional<fault> why;
  if (!linked && !taken) why = system_fault("write", path);
  ::unlink(temporary.c_str());
  if (why) return *why;
  if (!sync_folder(path.parent_path())) return system_fault("sync the folder of", path);
  return linked;
}

result<bool> create_quickly(const fs::path& path, std::string_view bytes, unsigned mode) {
  const unique_fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!file && errno == EEXIST) return false;
  if (!file) return system_fault("create", path);
  ssize_t written = 0;
  do written = ::write(file.get(), bytes.data(), bytes.size());
  while (written < 0 && errno == EINTR);
  if (written == static_cast<ssize_t>(bytes.size())) return true;
  // A disk that fills up takes the first part and gives its reason only when asked for more.
  if (written >= 0) errno = ENOSPC;
  fault why = system_fault("write", path);
  ::unlink(path.c_str());
  return why;
}

result<> sync_file(const fs::path& path) {
  const unique_fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file && errno == ENOENT) return {};
  if (!file || ::fsync(file.get()) != 0) return system_fault("sync", path);
  if (!sync_folder(path.parent_path())) return system_fault("sync the folder of", path);
  return {};
}

result<std::optional<secret>> read_file(const fs::path& path, std::size_t limit) {
  const unique_fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file && errno == ENOENT) return std::optional<secret>();
  if (!file) return system_fault("open", path);
  // Grows with the file: a buffer of the limit's size would cost more memory than all the daemon holds.
  std::string bytes(std::min<std::size_t>(limit + 1, 4096), '\0');
  std::size_t length = 0;
  while (length <= limit) {
    if (length == bytes.size()) {
      std::string larger(std::min(limit + 1, 2 * length), '\0');
      bytes.copy(larger.data(), length);
      wipe(bytes);
      bytes.swap(larger);
    }
    const ssize_t got = ::read(file.get(), bytes.data() + length, bytes.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_fault("read", path);
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  if (length > limit)
    return fault(errc::internal,
                 printable(path.native()) + " is larger than the " + std::to_string(limit) + " bytes it may have");
  secret content(std::string_view(bytes).substr(0, length));
  wipe(bytes);
  return std::optional<secret>(std::move(content));
}

result<> remove_durably(const fs::path& path) {
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return {};
    return system_fault("remove", path);
  }
  if (!sync_folder(path.parent_path())) return system_fault("sync the folder of", path);
  return {};
}

result<> make_private_folder(const fs::path& folder) {
  std::error_code failed;
  if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), failed);
  if (failed)
    return fault(errc::internal,
                 "cannot make the folder " + printable(folder.parent_path().native()) + ": " + failed.message());
  if (::mkdir(folder.c_str(), 0700) == 0) return {};
  if (errno != EEXIST) return system_fault("make the folder", folder);
  struct stat found {};
  if (::lstat(folder.c_str(), &found) != 0) return system_fault("look at", folder);
  const std::string name = printable(folder.native());
  if (!S_ISDIR(found.st_mode)) return fault(errc::bad_request, name + " is no folder (a file or a link): move it away");
  if (found.st_uid != ::geteuid())
    return fault(errc::bad_request, "the folder " + name + " belongs to another user: run chown " +
                                        std::to_string(::geteuid()) + " " + name);
  if ((found.st_mode & 0077) != 0)
    return fault(errc::bad_request, "the folder " + name + " is open to others: run chmod 700 " + name);
  return {};
}

void remove_leftovers(const fs::path& folder) {
  std::error_code ignored;  // A folder that cannot be listed has no leftovers to remove; using it will say why.
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().native().ends_with(temporary_suffix)) fs::remove(entry.path(), ignored);
}

}  // namespace latchkey
