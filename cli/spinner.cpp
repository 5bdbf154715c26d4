#include "cli/spinner.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <ctime>
#include <string_view>

#include "cli/duration_text.h"
#include "cli/standard_output.h"
#include "cli/text_width.h"

namespace latchkey::cli {
namespace {

constexpr std::chrono::milliseconds frame_time{100};
constexpr std::array<std::string_view, 10> frames{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
constexpr std::string_view erase_line = "\r\033[K";

}  // namespace

std::string spinner_line(const wait_notice& notice, unsigned frame, std::int64_t now, int columns) {
  std::string line = std::string(frames[frame % frames.size()]) + " " + notice.text;
  if (notice.until) line += " (" + duration_text(std::max<std::int64_t>(0, *notice.until - now)) + " left)";
  return shortened(line, static_cast<std::size_t>(columns));
}

spinner::spinner(wait_notice notice) : terminal_(terminal_of(STDERR_FILENO)), notice_(std::move(notice)) {
  if (!terminal_.is_terminal) return;
  line_.emplace();
  // Interrupts are the main thread's: the drawing thread starts with them blocked.
  sigset_t interrupts{};
  sigset_t before{};
  ::sigemptyset(&interrupts);
  ::sigaddset(&interrupts, SIGINT);
  ::sigaddset(&interrupts, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &interrupts, &before);
  thread_ = std::jthread([this](const std::stop_token& stopped) { draw(stopped); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

spinner::~spinner() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  say(erase_line);
}

void spinner::draw(const std::stop_token& stopped) {
  std::unique_lock lock(mutex_);
  for (unsigned frame = 0; !stopped.stop_requested(); ++frame) {
    // One column short of the edge, where some terminals already break the line.
    const std::string line = spinner_line(notice_, frame, std::time(nullptr), terminal_.columns - 1);
    say(std::string(erase_line) + styled(line, look::faint, terminal_));
    end_.wait_for(lock, stopped, frame_time, [] { return false; });
  }
}

}  // namespace latchkey::cli
