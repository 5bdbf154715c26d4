#include "cli/spinner.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <string_view>

#include "cli/duration_text.h"
#include "cli/standard_output.h"
#include "cli/text_width.h"

namespace latchkey::cli {
namespace {

constexpr std::chrono::milliseconds frame_time{100};
constexpr std::array<std::string_view, 10> frames{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
constexpr std::size_t fewest_of_text = 10;
constexpr std::string_view erase_line = "\r\033[K";

}  // namespace

std::string spinner_line(const wait_notice& notice, unsigned frame, std::int64_t now, int columns) {
  const std::string begin = std::string(frames[frame % frames.size()]) + " ";
  std::string end;
  if (notice.until) end = " (" + duration_text(std::max<std::int64_t>(0, *notice.until - now)) + " left)";
  // The time says more than the end of the text, where there is room for both.
  const auto room = static_cast<std::size_t>(columns);
  const std::size_t taken = text_width(begin) + text_width(end);
  if (room < taken + fewest_of_text) return shortened(begin + notice.text + end, room);
  return begin + shortened(notice.text, room - taken) + end;
}

void say_above_spinner(const std::string& text) {
  say(terminal_of(STDERR_FILENO).is_terminal ? std::string(erase_line) + text : text);
}

spinner::spinner(wait_notice notice) : terminal_(terminal_of(STDERR_FILENO)), notice_(std::move(notice)) {
  if (!terminal_.is_terminal) return;
  line_.emplace();
  const signals_blocked at_start;
  thread_ = std::jthread([this](const std::stop_token& stopped) { draw(stopped); });
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
    if (!interrupted()) say(std::string(erase_line) + styled(line, look::faint, terminal_));
    end_.wait_for(lock, stopped, frame_time, [] { return false; });
  }
}

}  // namespace latchkey::cli
