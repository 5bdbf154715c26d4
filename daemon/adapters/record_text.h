// What both stores put around a record's value: its version, so that compare-and-swap needs no second place; and how a
// record is called in file names and sentences. Pure.
#pragma once

#include <string>
#include <string_view>

#include "daemon/ports.h"

namespace latchkey {

/// "grant" or "client-secret".
[[nodiscard]] std::string_view kind_name(record_kind kind) noexcept;
/// "grant of NAME", as people read it.
[[nodiscard]] std::string shown_name(const record_id& id);

/// "latchkey-record-1 VERSION" and a newline, then the value.
[[nodiscard]] secret format_record(const secret& value, record_version version);
/// Errors: internal, a sentence that starts with `where` and tells a newer format from nonsense.
[[nodiscard]] result<stored_record> parse_record(std::string_view where, std::string_view text);

/// Compare-and-swap: whether `value` may replace `stored`. True also where it is there already with the next version: a
/// save whose answer was lost (folder not synced, keyring too slow) can be repeated.
[[nodiscard]] bool may_save(const stored_record& stored, const secret& value, record_version expected) noexcept;
/// The fault of a save that may not be.
[[nodiscard]] fault saved_by_another(const record_id& id);

}  // namespace latchkey
