// A client secret that the provider encrypted, and the file with the key for it: what comes out is one that a header
// can carry, and no file keeps the daemon busy (-timeout). A space behind the secret: its padding is OAEP.
#include "core/kraken_secret.h"

#include "tests/fuzz/input.h"
#include "tests/fuzz/key_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  const auto [encrypted, file] = fuzz::cut_line(fuzz::as_text(data, size));
  const secret pem(fuzz::key_file(file));
  const secret passphrase("open sesame");
  const rsa_padding padding = encrypted.ends_with(' ') ? rsa_padding::oaep : rsa_padding::pkcs1;
  const auto clear = decrypt_client_secret(secret(encrypted), {pem, passphrase}, padding);
  if (!clear) fuzz::require_said(clear.error());
  if (clear) fuzz::require(!clear->empty() && fuzz::is_visible_ascii(clear->reveal()));
  return 0;
}
