// The Fast API keys of one account whose secrets Latchkey keeps, as the store holds them. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/secret.h"

namespace latchkey {

struct kept_api_key {
  std::string name;
  std::string api_key;  ///< The public half.
  secret key_secret;
};
using api_key_ring = std::vector<kept_api_key>;

/// In the order given.
[[nodiscard]] secret encode_api_key_ring(const api_key_ring& ring);
/// An empty text is an empty ring; members that this version does not know are passed over. Errors: internal, which
/// tells a newer format from damage and never quotes the record.
[[nodiscard]] result<api_key_ring> decode_api_key_ring(const secret& text);

/// Nothing where there is none of this name.
[[nodiscard]] kept_api_key* find_api_key(api_key_ring& ring, std::string_view name) noexcept;

}  // namespace latchkey
