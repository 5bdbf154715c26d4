// The logins that devices began (RFC 8628): their codes, what the person answered, and how fast they poll. Used by
// sandbox_state. Never reads a clock or makes randomness of its own: both come in.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "tests/sandbox/grant_book.h"

namespace latchkey::sandbox {

enum class decision { allow, deny };

enum class device_consent {
  by_person,         ///< On the verification page.
  after_one_pending  ///< Allowed at the first poll that follows one authorization_pending, unless the person was
                     ///< faster.
};

struct device_rules {
  seconds interval{5};
  seconds lifetime{600};
  device_consent consent = device_consent::by_person;
};

struct device_codes {
  std::string device_code;
  std::string user_code;  ///< As a person reads it: BCDF-GHJK (RFC 8628 §6.1).
};

/// What the verification page asks. `id` decides once.
struct device_question {
  std::string id;
  std::string client_id;
  std::string user_code;
  scope_list scopes;
};

enum class poll_refusal {
  unknown_code,
  foreign_code,  ///< Another client's.
  used_code,     ///< Its tokens were given out.
  expired,       ///< expired_token
  too_fast,      ///< slow_down
  denied,        ///< access_denied
  pending        ///< authorization_pending
};

class device_book {
 public:
  using token_source = grant_book::token_source;

  device_book(const device_rules& rules, token_source next_token) : rules_(rules), next_token_(std::move(next_token)) {}

  [[nodiscard]] const device_rules& rules() const noexcept { return rules_; }

  device_codes begin(std::string client_id, scope_list scopes, moment now);
  /// Takes the code in either case, with or without its dash. Nothing where it is unknown, expired or decided.
  std::optional<device_question> ask(std::string_view user_code, moment now);
  /// False where the question was never asked or is decided, or its code has expired.
  bool decide(const std::string& question_id, decision answer, moment now);
  /// The scopes that the person allowed, once. A poll that comes before the interval is over makes the interval five
  /// seconds longer (RFC 8628 §3.5).
  boost::system::result<scope_list, poll_refusal> poll(std::string_view client_id, const std::string& device_code,
                                                       moment now);
  /// The next `polls` are too fast, however slow they are.
  void slow_down_next(unsigned polls) noexcept { ordered_slow_downs_ = polls; }
  void forget() noexcept;

 private:
  struct login {
    std::string client_id;
    std::string user_code;
    scope_list scopes;
    moment expires;
    seconds interval;
    std::optional<moment> polled;
    std::optional<decision> answer;
    bool was_pending = false;
    bool used = false;
  };

  bool is_too_fast(login& polled, moment now);

  device_rules rules_;
  token_source next_token_;
  unsigned ordered_slow_downs_ = 0;
  std::map<std::string, login> logins_;           ///< By device code.
  std::map<std::string, std::string> questions_;  ///< From question to device code.
};

}  // namespace latchkey::sandbox
