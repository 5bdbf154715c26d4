// The person's browser. Made by main; used by logins.
#pragma once

#include "daemon/ports.h"

namespace latchkey {

class desktop_browser final : public browser {
 public:
  [[nodiscard]] bool available() const override;
  result<> open(const std::string& url) override;
};

}  // namespace latchkey
