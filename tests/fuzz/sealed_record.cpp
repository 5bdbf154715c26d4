// A record of the file store: nothing but what was sealed with the key opens.
#include "core/sealed_box.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  static const secret key(std::string(box_key_bytes, 'k'));
  const auto text = fuzz::as_text(data, size);
  fuzz::require(!open_box(key, "work.grant", text).has_value());
  const std::string box = seal(key, box_nonce{}, "work.grant", secret(text));
  const auto opened = open_box(key, "work.grant", box);
  fuzz::require(opened.has_value() && opened->reveal() == text);
  return 0;
}
