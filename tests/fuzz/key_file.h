// A file with a private key as a fuzz target gives it: as text, or as the DER inside, which mutates better.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/base64.h"

namespace latchkey::fuzz {

/// "t": a whole file. "e", "p", "r": the DER of an encrypted key, of PKCS#8, of PKCS#1.
inline std::string key_file(std::string_view input) {
  if (input.empty() || input.front() == 't') return std::string(input.substr(std::min<std::size_t>(input.size(), 1)));
  const std::string_view kind = input.front() == 'e' ? "ENCRYPTED " : input.front() == 'r' ? "RSA " : "";
  const auto* der = reinterpret_cast<const unsigned char*>(input.data()) + 1;
  const std::string encoded = base64_encode(std::span(der, input.size() - 1));
  std::string text = "-----BEGIN " + std::string(kind) + "PRIVATE KEY-----\n";
  for (std::size_t at = 0; at < encoded.size(); at += 64) text += encoded.substr(at, 64) + "\n";
  return text + "-----END " + std::string(kind) + "PRIVATE KEY-----\n";
}

}  // namespace latchkey::fuzz
