// A person at a desktop, for end-to-end tests: shows notifications on the session bus, tells each on standard output in
// a line, and presses the button that its argument names.
#include <cstdio>

#include "tests/daemon/notify/notification_service.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  latchkey::support::notification_service desktop(latchkey::support::capable::of_buttons);
  std::puts("ready");
  std::fflush(stdout);
  std::uint32_t id = 0;
  for (;;) {
    const auto shown = desktop.next();
    if (!shown) continue;
    std::printf("%s|%s\n", shown->summary.c_str(), shown->body.c_str());
    std::fflush(stdout);
    if (shown->replaces == 0) ++id;
    if (!shown->actions.empty()) desktop.press(id, argv[1]);
  }
}
