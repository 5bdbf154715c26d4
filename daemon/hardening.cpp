#include "daemon/hardening.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <csignal>
#include <system_error>

#include "os/open_url.h"

namespace latchkey {

void harden_process() {
  const rlimit no_core{0, 0};
  if (::setrlimit(RLIMIT_CORE, &no_core) != 0)
    throw std::system_error(errno, std::generic_category(), "setrlimit RLIMIT_CORE");
  if (::prctl(PR_SET_DUMPABLE, 0) != 0)
    throw std::system_error(errno, std::generic_category(), "prctl PR_SET_DUMPABLE");
  // A browser that the daemon starts saves the person's files, not the daemon's.
  set_browser_umask(::umask(0077));
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c): cannot fail for SIGPIPE
}

}  // namespace latchkey
