// Servers have been seen to repeat what they were sent in their error text.
#pragma once

#include "core/error.h"
#include "core/secret.h"

namespace latchkey {

/// Takes the provider's text out of `why` where it repeats `sent`.
inline void withhold_echo(fault& why, const secret& sent) {
  if (repeats(why.provider_text, sent)) why.provider_text = "(not shown: it repeats a secret)";
}

}  // namespace latchkey
