#include "daemon/hardening.h"

#include <openssl/crypto.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <csignal>
#include <system_error>

#include "core/limits.h"
#include "daemon/log.h"
#include "os/open_url.h"

namespace latchkey {
namespace {

enum class heap_state { none, unlocked, locked };
heap_state made = heap_state::none;

}  // namespace

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

void make_secure_heap() {
  const int answer = CRYPTO_secure_malloc_init(limits::secure_heap, limits::secure_heap_smallest);
  made = answer == 1 ? heap_state::locked : answer == 2 ? heap_state::unlocked : heap_state::none;
  if (const std::string trouble = secure_heap_trouble(); !trouble.empty()) log::warning(trouble, {{}, "start"});
}

std::string secure_heap_trouble() {
  constexpr const char* fix =
      ": let it lock 8 MiB (ulimit -l 8192, or LimitMEMLOCK=8M in its unit) or encrypt the swap";
  if (made == heap_state::none)
    return std::string("secrets are not kept in a heap of their own, and may be swapped out") + fix;
  if (made == heap_state::unlocked) return std::string("the memory that secrets lie in may be swapped out") + fix;
  constexpr std::size_t room = limits::secure_heap - limits::secure_heap_reserve;
  if (CRYPTO_secure_used() > room - limits::token_bytes)
    return "the memory that is never swapped out is full: further secrets lie in ordinary memory (encrypt the swap)";
  return {};
}

}  // namespace latchkey
