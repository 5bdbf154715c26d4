// accounts/NAME.toml and config.toml: whatever is accepted can be written and read again.
#include "core/account_config.h"
#include "core/settings.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  const auto text = fuzz::as_text(data, size);
  if (const auto account = parse_account(text, "name", "name.toml")) {
    const auto again = parse_account(format_account(*account), "name", "name.toml");
    fuzz::require(again.has_value() && *again == *account);
  } else {
    fuzz::require_said(account.error());
  }
  if (const auto read = parse_settings(text, "config.toml"); !read) fuzz::require_said(read.error());
  return 0;
}
