// The doctor's look at what programs meet on: the folder and socket of the daemon, and the loopback interface.
#pragma once

#include "cli/doctor_checks.h"

namespace latchkey::cli {

[[nodiscard]] check check_runtime_folder();
/// The socket: there, private, and somebody listens. Says who: systemd or the daemon itself. Connecting makes systemd
/// start the daemon.
[[nodiscard]] check check_socket();
[[nodiscard]] check check_loopback();

}  // namespace latchkey::cli
