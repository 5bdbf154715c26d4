// What the process gives up before it holds a secret, and where it keeps one. Called once, first thing in main.
#pragma once

#include <string>

namespace latchkey {

/// No core dump, no ptrace by other processes of the same user and no /proc/PID/mem (prctl(2) PR_SET_DUMPABLE), files
/// for the owner alone, SIGPIPE ignored. Throws std::system_error where the system refuses.
void harden_process();

/// Makes the heap that secrets lie in: locked in memory, between guard pages, in no core dump
/// (CRYPTO_secure_malloc_init(3)). What kept it from being all of that goes to the log, as secure_heap_trouble().
void make_secure_heap();

/// What is not as it should be with the heap that secrets lie in, in one sentence: it may be swapped out, was not made,
/// or is full, so that secrets lie in ordinary memory. Empty: nothing.
[[nodiscard]] std::string secure_heap_trouble();

}  // namespace latchkey
