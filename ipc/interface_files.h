// The texts of the interface files, built into the program so that any client can ask for them. Generated from the
// .varlink files beside this header.
#pragma once

#include <string_view>

namespace latchkey {

/// io.latchkey.Broker.varlink
[[nodiscard]] std::string_view broker_interface_text() noexcept;
/// org.varlink.service.varlink
[[nodiscard]] std::string_view service_interface_text() noexcept;

}  // namespace latchkey
