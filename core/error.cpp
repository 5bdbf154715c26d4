#include "core/error.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>

#include "core/utf8.h"

namespace latchkey {
namespace {

constexpr std::array table{
    error_info{errc::no_such_account, "NoSuchAccount", 1,
               "`latchkey list` shows the accounts; `latchkey add` makes one."},
    error_info{errc::login_required, "LoginRequired", 3, "Run: latchkey login ACCOUNT"},
    error_info{errc::login_failed, "LoginFailed", 1, "Run `latchkey login ACCOUNT` to try again."},
    error_info{errc::login_expired, "LoginExpired", 1, "Run `latchkey login ACCOUNT` again."},
    error_info{errc::other_user, "OtherUser", 1,
               "Log in as the person it is of, or run `latchkey login ACCOUNT --other-user` to replace the grant."},
    error_info{errc::access_denied, "AccessDenied", 4, ""},
    error_info{errc::consent_pending, "ConsentPending", 4,
               "Answer the question on your desktop, or see: latchkey apps pending"},
    error_info{errc::temporarily_unavailable, "TemporarilyUnavailable", 5, "Try again later."},
    error_info{errc::store_locked, "StoreLocked", 7, "Unlock it, then try again."},
    error_info{errc::provider_error, "ProviderError", 1, ""},
    error_info{errc::bad_request, "BadRequest", 2, ""},
    error_info{errc::no_daemon, "NoDaemon", 6,
               "Start it: systemctl --user start latchkeyd, or run latchkeyd in a terminal."},
    error_info{errc::internal, "Internal", 1, ""},
};

constexpr bool rows_are_in_order() {
  for (std::size_t i = 0; i < table.size(); ++i)
    if (static_cast<std::size_t>(table[i].code) != i) return false;
  return true;
}
static_assert(rows_are_in_order(), "info() indexes the table by errc");

// C0, DEL, C1, line separators, zero-width and bidirectional controls: what could hide or reorder text.
bool is_unprintable(std::uint32_t code_point) {
  return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) || code_point == 0xAD || code_point == 0x61C ||
         (code_point >= 0x200B && code_point <= 0x200F) || (code_point >= 0x2028 && code_point <= 0x202E) ||
         (code_point >= 0x2060 && code_point <= 0x206F) || code_point == 0xFEFF || code_point >= 0xE0000;
}

std::string hexadecimal(std::uint32_t value, std::size_t digits) {
  constexpr std::string_view alphabet = "0123456789ABCDEF";
  std::string text;
  for (; value != 0 || text.size() < digits; value /= 16) text.insert(text.begin(), alphabet[value % 16]);
  return text;
}

}  // namespace

const error_info& info(errc code) noexcept {
  return table[static_cast<std::size_t>(code)];
}

std::span<const error_info> error_table() noexcept {
  return table;
}

std::optional<errc> errc_from_wire_name(std::string_view name) noexcept {
  const auto* const row = std::ranges::find(table, name, &error_info::wire_name);
  if (row == table.end()) return std::nullopt;
  return row->code;
}

std::string printable(std::string_view text, std::size_t limit) {
  std::string shown;
  while (!text.empty()) {
    const utf8_character next = first_utf8_character(text);
    const std::size_t length = next.length == 0 ? 1 : next.length;
    std::string piece(text.substr(0, length));
    if (next.length == 0 || next.code_point < 0x80) {
      const auto byte = static_cast<unsigned char>(text.front());
      if (next.length == 0 || is_unprintable(byte)) piece = "\\x" + hexadecimal(byte, 2);
    } else if (is_unprintable(next.code_point)) {
      piece = "\\u{" + hexadecimal(next.code_point, 4) + "}";
    }
    if (shown.size() + piece.size() > limit) return shown + "…";
    shown += piece;
    text.remove_prefix(length);
  }
  return shown;
}

void throw_exception_from_error(const fault& why, const boost::source_location& where) {
  throw std::logic_error("unchecked fault at " + std::string(where.file_name()) + ": " + why.message);
}

}  // namespace latchkey
