// A QR code (ISO/IEC 18004) as lines of half blocks, two rows of modules in each line of text. Both colours are drawn,
// so that it is dark on light whatever the terminal's own colours are. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::cli {

class qr_code {
 public:
  static constexpr std::size_t longest_text = 512;  // The codes of longer ones fit no terminal.

  /// None where `text` is empty or too long.
  [[nodiscard]] static std::optional<qr_code> of(const std::string& text);

  /// Columns that lines() takes, the quiet zone included; square cells make it as wide as it is high.
  [[nodiscard]] std::size_t width() const noexcept { return side_ + 2 * quiet_zone; }
  [[nodiscard]] std::vector<std::string> lines() const;

 private:
  // The standard asks for four modules; scanners do with two, and a terminal has little room.
  static constexpr std::size_t quiet_zone = 2;

  qr_code() = default;
  // Counted from the corner of the quiet zone; light outside.
  [[nodiscard]] bool dark(std::size_t column, std::size_t row) const;

  std::size_t side_ = 0;
  std::vector<bool> modules_;  // Row by row.
};

}  // namespace latchkey::cli
