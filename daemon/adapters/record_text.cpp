#include "daemon/adapters/record_text.h"

#include <charconv>

namespace latchkey {
namespace {

constexpr std::string_view family = "latchkey-record-";
constexpr std::string_view header = "latchkey-record-1 ";

// "latchkey-record-2 " and above.
bool is_newer(std::string_view text) {
  if (!text.starts_with(family) || text.starts_with(header)) return false;
  text.remove_prefix(family.size());
  const std::size_t digits = text.find_first_not_of("0123456789");
  return digits != std::string_view::npos && digits > 0 && text[digits] == ' ';
}

}  // namespace

std::string_view kind_name(record_kind kind) noexcept {
  switch (kind) {
    case record_kind::grant:
      return "grant";
    case record_kind::client_secret:
      return "client-secret";
    case record_kind::api_keys:
      return "api-keys";
    case record_kind::dpop_key:
      return "dpop-key";
  }
  return "grant";
}

std::string shown_name(const record_id& id) {
  return std::string(kind_name(id.kind)) + " of " + printable(id.account);
}

secret format_record(const secret& value, record_version version) {
  std::string text = std::string(header) + std::to_string(version) + '\n';
  // Reserved, so that growing leaves no copy of the value behind.
  text.reserve(text.size() + value.size());
  text += value.reveal();
  return secret::take(std::move(text));
}

result<stored_record> parse_record(std::string_view where, std::string_view text) {
  if (is_newer(text))
    return fault(errc::internal, std::string(where) + " was written by a newer Latchkey: use that one");
  const std::size_t end = text.substr(0, header.size() + 20).find('\n');
  stored_record record;
  if (text.starts_with(header) && end != std::string_view::npos) {
    const auto [stop, error] = std::from_chars(text.data() + header.size(), text.data() + end, record.version);
    if (error != std::errc() || stop != text.data() + end) record.version = 0;
  }
  if (record.version == 0)
    return fault(errc::internal, std::string(where) + " holds something that Latchkey did not write");
  record.value = secret(text.substr(end + 1));
  return record;
}

bool may_save(const stored_record& stored, const secret& value, record_version expected) noexcept {
  return stored.version == expected || (stored.version == expected + 1 && stored.value == value);
}

fault saved_by_another(const record_id& id) {
  return {errc::temporarily_unavailable, "the " + shown_name(id) + " was saved by somebody else at the same time"};
}

}  // namespace latchkey
