#include "tests/sandbox/device_book.h"

#include <algorithm>

#include "tests/sandbox/encoding.h"

namespace latchkey::sandbox {
namespace {

constexpr seconds slow_down_step{5};  // RFC 8628 §3.5
constexpr std::size_t user_code_half = 4;
constexpr std::string_view user_code_letters = "BCDFGHJKLMNPQRSTVWXZ";  // RFC 8628 §6.1: no vowels, so no words.

// Eight letters that depend on every character of `token`.
std::string user_code_from(const std::string& token) {
  const std::string digest = s256_challenge(token);
  std::string code;
  for (std::size_t at = 0; at < 2 * user_code_half; ++at) {
    if (at == user_code_half) code += '-';
    code += user_code_letters[static_cast<unsigned char>(digest[at]) % user_code_letters.size()];
  }
  return code;
}

// RFC 8628 §6.1: what a person types differs in case and punctuation.
std::string letters_of(std::string_view user_code) {
  std::string letters;
  for (const char character : user_code) {
    const char upper = static_cast<char>(character >= 'a' && character <= 'z' ? character - 'a' + 'A' : character);
    if (user_code_letters.find(upper) != std::string_view::npos) letters += upper;
  }
  return letters;
}

}  // namespace

device_codes device_book::begin(std::string client_id, scope_list scopes, moment now) {
  device_codes codes{next_token_(), user_code_from(next_token_())};
  logins_.emplace(codes.device_code, login{.client_id = std::move(client_id),
                                           .user_code = codes.user_code,
                                           .scopes = std::move(scopes),
                                           .expires = now + rules_.lifetime,
                                           .interval = rules_.interval,
                                           .polled = std::nullopt,
                                           .answer = std::nullopt});
  return codes;
}

std::optional<device_question> device_book::ask(std::string_view user_code, moment now) {
  const std::string letters = letters_of(user_code);
  const auto found = std::ranges::find_if(logins_, [&](const auto& entry) {
    const login& each = entry.second;
    return letters_of(each.user_code) == letters && each.expires > now && !each.answer;
  });
  if (found == logins_.end()) return std::nullopt;
  const auto& [device_code, asked] = *found;
  device_question question{next_token_(), asked.client_id, asked.user_code, asked.scopes};
  questions_.emplace(question.id, device_code);
  return question;
}

bool device_book::decide(const std::string& question_id, decision answer, moment now) {
  const auto question = questions_.extract(question_id);
  if (question.empty()) return false;
  login& decided = logins_.at(question.mapped());
  if (decided.answer || decided.expires <= now) return false;
  decided.answer = answer;
  return true;
}

boost::system::result<scope_list, poll_refusal> device_book::poll(std::string_view client_id,
                                                                  const std::string& device_code, moment now) {
  const auto found = logins_.find(device_code);
  if (found == logins_.end()) return poll_refusal::unknown_code;
  login& polled = found->second;
  if (polled.client_id != client_id) return poll_refusal::foreign_code;
  if (polled.used) return poll_refusal::used_code;
  if (polled.expires <= now) return poll_refusal::expired;
  if (is_too_fast(polled, now)) return poll_refusal::too_fast;
  if (!polled.answer && polled.was_pending && rules_.consent == device_consent::after_one_pending) {
    polled.answer = decision::allow;
  }
  if (!polled.answer) {
    polled.was_pending = true;
    return poll_refusal::pending;
  }
  if (*polled.answer == decision::deny) return poll_refusal::denied;
  polled.used = true;
  return polled.scopes;
}

bool device_book::is_too_fast(login& polled, moment now) {
  const std::optional<moment> before = std::exchange(polled.polled, now);
  const bool is_ordered = ordered_slow_downs_ > 0;
  if (is_ordered) --ordered_slow_downs_;
  if (!is_ordered && (!before || now - *before >= polled.interval)) return false;
  polled.interval += slow_down_step;
  return true;
}

void device_book::forget() noexcept {
  logins_.clear();
  questions_.clear();
}

}  // namespace latchkey::sandbox
