// A record as a store gives it back, once it is unsealed: what is accepted is what was written.
#include "daemon/adapters/record_text.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  const auto record = parse_record("the record", fuzz::as_text(data, size));
  if (!record) {
    fuzz::require_said(record.error());
    return 0;
  }
  fuzz::require(record->version != 0);
  const secret text = format_record(record->value, record->version);
  const auto again = parse_record("the record", text.reveal());
  fuzz::require(again.has_value() && again->version == record->version && again->value == record->value);
  return 0;
}
