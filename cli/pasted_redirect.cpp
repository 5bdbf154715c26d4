#include "cli/pasted_redirect.h"

#include <poll.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "cli/spinner.h"
#include "core/error.h"

namespace latchkey::cli {
namespace {

// No event tells that a job came back to the foreground.
constexpr int foreground_check_in_ms = 500;
constexpr std::size_t longest_sentence = 4096;

}  // namespace

pasted_redirect::pasted_redirect(std::string account)
    : account_(std::move(account)), source_(source_of_input()), lines_(source_), stop_(::eventfd(0, EFD_CLOEXEC)) {
  if (source_ == input_source::nothing || !stop_) return;
  if (source_ == input_source::terminal) hidden_.emplace(typing::by_key);
  const signals_blocked at_start;
  thread_ = std::thread([this] { read_lines(); });
}

pasted_redirect::~pasted_redirect() {
  if (!thread_.joinable()) return;
  ::eventfd_write(stop_.get(), 1);
  thread_.join();
}

std::string pasted_redirect::invitation() {
  switch (source_of_input()) {
    case input_source::terminal:
      return "If the browser runs on another machine, it ends at a page that it cannot load: copy the address of that "
             "page, paste it here and press Enter. Nothing of it is shown.\n";
    case input_source::pipe:
      return "If the browser runs on another machine, it ends at a page that it cannot load: write the address of that "
             "page to standard input, a line.\n";
    case input_source::nothing:
      break;
  }
  return {};
}

void pasted_redirect::read_lines() {
  std::array<char, 4096> chunk{};
  while (wait_for_input()) {
    const ssize_t got = ::read(STDIN_FILENO, chunk.data(), chunk.size());
    if (got < 0 && (errno == EINTR || (errno == EIO && !in_foreground()))) continue;
    bool more = got > 0;
    for (ssize_t at = 0; more && at < got; ++at) more = take(lines_.add(chunk[static_cast<std::size_t>(at)]));
    if (got == 0) static_cast<void>(take(lines_.add_end()));
    ::explicit_bzero(chunk.data(), chunk.size());
    if (!more) return;
  }
}

// False where there is no more to wait for.
bool pasted_redirect::wait_for_input() {
  for (bool away = false;;) {
    if (source_ == input_source::terminal && !in_foreground()) {
      away = true;
      if (stopped_within(foreground_check_in_ms)) return false;
      continue;
    }
    if (away && hidden_) hidden_->again();
    away = false;
    std::array<pollfd, 2> waiting{{{STDIN_FILENO, POLLIN, 0}, {stop_.get(), POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return false;
    if (waiting[1].revents != 0) return false;
    // What was typed meanwhile may be for the job that has the terminal now.
    if (waiting[0].revents != 0 && (source_ != input_source::terminal || in_foreground())) return true;
  }
}

bool pasted_redirect::stopped_within(int milliseconds) const {
  pollfd stop{stop_.get(), POLLIN, 0};
  return ::poll(&stop, 1, milliseconds) > 0;
}

// False at the end of what a person types.
bool pasted_redirect::take(pasted_lines::found found) {
  switch (found) {
    case pasted_lines::found::line:
      finish();
      break;
    case pasted_lines::found::line_too_long:
      say_above_spinner("Not taken: a line of more than " + std::to_string(pasted_lines::longest / 1024) +
                        " KiB is no address.\n");
      break;
    case pasted_lines::found::end:
      return false;
    case pasted_lines::found::nothing:
      break;
  }
  return true;
}

void pasted_redirect::finish() {
  try {
    if (!agent_) agent_.emplace();
    agent_->finish_login(account_, lines_.text());
  } catch (const client_error& refusal) {
    say_above_spinner("Not taken: " + printable(refusal.what(), longest_sentence) + "\n");
  }
}

}  // namespace latchkey::cli
