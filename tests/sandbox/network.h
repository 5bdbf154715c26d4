// The addresses and networks of an API key's allowlist. Pure.
#pragma once

#include <string>

namespace latchkey::sandbox {

/// An IPv4 or IPv6 address, alone or with a prefix length (CIDR): 192.0.2.0/24, 2001:db8::/32, 192.0.2.1.
[[nodiscard]] bool is_network(const std::string& text);

}  // namespace latchkey::sandbox
