#include "cli/qr_code.h"

#include <gtest/gtest.h>
#include <stdio.h>

#include <fstream>
#include <qrcodegen/qrcodegen.hpp>

#include "tests/support/temporary_folder.h"

namespace latchkey::cli {
namespace {

const std::string address = "https://id.example.com/device?user_code=WDJB-MJHT";

constexpr std::string_view black_on_white = "\033[30;107m";
constexpr std::string_view as_before = "\033[0m";

// What an eye sees: true where it is dark, row by row. Every line must be drawn in both colours, with nothing else in
// it.
std::vector<std::vector<bool>> pixels(const std::vector<std::string>& lines) {
  std::vector<std::vector<bool>> rows;
  for (std::string_view line : lines) {
    EXPECT_TRUE(line.starts_with(black_on_white) && line.ends_with(as_before));
    line.remove_prefix(black_on_white.size());
    line.remove_suffix(as_before.size());
    std::vector<bool>& upper = rows.emplace_back();
    std::vector<bool> lower;
    while (!line.empty()) {
      const bool space = line.front() == ' ';
      const std::string_view block = line.substr(0, space ? 1 : 3);
      EXPECT_TRUE(space || block == "█" || block == "▀" || block == "▄") << line;
      upper.push_back(block == "█" || block == "▀");
      lower.push_back(block == "█" || block == "▄");
      line.remove_prefix(block.size());
    }
    rows.push_back(std::move(lower));
  }
  return rows;
}

TEST(QrCode, DrawsTheModulesOfTheLibraryInAQuietZoneOfTwo) {
  for (const std::string& text : {std::string("x"), address, std::string(qr_code::longest_text, 'a')}) {
    const auto expected = qrcodegen::QrCode::encodeText(text.c_str(), qrcodegen::QrCode::Ecc::LOW);
    const auto code = qr_code::of(text);
    ASSERT_TRUE(code);
    const auto rows = pixels(code->lines());
    ASSERT_EQ(code->width(), static_cast<std::size_t>(expected.getSize()) + 4);
    ASSERT_EQ(rows.size(), code->width() + 1);  // An odd number of modules: the last half line is light.
    for (int row = -2; row < expected.getSize() + 3; ++row) {
      ASSERT_EQ(rows[static_cast<std::size_t>(row + 2)].size(), code->width());
      for (int column = -2; column < expected.getSize() + 2; ++column)
        EXPECT_EQ(rows[static_cast<std::size_t>(row + 2)][static_cast<std::size_t>(column + 2)],
                  expected.getModule(column, row))
            << column << " " << row;
    }
  }
}

TEST(QrCode, AScannerReadsWhatWasDrawn) {
  constexpr int scale = 4;
  const support::temporary_folder folder;
  const std::string picture = (folder.path() / "screen.pgm").string();
  const auto rows = pixels(qr_code::of(address)->lines());
  std::ofstream file(picture, std::ios::binary);
  file << "P5 " << rows.front().size() * scale << " " << rows.size() * scale << " 255\n";
  for (const std::vector<bool>& row : rows)
    for (int again = 0; again < scale; ++again)
      for (const bool dark : row) file << std::string(scale, dark ? '\0' : '\xFF');
  file.close();
  FILE* scanner =
      ::popen(("zbarimg --nodbus --quiet --raw -Sdisable -Sqrcode.enable " + picture + " 2>&1").c_str(), "r");
  ASSERT_NE(scanner, nullptr);
  std::string read;
  for (int byte = ::fgetc(scanner); byte != EOF; byte = ::fgetc(scanner)) read += static_cast<char>(byte);
  EXPECT_EQ(::pclose(scanner), 0);
  EXPECT_EQ(read, address + "\n");
}

TEST(QrCode, ThereIsNoneForNothingAndForWhatFitsNoTerminal) {
  EXPECT_FALSE(qr_code::of(""));
  EXPECT_FALSE(qr_code::of(std::string("a\0b", 3)));
  EXPECT_FALSE(qr_code::of(std::string(qr_code::longest_text + 1, 'a')));
}

}  // namespace
}  // namespace latchkey::cli
