#include "daemon/adapters/system_random.h"

#include <sys/random.h>

#include <cerrno>
#include <system_error>

namespace latchkey {

void system_random::fill(std::span<unsigned char> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::getrandom(bytes.data(), bytes.size(), 0);
    if (count > 0)
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    else if (errno != EINTR)
      throw std::system_error(errno, std::generic_category(), "getrandom");
  }
}

}  // namespace latchkey
