// Keeps one program from starving the others: whoever says again and again that the token was refused has it replaced
// each time, and at an exclusive provider each replacement kills the token that the others use. Counts by account and
// program, and only where another program uses the token, since a program that is alone harms nobody. Used by the
// broker; what it knows ends with the process.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/types.h"

namespace latchkey {

/// Of the text that peer_apps gives, what stays the same when the program is started again: "/usr/bin/git" of
/// "/usr/bin/git (process 41) through latchkey". Programs that one interpreter runs are one.
[[nodiscard]] std::string program_in(std::string_view peer_name);

class forced_refreshes {
 public:
  /// Who is at the other end of a connection, as peer_apps gives it.
  using peer_name = std::shared_ptr<const std::string>;

  /// That peer got the token of `generation`.
  void used(std::string_view account, generation_number generation, const peer_name& by);
  /// `program` is about to have the living token of `generation` replaced. Errors: temporarily_unavailable with
  /// retry_after where it has had limits::forced_refreshes of them within limits::forced_refresh_window.
  result<> ask(std::string_view account, generation_number generation, const std::string& program, boot_time now);
  /// The account is gone.
  void forget(std::string_view account);

 private:
  struct use {
    generation_number generation = 0;
    peer_name first;                                      // whoever got it first …
    peer_name other;                                      // … and one of another program, where there is any
    std::map<std::string, std::deque<boot_time>> forced;  // by program
  };
  use& use_of(std::string_view account, generation_number generation);

  std::map<std::string, use, std::less<>> uses_;
};

}  // namespace latchkey
