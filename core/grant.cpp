#include "core/grant.h"

#include <algorithm>
#include <tuple>

#include "core/deliberate_fault.h"

namespace latchkey {

std::optional<wall_time> grant::expires_at() const {
  if (!lifetime) return std::nullopt;
  return obtained_at + *lifetime;
}

std::optional<boot_time> grant::expires_boot(const instant& now, std::string_view boot) const {
  if (!lifetime) return std::nullopt;
  if (deliberate(deliberate_fault::trust_wall_clock)) return now.boot + (obtained_at + *lifetime - now.wall);
  const bool same_boot = !boot_id.empty() && boot_id == boot;
  if (now.wall < obtained_at) return same_boot ? obtained_boot + *lifetime : now.boot;
  const seconds rounding(same_boot ? 0 : 1);  // Wall times are whole seconds; a token may be nearly one older.
  const boot_time by_wall = now.boot + std::max(obtained_at + *lifetime - now.wall - rounding, seconds(0));
  return same_boot ? std::min(obtained_boot + *lifetime, by_wall) : by_wall;
}

grant grant::clone() const {
  return {.access_token = access_token.clone(),
          .token_type = token_type,
          .refresh_token = refresh_token.clone(),
          .id_token = id_token.clone(),
          .subject = subject,
          .scopes = scopes,
          .obtained_at = obtained_at,
          .obtained_boot = obtained_boot,
          .boot_id = boot_id,
          .lifetime = lifetime,
          .refresh_obtained_at = refresh_obtained_at,
          .generation = generation,
          .bound_to = bound_to};
}

token_binding binding_of(const grant& value) noexcept {
  return value.token_type == "DPoP" ? token_binding::dpop : token_binding::bearer;
}

grant next_grant(const provider& server, token_response response, const scope_list& asked, const grant* before,
                 generation_number last_generation, const instant& now) {
  grant next;
  next.access_token = std::move(response.access_token);
  next.token_type = std::move(response.token_type);
  next.scopes = std::move(response.scopes).value_or(asked);
  next.obtained_at = now.wall;
  next.obtained_boot = now.boot;
  next.lifetime = response.expires_in ? response.expires_in : server.access_token_lifetime;
  next.generation = last_generation + 1;
  if (before != nullptr) {
    next.id_token = before->id_token.clone();
    next.subject = before->subject;
  }
  if (before != nullptr && deliberate(deliberate_fault::keep_old_refresh_token)) response.refresh_token = secret();
  // The same refresh token again did not come now: its documented life still counts from when it first came.
  const bool kept =
      before != nullptr && (response.refresh_token.empty() || response.refresh_token == before->refresh_token);
  if (kept) {
    next.refresh_token = before->refresh_token.clone();
    next.refresh_obtained_at = before->refresh_obtained_at;
  } else if (!response.refresh_token.empty()) {
    next.refresh_token = std::move(response.refresh_token);
    next.refresh_obtained_at = now.wall;
  }
  return next;
}

bool supersedes(const grant& left, const grant& right) noexcept {
  if (!left.boot_id.empty() && left.boot_id == right.boot_id)
    return std::tie(left.obtained_boot, left.generation) > std::tie(right.obtained_boot, right.generation);
  return std::tie(left.generation, left.obtained_at) > std::tie(right.generation, right.obtained_at);
}

}  // namespace latchkey
