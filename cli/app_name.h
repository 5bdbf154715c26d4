// The app that a person names in an option, as the daemon knows it.
#pragma once

#include <string>

namespace latchkey::cli {

/// "flatpak:ID" and "unit:NAME" as they are; a path as the executable behind it, without links, because that is what
/// the kernel tells of a process; a bare name as PATH finds it. A path that is gone as what it was: to look things up.
/// Throws client_error with exit code 2 where it is none of these, and where the file is a script: then it is its
/// interpreter that asks.
[[nodiscard]] std::string resolve_app(const std::string& given);

enum class absent_program { refused, taken };

struct decided_app {
  std::string app;
  std::string link;  ///< The path that was given, absolute, where links lead from it to `app`. Empty: nowhere else.
};

/// As resolve_app(), to decide about it: what runs as no process is refused with exit code 2, too, because a rule
/// about it would hold for nobody, or for whatever is put there later. With absent_program::taken a path may name a
/// program that comes later; of its folders those that are there are followed.
[[nodiscard]] decided_app app_to_decide(const std::string& given, absent_program absent);

}  // namespace latchkey::cli
