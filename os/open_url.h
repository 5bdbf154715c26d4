// Opens an address in the person's browser, never through a shell: $BROWSER (colon-separated list as xdg-open reads it,
// %s or an added argument), else xdg-open. The child gets no descriptor but /dev/null on 0, 1 and 2, its own session,
// and an environment without the daemon's own variables. Used by the daemon and, where it has no display, by `latchkey
// login`.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "core/error.h"

namespace latchkey {

/// There is a $BROWSER, or a display ($DISPLAY, $WAYLAND_DISPLAY) and xdg-open in $PATH.
[[nodiscard]] bool can_open_url();
/// Starts the browser and returns at once; the exit status is not waited for (the child is reparented, so no zombie
/// stays). Errors: temporarily_unavailable where nothing could be started, with what to do.
[[nodiscard]] result<> open_url(const std::string& url);
/// The file mode creation mask (umask(2)) of browsers started from now on, where this process has tightened its own.
void set_browser_umask(mode_t mask);
/// The soft limit of open descriptors of browsers started from now on, where this process has raised its own.
void set_browser_descriptors(rlim_t soft_limit);
/// $BROWSER taken apart: one argument vector for each command of the list. Quotes have no meaning; words split at
/// spaces.
[[nodiscard]] std::vector<std::vector<std::string>> browser_commands(const std::string& browser_variable,
                                                                     const std::string& url);

}  // namespace latchkey
