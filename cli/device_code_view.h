// How a person is told where to log in and with which code (RFC 8628 section 3.3): a box with a QR code beside or below
// it where the terminal has room, fewer words where it has not, two lines for a program. Pure.
#pragma once

#include <string>

#include "cli/terminal.h"
#include "latchkey/client.h"

namespace latchkey::cli {

enum class qr_wish { draw, leave_out };

/// The lines for `step`, which has a user code. In a pipe: "Open URI" and "Code: CODE".
[[nodiscard]] std::string device_code_view(const login_step& step, const terminal& where, qr_wish wish);
/// "id.example.com" of "https://id.example.com:8443/device", safe to show; empty where there is none.
[[nodiscard]] std::string host_of(const std::string& uri);

}  // namespace latchkey::cli
