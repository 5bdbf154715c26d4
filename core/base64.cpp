#include "core/base64.h"

#include <openssl/evp.h>

#include <algorithm>

namespace latchkey {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

fault not_base64(std::string_view what, std::string_view variant) {
  return {errc::bad_request, std::string(what) + " is not " + std::string(variant)};
}

}  // namespace

std::string base64_encode(std::span<const unsigned char> bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a NUL.
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string base64url_encode(std::span<const unsigned char> bytes) {
  std::string text = base64_encode(bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  text.erase(std::min(text.find('='), text.size()));
  return text;
}

result<std::string> base64_decode(std::string_view what, std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), bytes_of(text), static_cast<int>(text.size()));
  if (length < 0) return not_base64(what, "base64");
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  bytes.resize(static_cast<std::size_t>(length) - padding);
  // OpenSSL lets space around the text and bits after the last byte pass; one value has one spelling here.
  if (base64_encode({bytes_of(bytes), bytes.size()}) != text) return not_base64(what, "base64");
  return bytes;
}

result<std::string> base64url_decode(std::string_view what, std::string_view text) {
  if (text.find_first_of("+/=") != text.npos) return not_base64(what, "base64url without padding");
  std::string standard(text);
  std::ranges::replace(standard, '-', '+');
  std::ranges::replace(standard, '_', '/');
  standard.append((4 - standard.size() % 4) % 4, '=');
  auto bytes = base64_decode(what, standard);
  if (!bytes) return not_base64(what, "base64url without padding");
  return bytes;
}

}  // namespace latchkey
