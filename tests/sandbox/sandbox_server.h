// Moves the sandbox's requests and responses over HTTP/1.1 on 127.0.0.1. Decides nothing. Used by main and, through the
// program, by every test that needs a provider.
#pragma once

#include <cstdint>
#include <functional>

#include "tests/sandbox/sandbox_api.h"

namespace latchkey::sandbox {

enum class request_log {
  off,
  on,  ///< Method, path and status on standard error; never a query, header or body.
};

struct server_settings {
  std::uint16_t port = 0;  ///< 0: any that is free.
  request_log log = request_log::off;
};

/// Serves until SIGTERM or SIGINT. Calls `ready` once with the port, when connections are accepted.
/// Throws std::runtime_error where the port cannot be had.
void serve(sandbox_api& api, const server_settings& settings, const std::function<void(std::uint16_t)>& ready);

}  // namespace latchkey::sandbox
