// An entry of the journal once it is unsealed: what is accepted comes back as it was.
#include "core/journal_entry.h"

#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  const auto parsed = parse_journal_entry(secret(fuzz::as_text(data, size)));
  if (!parsed) return 0;
  const auto again = parse_journal_entry(format_journal_entry(*parsed));
  fuzz::require(again.has_value() && again->what == parsed->what && again->version == parsed->version &&
                again->base == parsed->base && again->at == parsed->at && again->value == parsed->value);
  return 0;
}
