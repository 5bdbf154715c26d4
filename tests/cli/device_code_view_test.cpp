#include "cli/device_code_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <vector>

#include "cli/text_width.h"

namespace latchkey::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

login_step code_step() {
  login_step step;
  step.state = "user_code";
  step.user_code = "WDJB-MJHT";
  step.verification_uri = "https://id.example.com/device";
  step.verification_uri_complete = "https://id.example.com/device?user_code=WDJB-MJHT";
  return step;
}

terminal screen(int columns, int rows) {
  return {true, columns, true, rows, true};
}

// Without escape codes.
std::vector<std::string> plain(const std::string& text) {
  const std::string bare = std::regex_replace(text, std::regex("\033\\[[0-9;]*m"), "");
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < bare.size(); from = bare.find('\n', from) + 1)
    lines.push_back(bare.substr(from, bare.find('\n', from) - from));
  return lines;
}

bool has_qr(const std::string& text) {
  return text.find("▀") != std::string::npos;
}

bool has_box(const std::string& text) {
  return text.find("╭") != std::string::npos;
}

TEST(DeviceCodeView, IsABoxWithTheCodeInBoldAndAQrCodeBesideIt) {
  const std::string view = device_code_view(code_step(), screen(80, 24), qr_wish::draw);
  EXPECT_THAT(view, AllOf(HasSubstr("\033[1m  WDJB-MJHT\033[0m"), HasSubstr("https://id.example.com/device "),
                          HasSubstr("and enter this code, or compare it:")));
  const std::vector<std::string> lines = plain(view);
  EXPECT_THAT(lines.front(), AllOf(HasSubstr("╭──"), HasSubstr("──╮  ")));
  ASSERT_EQ(lines.size(), 17U);  // 29 modules and the quiet zone, two in a line.
  for (const std::string& line : lines) EXPECT_EQ(text_width(line), text_width(lines.front())) << line;
}

struct place {
  int columns;
  int rows;
  bool box;
  bool qr;
};

TEST(DeviceCodeView, C6_LeavesOutWhatTheTerminalHasNoRoomFor) {
  const std::vector<place> table{
      {80, 24, true, true},  // Beside the box.
      {60, 40, true, true},  // Below it.
      {60, 24, true, false},  {80, 18, true, false},  {50, 24, true, false},  {50, 40, true, true},
      {49, 40, false, false}, {40, 40, false, false}, {20, 10, false, false},
  };
  for (const place& each : table) {
    const std::string view = device_code_view(code_step(), screen(each.columns, each.rows), qr_wish::draw);
    EXPECT_EQ(has_box(view), each.box) << each.columns << " " << each.rows;
    EXPECT_EQ(has_qr(view), each.qr) << each.columns << " " << each.rows;
    const std::vector<std::string> lines = plain(view);
    EXPECT_LT(lines.size(), static_cast<std::size_t>(each.rows));
    for (const std::string& line : lines)
      if (line != "  https://id.example.com/device") {
        EXPECT_LE(text_width(line), static_cast<std::size_t>(each.columns)) << line;
      }
    EXPECT_THAT(view, AllOf(HasSubstr("https://id.example.com/device"), HasSubstr("WDJB-MJHT")));
  }
}

TEST(DeviceCodeView, AnAddressTooLongForABoxStaysInOnePieceForCopying) {
  login_step step = code_step();
  step.verification_uri = "https://id.example.com/" + std::string(100, 'd');
  const std::string view = device_code_view(step, screen(80, 24), qr_wish::draw);
  EXPECT_FALSE(has_box(view));
  EXPECT_THAT(view, HasSubstr("\n  " + step.verification_uri + "\n"));
}

TEST(DeviceCodeView, WithoutACompleteAddressTheQrCodeIsThePlainOne) {
  login_step step = code_step();
  step.verification_uri_complete.clear();
  const std::string view = device_code_view(step, screen(80, 24), qr_wish::draw);
  EXPECT_TRUE(has_qr(view));
  EXPECT_THAT(view, HasSubstr("and enter this code: "));
}

TEST(DeviceCodeView, DrawsNoQrCodeUnasked) {
  EXPECT_FALSE(has_qr(device_code_view(code_step(), screen(80, 24), qr_wish::leave_out)));
}

TEST(DeviceCodeView, C6_WithoutColourThereIsNoEscapeCodeAndNoQrCode) {
  terminal grey = screen(80, 24);
  grey.colour = false;
  const std::string view = device_code_view(code_step(), grey, qr_wish::draw);
  EXPECT_TRUE(has_box(view));
  EXPECT_FALSE(has_qr(view));
  EXPECT_THAT(view, Not(HasSubstr("\033")));
}

TEST(DeviceCodeView, WhereTheLocaleIsNotUtf8ItIsAscii) {
  terminal old = screen(80, 40);
  old.utf8 = false;
  const std::string view = device_code_view(code_step(), old, qr_wish::draw);
  EXPECT_TRUE(std::ranges::all_of(view, [](char letter) { return static_cast<unsigned char>(letter) < 0x80; }));
}

TEST(DeviceCodeView, InAPipeItIsTwoLinesThatAScriptCanRead) {
  EXPECT_EQ(device_code_view(code_step(), terminal(), qr_wish::draw),
            "Open https://id.example.com/device\nCode: WDJB-MJHT\n");
}

TEST(DeviceCodeView, V6_ControlCharactersAreShownEscapedAndNotOfferedToACamera) {
  login_step step = code_step();
  step.user_code = "W\033[2J\nX";
  step.verification_uri = "https://id.example.com/\033]0;x\a";
  step.verification_uri_complete = step.verification_uri;
  for (const terminal& where : {screen(80, 40), screen(40, 10), terminal()}) {
    const std::string view = device_code_view(step, where, qr_wish::draw);
    EXPECT_FALSE(has_qr(view));
    EXPECT_THAT(view, AllOf(HasSubstr("W\\x1B[2J\\x0AX"), Not(HasSubstr("\033[2J")), Not(HasSubstr("\033]")))) << view;
  }
}

TEST(DeviceCodeView, KnowsTheHostOfAnAddress) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"https://id.example.com/device", "id.example.com"},
      {"https://id.example.com", "id.example.com"},
      {"https://id.example.com:8443/device", "id.example.com"},
      {"https://id.example.com?x=/", "id.example.com"},
      {"https://good.example@evil.example/", "evil.example"},
      {"http://[::1]:8080/device", "[::1]"},
      {"https://\033[2J/", "\\x1B[2J"},
      {"nonsense", ""},
      {"", ""},
  };
  for (const auto& [uri, host] : table) EXPECT_EQ(host_of(uri), host) << uri;
}

}  // namespace
}  // namespace latchkey::cli
