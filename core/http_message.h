// HTTP requests and answers as plain values, so that core can make and read them without a network library.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/secret.h"

namespace latchkey {

struct http_header {
  std::string name;
  std::string value;
};

struct http_request {
  std::string method = "GET";
  std::string url;                   ///< Already checked by parse_endpoint().
  std::vector<http_header> headers;  ///< Nothing secret; Host and Content-Length are the transport's.
  secret authorization;              ///< Value of the Authorization header; empty: none.
  secret body;
};

struct http_response {
  unsigned status = 0;
  std::vector<http_header> headers;
  secret body;  ///< May hold tokens.
};

/// First value of header `name` (compared without case); nothing where it is absent.
[[nodiscard]] std::optional<std::string_view> find_header(const std::vector<http_header>& headers,
                                                          std::string_view name) noexcept;

}  // namespace latchkey
