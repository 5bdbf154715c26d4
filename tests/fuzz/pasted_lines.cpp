// What a person types or pastes, or another program pipes in, until a line is whole.
#include "cli/pasted_lines.h"

#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  using cli::pasted_lines;
  for (const cli::input_source source : {cli::input_source::terminal, cli::input_source::pipe}) {
    pasted_lines lines(source);
    const auto look = [&](pasted_lines::found found) {
      if (found != pasted_lines::found::line) return;
      const std::string& text = lines.text();
      fuzz::require(!text.empty() && text.size() <= pasted_lines::longest);
      fuzz::require(text.find('\n') == std::string::npos && text.front() != ' ' && text.back() != ' ');
      const auto is_control = [](char each) { return static_cast<unsigned char>(each) < ' ' || each == '\x7F'; };
      fuzz::require(source == cli::input_source::pipe || std::ranges::none_of(text, is_control));
    };
    for (const char each : fuzz::as_text(data, size)) look(lines.add(each));
    look(lines.add_end());
  }
  return 0;
}
