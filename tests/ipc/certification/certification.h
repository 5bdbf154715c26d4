// org.varlink.certification, the Varlink project's test of an implementation, from both sides. Each call's parameters
// are the reply to the call before.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ipc/varlink_server.h"

namespace latchkey::support {

inline constexpr std::string_view certification_interface = "org.varlink.certification";

/// The replies to Start (without its client_id), Test01 … Test09, as the reference implementations give them.
[[nodiscard]] const std::vector<nlohmann::json>& certification_replies();
/// The ten replies to Test10.
[[nodiscard]] std::vector<std::string> certification_stream();

/// The server's side. `description` is the text of its interface file.
[[nodiscard]] varlink::interface certification_server(std::string description);
/// The client's side against the server at `path`; "" where it is certified, else what went wrong.
[[nodiscard]] std::string run_certification_client(const std::string& path);

}  // namespace latchkey::support
