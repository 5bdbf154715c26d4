#include "cli/qr_code.h"

#include <qrcodegen/qrcodegen.hpp>

namespace latchkey::cli {
namespace {

constexpr std::string_view black_on_white = "\033[30;107m";
constexpr std::string_view as_before = "\033[0m";

std::string_view half_blocks(bool upper, bool lower) {
  if (upper && lower) return "█";
  if (upper) return "▀";
  return lower ? "▄" : " ";
}

}  // namespace

std::optional<qr_code> qr_code::of(const std::string& text) {
  if (text.empty() || text.size() > longest_text || text.find('\0') != std::string::npos) return std::nullopt;
  // The smallest code that holds the text, with as much error correction as fits into that size.
  const auto made = qrcodegen::QrCode::encodeText(text.c_str(), qrcodegen::QrCode::Ecc::LOW);
  qr_code code;
  code.side_ = static_cast<std::size_t>(made.getSize());
  code.modules_.reserve(code.side_ * code.side_);
  for (int row = 0; row < made.getSize(); ++row)
    for (int column = 0; column < made.getSize(); ++column) code.modules_.push_back(made.getModule(column, row));
  return code;
}

std::vector<std::string> qr_code::lines() const {
  std::vector<std::string> lines;
  for (std::size_t row = 0; row < width(); row += 2) {
    std::string& line = lines.emplace_back(black_on_white);
    for (std::size_t column = 0; column < width(); ++column)
      line += half_blocks(dark(column, row), dark(column, row + 1));
    line += as_before;
  }
  return lines;
}

bool qr_code::dark(std::size_t column, std::size_t row) const {
  // Below the quiet zone the subtraction wraps round to a number beyond every side.
  const std::size_t x = column - quiet_zone;
  const std::size_t y = row - quiet_zone;
  return x < side_ && y < side_ && modules_[y * side_ + x];
}

}  // namespace latchkey::cli
