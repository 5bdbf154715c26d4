#include "tests/sandbox/network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace latchkey::sandbox {
namespace {

// The bits of an address of this kind; nothing: it is none.
std::optional<unsigned> bits_of(const std::string& address) {
  in_addr four{};
  if (::inet_pton(AF_INET, address.c_str(), &four) == 1) return 32U;
  in6_addr six{};
  if (::inet_pton(AF_INET6, address.c_str(), &six) == 1) return 128U;
  return std::nullopt;
}

}  // namespace

bool is_network(const std::string& text) {
  // inet_pton reads no further than a NUL.
  if (text.find('\0') != std::string::npos) return false;
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto bits = bits_of(text.substr(0, slash));
  if (!bits) return false;
  if (slash == text.size()) return true;
  const char* const begin = text.data() + slash + 1;
  const char* const end = text.data() + text.size();
  unsigned prefix = 0;
  const auto [stop, fault] = std::from_chars(begin, end, prefix);
  return fault == std::errc() && stop == end && prefix <= *bits;
}

}  // namespace latchkey::sandbox
