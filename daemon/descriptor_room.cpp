#include "daemon/descriptor_room.h"

#include <sys/resource.h>

#include <algorithm>

#include "core/limits.h"
#include "os/open_url.h"

namespace latchkey {

std::size_t make_room_for_connections() {
  constexpr std::size_t wanted = limits::ipc_connections;
  rlimit open_files{};
  if (::getrlimit(RLIMIT_NOFILE, &open_files) != 0) return wanted;
  set_browser_descriptors(open_files.rlim_cur);
  rlimit raised = open_files;
  raised.rlim_cur =
      std::max<rlim_t>(open_files.rlim_cur, std::min<rlim_t>(open_files.rlim_max, wanted + own_descriptors));
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) open_files = raised;
  const std::size_t all = std::min<rlim_t>(open_files.rlim_cur, wanted + own_descriptors);
  return all < 2 * own_descriptors ? std::max<std::size_t>(all / 2, 1) : all - own_descriptors;
}

}  // namespace latchkey
