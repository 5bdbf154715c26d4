// One entry of the journal as bytes: a grant that the store does not hold yet, or the wish that it forget one. What is
// sealed and written before anything else is done with a new grant. Pure; used by the journaled store.
#pragma once

#include <cstdint>

#include "core/error.h"
#include "core/secret.h"
#include "core/types.h"

namespace latchkey {

struct journal_entry {
  enum class wish { save, erase };
  wish what = wish::save;
  /// What the grant's holder was told: one above the version before it. With erase: the generation of the grant that
  /// waited and goes, 0 where none did.
  std::uint64_t version = 0;
  std::uint64_t base = 0;  ///< The store's version that the wish was made upon. 0: none, or unknown.
  wall_time at{};          ///< When it was made; with erase not before the grant that waited was obtained.
  secret value;            ///< Empty with erase.

  [[nodiscard]] journal_entry clone() const;
};

/// "latchkey-journal-1 save|erase VERSION BASE SECONDS" and a newline, then the value.
[[nodiscard]] secret format_journal_entry(const journal_entry& entry);
/// Errors: internal, with a sentence that tells a newer format from nonsense and never quotes the entry.
[[nodiscard]] result<journal_entry> parse_journal_entry(const secret& text);

}  // namespace latchkey
