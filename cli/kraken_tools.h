// The tools of `latchkey kraken`, one file each (kraken_NAME.cpp): what the provider's own API gives beyond OAuth 2.
#pragma once

#include "cli/invocation.h"

namespace latchkey::cli {

/// As the verbs': they return the exit code and throw client_error.
int kraken_keys(invocation& call);
int kraken_call(invocation& call);
int kraken_keygen(invocation& call);

}  // namespace latchkey::cli
