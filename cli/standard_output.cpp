#include "cli/standard_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/secret.h"

namespace latchkey::cli {
namespace {

// 0, or the errno of the write that failed.
int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

output_failed::output_failed(int error)
    : client_error("Internal", 1, std::string("cannot write to standard output: ") + std::strerror(error)),
      reader_gone_(error == EPIPE) {}

standard_output::~standard_output() {
  wipe(waiting_);
}

void standard_output::flush() {
  const int failed = write_all(STDOUT_FILENO, waiting_);
  wipe(waiting_);
  if (failed != 0) throw output_failed(failed);
}

void say(std::string_view text) {
  write_all(STDERR_FILENO, text);
}

void occupy_standard_descriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is `fd`. The wrong direction on purpose: reading 0 and writing 1 or 2 give EBADF.
    ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace latchkey::cli
