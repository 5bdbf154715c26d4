// Random bytes from the kernel. Made by main; used for verifiers, states, nonces and jitter.
#pragma once

#include "daemon/ports.h"

namespace latchkey {

class system_random final : public random_source {
 public:
  /// getrandom(2). Throws std::system_error where the kernel has none to give: nothing is safe then.
  void fill(std::span<unsigned char> bytes) override;
};

}  // namespace latchkey
