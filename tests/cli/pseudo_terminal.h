// A terminal without a screen: what a program writes to its end is read here, as a person would see it.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string>

#include "os/unique_fd.h"

namespace latchkey::cli {

class pseudo_terminal {
 public:
  explicit pseudo_terminal(unsigned short columns, unsigned short rows = 24)
      : screen_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    if (!screen_ || ::grantpt(screen_.get()) != 0 || ::unlockpt(screen_.get()) != 0)
      throw std::runtime_error("cannot make a pseudo terminal");
    program_ = unique_fd(::open(::ptsname(screen_.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
    winsize size{};
    size.ws_col = columns;
    size.ws_row = rows;
    if (!program_ || ::ioctl(program_.get(), TIOCSWINSZ, &size) != 0)
      throw std::runtime_error("cannot open a pseudo terminal");
  }

  /// What a program gets as its standard descriptors.
  [[nodiscard]] int program_end() const noexcept { return program_.get(); }
  /// Where the test reads what was shown and types.
  [[nodiscard]] int screen() const noexcept { return screen_.get(); }
  /// Reads until `text` has been shown since the last wait: all that was shown since then. Throws at the end of
  /// patience.
  std::string wait_for(const std::string& text) {
    std::string shown;
    std::array<char, 512> chunk{};
    pollfd waiting{screen_.get(), POLLIN, 0};
    while (shown.find(text) == std::string::npos) {
      const ssize_t got =
          ::poll(&waiting, 1, patience_in_ms) > 0 ? ::read(screen_.get(), chunk.data(), chunk.size()) : 0;
      if (got <= 0) throw std::runtime_error("the terminal never showed " + text + " but " + shown);
      shown.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return shown;
  }
  void type(const std::string& text) const {
    if (::write(screen_.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
      throw std::runtime_error("cannot type into a pseudo terminal");
  }

 private:
  static constexpr int patience_in_ms = 20'000;

  unique_fd screen_;
  unique_fd program_;
};

}  // namespace latchkey::cli
