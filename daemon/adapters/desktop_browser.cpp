#include "daemon/adapters/desktop_browser.h"

#include "os/open_url.h"

namespace latchkey {

bool desktop_browser::available() const {
  return can_open_url();
}

result<> desktop_browser::open(const std::string& url) {
  return open_url(url);
}

}  // namespace latchkey
