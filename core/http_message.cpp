#include "core/http_message.h"

#include <strings.h>

#include <algorithm>

namespace latchkey {

std::optional<std::string_view> find_header(const std::vector<http_header>& headers, std::string_view name) noexcept {
  const auto found = std::ranges::find_if(headers, [&](const http_header& header) {
    return header.name.size() == name.size() && ::strncasecmp(header.name.data(), name.data(), name.size()) == 0;
  });
  if (found == headers.end()) return std::nullopt;
  return found->value;
}

}  // namespace latchkey
