#include "tests/sandbox/grant_book.h"

#include <algorithm>

namespace latchkey::sandbox {

opened_grant grant_book::open(grantee to, scope_list scopes, moment now) {
  const grant_id id = ++last_id_;
  grants_[id] = grant{std::move(to), scopes, {}, {}, {}, now};
  return {id, rotate(id, scopes, now)};
}

boost::system::result<issued_tokens, refusal> grant_book::refresh(const refresh_request& request, moment now) {
  const auto known = refresh_tokens_.find(request.refresh_token);
  if (known == refresh_tokens_.end()) return refusal::unknown_token;
  const auto entry = grants_.find(known->second);
  if (entry == grants_.end()) return refusal::unknown_token;
  const grant& held = entry->second;
  if (held.to.client_id != request.client_id) return refusal::foreign_token;

  if (request.refresh_token != held.refresh_token) {
    const bool is_last = request.refresh_token == held.previous_refresh_token;
    if (is_last && rules_.grace && now - held.rotated <= *rules_.grace) return repeat(held, now);
    end(entry->first);
    return refusal::reused_token;
  }
  if (now - held.rotated >= rules_.refresh_token_lifetime) return refusal::unknown_token;
  for (const std::string& scope : request.scopes) {
    if (!holds(held.scopes, scope)) return refusal::scope_not_granted;
  }
  return rotate(entry->first, request.scopes.empty() ? held.scopes : request.scopes, now);
}

issued_tokens grant_book::rotate(grant_id id, const scope_list& scopes, moment now) {
  grant& held = grants_[id];
  if (rules_.kind == access_tokens::exclusive) access_tokens_.erase(held.access_token);
  held.previous_refresh_token = std::exchange(held.refresh_token, next_token_());
  held.access_token = next_token_();
  held.rotated = now;
  access_tokens_[held.access_token] = access_right{id, held.to.client_id, scopes, now + held.to.access_token_lifetime};
  refresh_tokens_[held.refresh_token] = id;
  return {held.access_token, held.refresh_token, held.to.access_token_lifetime, freshness::made};
}

issued_tokens grant_book::repeat(const grant& of, moment now) const {
  const moment expires = access_tokens_.at(of.access_token).expires;
  const seconds left = std::chrono::floor<seconds>(std::max(expires - now, moment::duration::zero()));
  return {of.access_token, of.refresh_token, left, freshness::repeated};
}

const access_right* grant_book::living_access(const std::string& access_token, moment now) const {
  const auto found = access_tokens_.find(access_token);
  if (found == access_tokens_.end() || found->second.expires <= now) return nullptr;
  return grants_.contains(found->second.grant) ? &found->second : nullptr;
}

std::optional<grant_book::holder> grant_book::holder_of(const std::string& token) const {
  grant_id id = 0;
  if (const auto access = access_tokens_.find(token); access != access_tokens_.end()) {
    id = access->second.grant;
  } else if (const auto refresh = refresh_tokens_.find(token); refresh != refresh_tokens_.end()) {
    id = refresh->second;
  }
  const auto found = grants_.find(id);
  if (found == grants_.end()) return std::nullopt;
  return holder{id, found->second.to.client_id};
}

void grant_book::end(grant_id id) {
  grants_.erase(id);
}

void grant_book::expire_access_tokens() noexcept {
  for (auto& [token, right] : access_tokens_) right.expires = moment{};
}

void grant_book::forget() noexcept {
  grants_.clear();
  access_tokens_.clear();
  refresh_tokens_.clear();
}

}  // namespace latchkey::sandbox
