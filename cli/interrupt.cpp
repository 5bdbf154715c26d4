#include "cli/interrupt.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "cli/standard_input.h"

namespace latchkey::cli {
namespace {

std::atomic<bool> ending = false;
std::atomic<bool> line_is_drawn = false;
std::atomic<bool> typing_is_hidden = false;
termios terminal_before{};
termios terminal_hidden{};
struct sigaction pipe_before {};
struct sigaction stop_before {};

static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler reads these");

// The signal handlers below, and what they call, do only what signal-safety(7) lists.

// A terminal that is another job's by now is set as that job wants it; touching it would also stop us.
void set_terminal(const termios& how) {
  if (typing_is_hidden && in_foreground()) ::tcsetattr(STDIN_FILENO, TCSANOW, &how);
}

void leave_terminal() {
  constexpr char erase[] = "\r\033[K";
  if (line_is_drawn) {
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, erase, sizeof erase - 1);
  }
  set_terminal(terminal_before);
}

void end(int signal) {
  ending = true;
  leave_terminal();
  ::_exit(128 + signal);
}

void stop(int signal) {
  const int error = errno;
  leave_terminal();
  // Stops as if this handler were not there, and so does nothing where no shell could continue us.
  struct sigaction ours {};
  ::sigaction(signal, &stop_before, &ours);
  sigset_t only{};
  sigset_t before{};
  ::sigemptyset(&only);
  ::sigaddset(&only, signal);
  ::raise(signal);
  ::pthread_sigmask(SIG_UNBLOCK, &only, &before);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::sigaction(signal, &ours, nullptr);
  set_terminal(terminal_hidden);
  errno = error;
}

void take_over(int signal) {
  struct sigaction before {};
  ::sigaction(signal, nullptr, &before);
  if (before.sa_handler == SIG_IGN) return;
  struct sigaction ours {};
  ours.sa_handler = end;
  ::sigaction(signal, &ours, nullptr);
}

void take_over_stop() {
  ::sigaction(SIGTSTP, nullptr, &stop_before);
  if (stop_before.sa_handler == SIG_IGN) return;
  struct sigaction ours {};
  ours.sa_handler = stop;
  ::sigaction(SIGTSTP, &ours, nullptr);
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

bool interrupted() {
  return ending;
}

signals_blocked::signals_blocked() {
  sigset_t blocked{};
  ::sigemptyset(&blocked);
  for (const int signal : {SIGINT, SIGTERM, SIGTSTP, SIGTTIN}) ::sigaddset(&blocked, signal);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before_);
}

signals_blocked::~signals_blocked() {
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

line_to_erase::line_to_erase() {
  line_is_drawn = true;
}

line_to_erase::~line_to_erase() {
  line_is_drawn = false;
}

hidden_typing::hidden_typing(typing how) : how_(how) {
  take_over_stop();
  again();
}

hidden_typing::~hidden_typing() {
  // What was typed in the dark must not appear at the shell's prompt.
  if (typing_is_hidden && in_foreground()) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminal_before);
  typing_is_hidden = false;
  ::sigaction(SIGTSTP, &stop_before, nullptr);
}

void hidden_typing::again() {
  if (!in_foreground()) return;
  if (!typing_is_hidden) {
    if (::tcgetattr(STDIN_FILENO, &terminal_before) != 0) return;
    terminal_hidden = terminal_before;
    terminal_hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (how_ == typing::by_key) {
      terminal_hidden.c_lflag &= ~static_cast<tcflag_t>(ICANON);
      terminal_hidden.c_cc[VMIN] = 1;
      terminal_hidden.c_cc[VTIME] = 0;
    }
    typing_is_hidden = true;
  }
  set_terminal(terminal_hidden);
}

}  // namespace latchkey::cli
