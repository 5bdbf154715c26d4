// The app that a person names in an option, as the daemon knows it.
#pragma once

#include <string>

namespace latchkey::cli {

/// "flatpak:ID" and "unit:NAME" as they are; a path as the executable behind it, without links, because that is what
/// the kernel tells of a process; a bare name as PATH finds it. Throws client_error with exit code 2 where it is none
/// of these, and where the file is a script: then it is its interpreter that asks.
[[nodiscard]] std::string resolve_app(const std::string& given);

}  // namespace latchkey::cli
