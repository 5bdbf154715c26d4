// What the process gives up before it holds a secret. Called once, first thing in main.
#pragma once

namespace latchkey {

/// No core dump, no ptrace by other processes of the same user and no /proc/PID/mem (prctl(2) PR_SET_DUMPABLE), files
/// for the owner alone, SIGPIPE ignored. Throws std::system_error where the system refuses.
void harden_process();

}  // namespace latchkey
