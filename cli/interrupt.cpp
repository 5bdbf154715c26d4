#include "cli/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

namespace latchkey::cli {
namespace {

std::atomic<bool> line_is_drawn = false;
std::atomic<bool> typing_is_hidden = false;
termios terminal_before{};
struct sigaction pipe_before {};

static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler reads these");

// Only what signal-safety(7) lists.
void end(int signal) {
  constexpr char erase[] = "\r\033[K";
  if (line_is_drawn) {
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, erase, sizeof erase - 1);
  }
  if (typing_is_hidden) ::tcsetattr(STDIN_FILENO, TCSANOW, &terminal_before);
  ::_exit(128 + signal);
}

void take_over(int signal) {
  struct sigaction before {};
  ::sigaction(signal, nullptr, &before);
  if (before.sa_handler == SIG_IGN) return;
  struct sigaction ours {};
  ours.sa_handler = end;
  ::sigaction(signal, &ours, nullptr);
}

}  // namespace

void handle_interrupts() {
  take_over(SIGINT);
  take_over(SIGTERM);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &pipe_before);
}

void restore_signals() {
  ::sigaction(SIGPIPE, &pipe_before, nullptr);
}

line_to_erase::line_to_erase() {
  line_is_drawn = true;
}

line_to_erase::~line_to_erase() {
  line_is_drawn = false;
}

hidden_typing::hidden_typing() {
  if (::tcgetattr(STDIN_FILENO, &terminal_before) != 0) return;
  termios silent = terminal_before;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  typing_is_hidden = true;
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
}

hidden_typing::~hidden_typing() {
  if (typing_is_hidden.exchange(false)) ::tcsetattr(STDIN_FILENO, TCSANOW, &terminal_before);
}

}  // namespace latchkey::cli
