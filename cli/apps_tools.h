// The tools of `latchkey apps`: which app may use which account, and which did. apps_NAME.cpp, those that belong
// together in one.
#pragma once

#include "cli/invocation.h"

namespace latchkey::cli {

/// As the verbs': they return the exit code and throw client_error.
int apps_list(invocation& call);
int apps_pending(invocation& call);
int apps_allow(invocation& call);
int apps_deny(invocation& call);
int apps_forget(invocation& call);
int apps_log(invocation& call);

}  // namespace latchkey::cli
