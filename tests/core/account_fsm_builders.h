// What the tests of account_fsm are made of: a grant's terms, callers, failures. Tokens are obtained at `start`.
#pragma once

#include "core/account_fsm.h"

namespace latchkey::support {

using namespace std::chrono_literals;

inline constexpr boot_time start{1000s};

inline token_terms terms(generation_number generation, std::optional<seconds> lifetime, boot_time obtained = start) {
  token_terms made;
  made.generation = generation;
  made.lifetime = lifetime;
  if (lifetime) made.expires_at = obtained + *lifetime;
  made.refreshable = true;
  made.scopes = {"read", "write"};
  return made;
}

inline account_fsm holding(token_terms held, rotation kind = rotation::coexisting) {
  account_fsm fsm(kind);
  fsm.adopt(std::move(held), 0.5);
  return fsm;
}

inline token_wanted strict(seconds min_valid) {
  token_wanted request;
  request.min_valid = min_valid;
  return request;
}

inline token_wanted after_401(generation_number generation) {
  token_wanted request;
  request.stale_generation = generation;
  return request;
}

inline token_failure failure(token_failure::kind what, std::optional<seconds> retry_after = std::nullopt) {
  token_failure failed;
  failed.what = what;
  failed.why = fault(errc::internal, "the host is down", "server text");
  failed.why.retry_after = retry_after;
  return failed;
}

}  // namespace latchkey::support
