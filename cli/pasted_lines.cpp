#include "cli/pasted_lines.h"

#include "core/secret.h"

namespace latchkey::cli {
namespace {

constexpr char backspace = '\b';
constexpr char delete_key = '\x7F';
constexpr char ctrl_d = '\x04';
constexpr char ctrl_u = '\x15';
constexpr char escape_key = '\x1B';

bool is_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\r';
}

bool is_control(char byte) {
  return static_cast<unsigned char>(byte) < ' ';
}

}  // namespace

// All at once, so that the text never moves and leaves a copy behind.
pasted_lines::pasted_lines(input_source source) : source_(source) {
  text_.reserve(longest);
}

pasted_lines::~pasted_lines() {
  wipe(text_);
}

pasted_lines::found pasted_lines::add(char byte) {
  if (taken_) clear();
  if (byte == '\n' || (byte == '\r' && source_ == input_source::terminal)) return end_line();
  if (source_ == input_source::terminal) {
    if (byte == ctrl_d && text_.empty()) return found::end;
    if (edits(byte)) return found::nothing;
  }
  if (text_.empty() && is_blank(byte)) return found::nothing;
  if (text_.size() == longest) too_long_ = true;
  if (!too_long_) text_ += byte;
  return found::nothing;
}

pasted_lines::found pasted_lines::end_line() {
  while (!text_.empty() && is_blank(text_.back())) text_.pop_back();
  const bool too_long = too_long_;
  if (too_long) clear();
  taken_ = true;
  if (too_long) return found::line_too_long;
  return text_.empty() ? found::nothing : found::line;
}

bool pasted_lines::edits(char byte) {
  if (belongs_to_escape(byte)) return true;
  if (byte == ctrl_u) clear();
  if ((byte == backspace || byte == delete_key) && !text_.empty()) text_.pop_back();
  return byte == delete_key || is_control(byte);
}

bool pasted_lines::belongs_to_escape(char byte) {
  switch (escape_) {
    case escape::none:
      if (byte == escape_key) escape_ = escape::begun;
      return byte == escape_key;
    case escape::begun:
      escape_ = byte == '[' || byte == 'O' ? escape::parameters : escape::none;
      return true;
    case escape::parameters:
      if (byte >= '@' && byte <= '~') escape_ = escape::none;
      return true;
  }
  return false;
}

void pasted_lines::clear() {
  wipe(text_);
  too_long_ = false;
  taken_ = false;
}

}  // namespace latchkey::cli
