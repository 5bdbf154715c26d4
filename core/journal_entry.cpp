#include "core/journal_entry.h"

#include <charconv>

namespace latchkey {
namespace {

constexpr std::string_view family = "latchkey-journal-";
constexpr std::string_view header = "latchkey-journal-1 ";
constexpr std::size_t longest_head = header.size() + sizeof("erase") + 3 * sizeof("18446744073709551615");
constexpr std::int64_t latest_time = 253402300799;  // End of the year 9999, as in a grant.

// "latchkey-journal-2 " and above.
bool is_newer(std::string_view text) {
  if (!text.starts_with(family) || text.starts_with(header)) return false;
  text.remove_prefix(family.size());
  const std::size_t digits = text.find_first_not_of("0123456789");
  return digits != std::string_view::npos && digits > 0 && text[0] != '0' && text[digits] == ' ';
}

// Takes `word` and the blank after it off the front of `text`.
bool take_word(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word) || text.substr(word.size(), 1) != " ") return false;
  text.remove_prefix(word.size() + 1);
  return true;
}

// Takes a number off the front of `text`, and the blank after it where there is one.
template <class Number>
bool take_number(std::string_view& text, Number& number) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  if (text.empty()) return true;
  if (text.front() != ' ') return false;
  text.remove_prefix(1);
  return !text.empty();
}

bool parse_head(std::string_view head, journal_entry& entry) {
  if (!head.starts_with(header)) return false;
  head.remove_prefix(header.size());
  const bool save = take_word(head, "save");
  if (!save && !take_word(head, "erase")) return false;
  entry.what = save ? journal_entry::wish::save : journal_entry::wish::erase;
  std::int64_t at = 0;
  if (!take_number(head, entry.version) || !take_number(head, entry.base) || !take_number(head, at)) return false;
  entry.at = wall_time(std::chrono::seconds(at));
  return head.empty() && at >= 0 && at <= latest_time && (!save || entry.version != 0);
}

}  // namespace

journal_entry journal_entry::clone() const {
  return {what, version, base, at, value.clone()};
}

secret format_journal_entry(const journal_entry& entry) {
  std::string text(header);
  text += entry.what == journal_entry::wish::save ? "save " : "erase ";
  text += std::to_string(entry.version) + ' ' + std::to_string(entry.base) + ' ' +
          std::to_string(entry.at.time_since_epoch().count()) + '\n';
  // Reserved, so that growing leaves no copy of the value behind.
  text.reserve(text.size() + entry.value.size());
  text += entry.value.reveal();
  return secret::take(std::move(text));
}

result<journal_entry> parse_journal_entry(const secret& text) {
  const std::string_view all = text.reveal();
  if (is_newer(all)) return fault(errc::internal, "the journal's entry was written by a newer Latchkey: use that one");
  const std::size_t end = all.substr(0, longest_head).find('\n');
  journal_entry entry;
  if (end == std::string_view::npos || !parse_head(all.substr(0, end), entry))
    return fault(errc::internal, "the journal's entry holds something that Latchkey did not write");
  entry.value = secret(all.substr(end + 1));
  if (entry.value.empty() != (entry.what == journal_entry::wish::erase))
    return fault(errc::internal, "the journal's entry holds something that Latchkey did not write");
  return entry;
}

}  // namespace latchkey
