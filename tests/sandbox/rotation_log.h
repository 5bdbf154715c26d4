// Every answer of the token endpoint that held tokens, and whether the client read it: what a test needs to tell a
// refresh token that was lost on its way from one that the client had received. Filled by sandbox_api and
// sandbox_server.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/sandbox/grant_book.h"

namespace latchkey::sandbox {

enum class answer_kind { login, rotation, repetition };

enum class answer_end {
  open,    ///< The connection lives, so that nobody knows yet.
  read,    ///< The client closed, or went on, with every byte taken.
  unread,  ///< The client's end is gone, and bytes of the answer with it.
};

using answer_serial = std::uint64_t;
constexpr answer_serial no_tokens = 0;

struct token_answer {
  answer_kind kind;
  std::string refresh_token_fingerprint;  ///< The first characters of its SHA-256 in base64url.
  std::optional<moment> answered_at;      ///< The client cannot have had it before; nothing: it was not sent yet.
  answer_end ended = answer_end::open;
};

class rotation_log {
 public:
  /// The first one's serial is 1.
  answer_serial add(answer_kind kind, const std::string& refresh_token);
  void answered(answer_serial serial, moment now) { answers_.at(serial - 1).answered_at = now; }
  void ended(answer_serial serial, answer_end how) { answers_.at(serial - 1).ended = how; }
  [[nodiscard]] const std::vector<token_answer>& answers() const noexcept { return answers_; }

 private:
  std::vector<token_answer> answers_;
};

}  // namespace latchkey::sandbox
