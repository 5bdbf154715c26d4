// What an app is told: held against the truth.
#include <nlohmann/json.hpp>

#include "core/limits.h"
#include "tests/sim/witness.h"

namespace latchkey::sim {
namespace {

std::string in_seconds(moment length) {
  return std::to_string(std::chrono::duration<double>(length).count()) + " s";
}

}  // namespace

void witness::handed_out(int app, const wish& wanted, const held_token& got, generation_number last_seen) {
  gone(app);
  watched_account& state = accounts_[wanted.account];
  const issued_token* const token = server_.find(got.access_token);
  if (token == nullptr || token->account != wanted.account) {
    broken("right token", "an app got \"" + got.access_token + "\", which nobody issued for this account");
    return;
  }
  if (lock_) broken("lock", got.access_token + " was handed out while the daemon was locked");
  if (!state.ever_durable.contains(got.access_token))
    broken("publish after persist", got.access_token + " was handed out before it was safe on disk");
  if (state.ended_grants.contains(token->grant))
    broken("logout", got.access_token + " was handed out after the logout of its grant");
  if (plan_.accounts[wanted.account].exclusive && state.in_flight.contains(token->grant))
    broken("exclusive", got.access_token + " was handed out while a rotation was killing it");
  check_life(state, wanted, *token);
  check_generation(state, wanted, got, last_seen);
}

// By the server's own clock.
void witness::check_life(const watched_account& state, const wish& wanted, const issued_token& token) {
  if (!token.told) return;
  // After a reboot the wall clock is all there is; where somebody has set it, no program can know.
  const moment asked = token.issued - limits::http_timeout;
  if (state.loaded_at && rebooted_between(asked, *state.loaded_at) && jumped_between(asked, *state.loaded_at)) return;
  const moment left = token.expires - events_.now();
  const moment least = wanted.min_valid.value_or(seconds(0));
  if (left <= moment(0) || left < least)
    broken("min_valid", "an app that wants " + in_seconds(least) + " got a token that lives for " + in_seconds(left));
}

void witness::check_generation(watched_account& state, const wish& wanted, const held_token& got,
                               generation_number last_seen) {
  if (wanted.era == state.era) {
    if (wanted.stale_generation && got.generation <= *wanted.stale_generation)
      broken("generations", "an app that had generation " + std::to_string(*wanted.stale_generation) +
                                " refused got generation " + std::to_string(got.generation));
    if (got.generation < last_seen)
      broken("generations", "an app that had seen generation " + std::to_string(last_seen) + " got generation " +
                                std::to_string(got.generation));
  }
  const auto [known, is_new] = state.handed.emplace(got.generation, got.access_token);
  if (!is_new && known->second != got.access_token)
    broken("generations", "generation " + std::to_string(got.generation) + " was " + known->second + " and is " +
                              got.access_token + " now");
}

void witness::refused(int app, const wish& wanted, const std::string& error, const nlohmann::json& parameters) {
  waiting_.erase(app);
  const std::string name = error.substr(error.rfind('.') + 1);
  const std::string message = parameters.value("message", "");
  if (!errc_from_wire_name(name) || message.empty())
    broken("reasons", "an app was refused with \"" + error + "\" and no reason");
  if (name == "Internal" && message.find("store") == std::string::npos && message.find("disk") == std::string::npos)
    broken("no bug", "an app was told of a bug: " + message);
  const bool by_lock = name == "StoreLocked" && message.find("latchkey unlock") != std::string::npos;
  check_refusal_by_lock(app, by_lock, name);
  if (by_lock || wanted.min_valid || wanted.stale_generation) return;
  const watched_account& state = accounts_[wanted.account];
  if (state.leaving) return;
  if (state.may_be_put_away && (name == "StoreLocked" || name == "Internal")) return;
  const issued_token* const token = server_.find(state.in_memory);
  constexpr seconds spare(2);  // What rounding to whole seconds may take.
  // Once a newer one has come, the old token of an exclusive provider may be dead: the daemon cannot know.
  const bool newer_has_come =
      state.new_grant || state.unsaved || message.find("before it is stored") != std::string::npos;
  if (plan_.accounts[wanted.account].exclusive && newer_has_come) return;
  if (token == nullptr || !token->told || !server_.accepts(state.in_memory, events_.now() + spare)) return;
  if (jumped_between(token->issued - limits::http_timeout, events_.now())) return;
  if (state.ended_grants.contains(token->grant)) return;
  broken("living token", "an app was refused with " + name + " (" + message + ") while " + state.in_memory +
                             " lives for " + in_seconds(token->expires - events_.now()));
}

}  // namespace latchkey::sim
