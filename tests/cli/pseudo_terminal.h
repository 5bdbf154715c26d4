// A terminal without a screen: what a program writes to its end is read here, as a person would see it.
#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include <stdexcept>
#include <string>

#include "os/unique_fd.h"

namespace latchkey::cli {

class pseudo_terminal {
 public:
  explicit pseudo_terminal(unsigned short columns) : screen_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    if (!screen_ || ::grantpt(screen_.get()) != 0 || ::unlockpt(screen_.get()) != 0)
      throw std::runtime_error("cannot make a pseudo terminal");
    program_ = unique_fd(::open(::ptsname(screen_.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
    winsize size{};
    size.ws_col = columns;
    size.ws_row = 24;
    if (!program_ || ::ioctl(program_.get(), TIOCSWINSZ, &size) != 0)
      throw std::runtime_error("cannot open a pseudo terminal");
  }

  /// What a program gets as its standard descriptors.
  [[nodiscard]] int program_end() const noexcept { return program_.get(); }
  /// Where the test reads what was shown and types.
  [[nodiscard]] int screen() const noexcept { return screen_.get(); }

 private:
  unique_fd screen_;
  unique_fd program_;
};

}  // namespace latchkey::cli
