// Authenticated encryption of one stored record: AES-256-GCM, random 96-bit nonce, versioned header. Pure: the nonce is
// an argument. Used by the file store and the journal.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/secret.h"

namespace latchkey {

using box_nonce = std::array<unsigned char, 12>;
inline constexpr std::size_t box_key_bytes = 32;

/// Header "latchkey-box-1\n", 8 bytes of key id, nonce, ciphertext, tag. Encrypted are the length of `label` (two
/// bytes, big-endian), `label` (the record's name, so that one record cannot stand in for another) and `plain`. `key`
/// has box_key_bytes bytes, `label` at most 65,535, `plain` at most limits::stored_record: more is a bug and throws.
[[nodiscard]] std::string seal(const secret& key, const box_nonce& nonce, std::string_view label, const secret& plain);
/// Errors: store_locked where the key is another one (told by the key id); internal where the box is damaged,
/// truncated, of a newer version, or has another label. The message says which.
[[nodiscard]] result<secret> open_box(const secret& key, std::string_view label, std::string_view box);

/// Whether `box` is of a newer version, by its header: no damage, and not this program's to judge.
[[nodiscard]] bool is_newer_box(std::string_view box) noexcept;

}  // namespace latchkey
