// Sees everything that happens in a simulated world and holds it against the promises (docs/ARCHITECTURE.md). It knows
// what no part of the daemon knows: true time, the servers' own books, and what is on disk. It changes nothing.
#pragma once

#include <deque>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/grant.h"
#include "daemon/daemon_lock.h"
#include "tests/sim/event_queue.h"
#include "tests/sim/provider_server.h"

namespace latchkey::sim {

/// What an app asks for.
struct wish {
  std::size_t account = 0;
  std::optional<seconds> min_valid;
  std::optional<generation_number> stale_generation;
  std::optional<seconds> lease;
  std::uint64_t era = 0;  ///< In which stale_generation was seen; see witness::era().
};

/// What an app got.
struct held_token {
  std::string access_token;
  generation_number generation = 0;
  std::uint64_t era = 0;
  std::string lease_id;
};

/// How a token request ended for the daemon.
enum class ending { granted, transient, permanent, dead };

struct violation {
  std::string promise;
  std::string what;
};

class witness {
 public:
  witness(const plan& what, const event_queue& events, const provider_server& server)
      : plan_(what), events_(events), server_(server), accounts_(what.accounts.size()) {}

  void daemon_ended();
  void wall_clock_set() { jumps_.push_back(events_.now()); }
  void rebooted() { boots_.push_back(events_.now()); }

  void refresh_sent(std::size_t account, const std::string& refresh_token);
  struct answer {
    std::string refresh_token;  ///< The one that was sent.
    ending how = ending::transient;
    std::optional<seconds> retry_after;
    std::string access_token;  ///< Where it was granted.
  };
  void refresh_ended(std::size_t account, const answer& got);
  void login_granted(std::size_t account, const std::string& access_token);

  void save_asked(std::size_t account, const grant& value);
  /// What a restart would find now, after a kill.
  void kept(std::size_t account, const std::optional<grant>& value);
  /// Also after a power cut.
  void made_durable(std::size_t account, const grant& value);
  /// The journal could not take what came last: a crash may lose it.
  void journal_failed(std::size_t account) { accounts_[account].excused = true; }
  /// The daemon has done all that it can do without time going by.
  void step_is_over();
  /// The daemon knows that this is in the store: it saved or loaded it.
  enum class source { load, save };
  void learnt(std::size_t account, const grant& value, source from);
  /// The store could not be read: whether somebody else has refreshed, the daemon does not know.
  void load_failed(std::size_t account) { accounts_[account].dead = false; }
  void erased(std::size_t account);

  void asked(int app, const wish& wanted);
  void gone(int app);
  void handed_out(int app, const wish& wanted, const held_token& got, generation_number last_seen);
  void refused(int app, const wish& wanted, const std::string& error, const nlohmann::json& parameters);
  /// The app on that connection may count on its token until then, or until lease_ended().
  void lease_given(const std::string& id, std::string access_token, moment until);
  void lease_ended(const std::string& id) { leases_.erase(id); }
  /// From the moment a logout is asked for until its answer, an app may be refused.
  void logout_begins(std::size_t account);
  /// `over`: it was answered with success. Where it failed, everything is as it was: what came meanwhile must be kept.
  void logout_ends(std::size_t account, bool over);
  void log_line(std::string_view line);

  /// From this very moment nobody gets anything.
  void locked(daemon_lock::cause why);
  /// So that it is not locked any more, where `why` can do that.
  void unlocked(daemon_lock::cause why);
  /// Whoever has called Lock at the moment `asked` is told that it is done.
  void lock_answered(moment asked);
  [[nodiscard]] bool is_locked() const noexcept { return lock_.has_value(); }
  /// The daemon is locked and has said that it holds no secret.
  [[nodiscard]] bool must_be_empty() const noexcept { return empty_; }

  void broken(std::string promise, std::string what);
  [[nodiscard]] const std::optional<violation>& found() const noexcept { return found_; }
  /// Generations begin anew after a logout; this counts the beginnings.
  [[nodiscard]] std::uint64_t era(std::size_t account) const { return accounts_[account].era; }
  /// The refresh token that must not be lost; empty: there is none.
  [[nodiscard]] const std::string& safe_refresh_token(std::size_t account) const { return accounts_[account].safe; }
  [[nodiscard]] bool anyone_waits() const noexcept { return !waiting_.empty(); }
  [[nodiscard]] bool has_unsaved(std::size_t account) const { return accounts_[account].unsaved.has_value(); }
  [[nodiscard]] bool request_in_flight(std::size_t account) const { return !accounts_[account].in_flight.empty(); }

 private:
  struct life_of_account {               // What ends with the process.
    std::optional<std::string> unsaved;  ///< An access token that came and would not survive a kill.
    bool excused = false;                ///< The journal could not take it.
    std::optional<moment> failed_at;
    moment pause{0};  ///< After failed_at; no request before.
    bool dead = false;
    std::deque<moment> failures;
    std::string in_memory;
    generation_number generation_in_memory = 0;
    std::optional<moment> loaded_at;
    bool needed = false;           ///< Somebody has asked whom in_memory could not serve.
    bool may_be_put_away = false;  ///< By a lock: in_memory has to be loaded first, and the store may fail.
  };
  struct watched_account : life_of_account {
    std::multiset<std::size_t> in_flight;  ///< Grants for which a token request is under way.
    std::uint64_t era = 0;
    std::string safe;
    std::string safe_access;
    std::set<std::string> ever_durable;
    std::map<generation_number, std::string> handed;
    std::set<std::size_t> ended_grants;
    std::optional<std::size_t> current_grant;  ///< A request for another one is nobody's any more.
    bool leaving = false;                      ///< A logout is under way.
    std::optional<std::size_t> grant_to_leave;
    std::optional<std::string> came_meanwhile;  ///< Its access token, not saved; nobody's where the logout succeeds.
    std::optional<std::size_t> new_grant;       ///< A login has given it; it is not safe yet.
  };

  void check_pace(std::size_t account);
  void check_need(std::size_t account);
  void check_lock(const std::string& what);
  void check_refusal_by_lock(int app, bool by_lock, const std::string& name);
  static void begin_era(watched_account& state);
  [[nodiscard]] bool needs_another(const wish& wanted) const;
  void check_life(const watched_account& state, const wish& wanted, const issued_token& token);
  void check_generation(watched_account& state, const wish& wanted, const held_token& got, generation_number last_seen);
  [[nodiscard]] bool jumped_between(moment first, moment last) const;
  [[nodiscard]] bool rebooted_between(moment first, moment last) const;

  const plan& plan_;
  const event_queue& events_;
  const provider_server& server_;
  std::vector<watched_account> accounts_;
  struct living_lease {
    std::string access_token;
    moment until{0};
  };
  std::map<std::string, living_lease> leases_;
  std::map<int, wish> waiting_;
  std::set<int> locked_out_;  ///< Apps that have asked a locked daemon.
  std::optional<daemon_lock::cause> lock_;
  bool empty_ = false;
  std::vector<moment> jumps_;
  std::vector<moment> boots_;
  std::optional<violation> found_;
};

}  // namespace latchkey::sim
