#include "tests/sim/witness.h"

#include <algorithm>
#include <utility>

#include "core/limits.h"

namespace latchkey::sim {

void witness::broken(std::string promise, std::string what) {
  if (!found_) found_ = violation{std::move(promise), std::move(what)};
}

void witness::daemon_ended() {
  for (watched_account& each : accounts_) {
    static_cast<life_of_account&>(each) = life_of_account{};
    each.in_flight.clear();
    each.leaving = false;
    each.came_meanwhile.reset();
    each.new_grant.reset();
    each.current_grant = server_.grant_of(each.safe);
    if (each.safe.empty()) begin_era(each);
  }
  leases_.clear();
  waiting_.clear();
  locked_out_.clear();
  lock_.reset();
  empty_ = false;
}

bool witness::jumped_between(moment first, moment last) const {
  return std::ranges::any_of(jumps_, [&](moment each) { return first <= each && each <= last; });
}

bool witness::rebooted_between(moment first, moment last) const {
  return std::ranges::any_of(boots_, [&](moment each) { return first <= each && each <= last; });
}

void witness::refresh_sent(std::size_t account, const std::string& refresh_token) {
  watched_account& state = accounts_[account];
  const auto grant = server_.grant_of(refresh_token);
  if (!grant)
    return broken("one request", "a refresh token was sent that nobody ever issued: \"" + refresh_token + "\"");
  check_lock("a token request was sent");
  if (state.in_flight.contains(*grant)) broken("one request", "a second token request was sent while one is under way");
  state.in_flight.insert(*grant);
  if (state.unsaved)
    broken("one request", "a token request was sent although " + *state.unsaved + " had come and was not saved yet");
  check_pace(account);
  if (!plan_.accounts[account].exclusive) return;
  check_need(account);
  for (const auto& [id, lease] : leases_)
    if (lease.access_token == state.in_memory && events_.now() < lease.until)
      broken("leases", "an exclusive token is rotated under the living lease " + id);
}

// No storm: the pause after a failure is kept, and no more than so many failures come in a minute.
void witness::check_pace(std::size_t account) {
  constexpr std::size_t most_failures = 20;
  watched_account& state = accounts_[account];
  const moment now = events_.now();
  if (state.dead) broken("no storm", "a token request was sent for a grant that the provider had called dead");
  if (state.failed_at && now < *state.failed_at + state.pause)
    broken("no storm", "a token request was sent before the pause after a failure was over");
  while (!state.failures.empty() && state.failures.front() + std::chrono::minutes(1) < now) state.failures.pop_front();
  if (state.failures.size() > most_failures)
    broken("no storm", std::to_string(state.failures.size()) + " token requests failed within a minute");
}

// The token in hand cannot serve `wanted`, or the daemon may have reason to think so.
bool witness::needs_another(const wish& wanted) const {
  const watched_account& state = accounts_[wanted.account];
  const issued_token* const token = server_.find(state.in_memory);
  if (token == nullptr || !token->told) return true;
  // A life that was counted by a wall clock that was set meanwhile may seem over.
  if (jumped_between(token->issued - limits::http_timeout, events_.now())) return true;
  if (wanted.stale_generation && (wanted.era != state.era || *wanted.stale_generation >= state.generation_in_memory))
    return true;
  const moment left = token->expires - events_.now();
  return left < wanted.min_valid.value_or(limits::default_min_valid) + seconds(2);
}

void witness::asked(int app, const wish& wanted) {
  waiting_[app] = wanted;
  if (lock_)
    locked_out_.insert(app);
  else if (needs_another(wanted))
    accounts_[wanted.account].needed = true;
}

void witness::gone(int app) {
  waiting_.erase(app);
  locked_out_.erase(app);
}

// An exclusive provider is asked only where somebody waits, or has waited, whom the token in hand cannot serve.
void witness::check_need(std::size_t account) {
  if (accounts_[account].needed) return;
  const auto needs = [&](const auto& each) { return each.second.account == account && needs_another(each.second); };
  if (std::ranges::none_of(waiting_, needs))
    broken("exclusive", "an exclusive token was rotated although nobody needed another one");
}

void witness::refresh_ended(std::size_t account, const answer& got) {
  watched_account& state = accounts_[account];
  const auto grant = server_.grant_of(got.refresh_token);
  if (const auto ended = state.in_flight.find(grant.value_or(0)); ended != state.in_flight.end())
    state.in_flight.erase(ended);
  if (state.leaving) {
    if (got.how != ending::granted || grant != state.grant_to_leave) return;
    state.came_meanwhile = got.access_token;
    state.excused = false;
    return;
  }
  if (grant != state.current_grant) return;  // A login came in between, or a logout.
  if (got.how == ending::granted) {
    state.unsaved = got.access_token;
    state.excused = false;
    state.failed_at.reset();
    state.failures.clear();
    return;
  }
  state.dead = got.how == ending::dead;
  state.failed_at = events_.now();
  state.failures.push_back(events_.now());
  state.pause = limits::shortest_backoff;
  if (got.retry_after) state.pause += std::min(*got.retry_after, limits::longest_retry_after);
}

void witness::login_granted(std::size_t account, const std::string& access_token) {
  watched_account& state = accounts_[account];
  state.new_grant = state.current_grant = server_.find(access_token)->grant;
  state.unsaved = access_token;
  state.excused = false;
  state.failed_at.reset();
  state.dead = false;
}

void witness::save_asked(std::size_t account, const grant& value) {
  check_lock("a grant went to the store");
  const issued_token* const token = server_.find(std::string(value.access_token.reveal()));
  if (token == nullptr || token->account != account)
    broken("right token", "a grant goes to the store whose access token nobody issued for this account");
}

void witness::kept(std::size_t account, const std::optional<grant>& value) {
  watched_account& state = accounts_[account];
  if (!value) {
    if (!state.safe_access.empty()) erased(account);
    return;
  }
  const std::string access(value->access_token.reveal());
  if (state.unsaved == access) state.unsaved.reset();
  if (state.came_meanwhile == access) state.came_meanwhile.reset();
  const auto grant = server_.grant_of(std::string(value->refresh_token.reveal()));
  // Another process's refresh may outlast an erasure that is made up for later, where somebody has set the wall clock
  // between the two. After that logout nobody has to keep it.
  if (grant && state.ended_grants.contains(*grant)) return;
  state.safe = value->refresh_token.reveal();
  state.safe_access = access;
  if (state.new_grant && grant != state.new_grant) return;  // A refresh of the old one, while a login ends.
  state.new_grant.reset();
  state.current_grant = grant;
}

void witness::made_durable(std::size_t account, const grant& value) {
  accounts_[account].ever_durable.emplace(value.access_token.reveal());
}

void witness::step_is_over() {
  for (const watched_account& each : accounts_)
    if (each.unsaved && !each.excused)
      broken("nothing lost", *each.unsaved + " has come, and a kill at this moment would lose it");
  if (!locked_out_.empty()) broken("lock", "an app that asked a locked daemon has to wait for an answer");
}

void witness::learnt(std::size_t account, const grant& value, source from) {
  watched_account& state = accounts_[account];
  if (state.in_memory != value.access_token.reveal()) {
    state.dead = false;
    state.failed_at.reset();
  }
  check_lock("a grant came into memory");
  if (!lock_) state.may_be_put_away = false;
  state.in_memory = value.access_token.reveal();
  state.generation_in_memory = value.generation;
  state.loaded_at = from == source::load ? std::optional(events_.now()) : std::nullopt;
  const auto needs = [&](const auto& each) { return each.second.account == account && needs_another(each.second); };
  if (from == source::save) state.needed = std::ranges::any_of(waiting_, needs);
}

void witness::erased(std::size_t account) {
  watched_account& state = accounts_[account];
  static_cast<life_of_account&>(state) = life_of_account{};
  state.new_grant.reset();
  state.current_grant.reset();
  state.safe.clear();
  state.safe_access.clear();
  begin_era(state);
}

void witness::begin_era(watched_account& state) {
  ++state.era;
  state.handed.clear();
}

void witness::logout_begins(std::size_t account) {
  watched_account& state = accounts_[account];
  state.leaving = true;
  state.grant_to_leave = state.current_grant;
  state.came_meanwhile = std::exchange(state.unsaved, std::nullopt);
}

void witness::logout_ends(std::size_t account, bool over) {
  watched_account& state = accounts_[account];
  state.leaving = false;
  const auto came_meanwhile = std::exchange(state.came_meanwhile, std::nullopt);
  if (!over) {
    state.unsaved = came_meanwhile;
    return;
  }
  state.in_memory.clear();
  for (const std::string& each : accounts_[account].ever_durable) {
    const issued_token* const token = server_.find(each);
    if (token != nullptr) accounts_[account].ended_grants.insert(token->grant);
  }
}

void witness::lease_given(const std::string& id, std::string access_token, moment until) {
  // It ends with the token, whose end the daemon may see a little early.
  const issued_token* const token = server_.find(access_token);
  if (token == nullptr) return;
  if (token->told) until = std::min(until, token->expires - seconds(2));
  if (jumped_between(token->issued - limits::http_timeout, events_.now())) return;
  leases_[id] = {std::move(access_token), until};
}

void witness::log_line(std::string_view line) {
  if (line.find("bug") != std::string_view::npos || line.find("damaged") != std::string_view::npos)
    broken("no bug", "the daemon logged: " + std::string(line));
  if (line.find(refresh_prefix) != std::string_view::npos)
    broken("secrets", "a log line holds a refresh token: " + std::string(line));
}

}  // namespace latchkey::sim
