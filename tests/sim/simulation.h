// One seed from its first step to its verdict: a daemon that lives, dies and lives again, apps and a person that use
// it, and misfortunes; then everything gets well, and all that was promised must still be there.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "tests/sim/app.h"
#include "tests/sim/config_folder.h"
#include "tests/sim/person.h"
#include "tests/sim/world.h"

namespace latchkey::sim {

class simulation {
 public:
  /// `config` outlives it.
  simulation(std::uint64_t seed, story::telling telling, const config_folder& config);
  simulation(const simulation&) = delete;
  simulation& operator=(const simulation&) = delete;
  ~simulation();

  /// The first promise that was broken; nothing where all were kept.
  std::optional<violation> run();
  [[nodiscard]] const std::vector<std::string>& story_lines() const noexcept { return world_.told.lines(); }

 private:
  // simulation.cpp: the course of things
  void step();
  void next_event();
  void misfortune();
  void human_whim();
  void begin_next_event(seeded_random& dice);
  void app_turn(std::size_t number);
  void schedule_app(std::size_t number);
  void set_the_wall_clock();

  // simulation_life.cpp: the daemon's beginnings and ends
  void provision();
  void start_daemon();
  void crash();
  void end_daemon();
  void look_whether_it_is_down();
  void another_process_refreshes();
  [[nodiscard]] bool serves() const noexcept { return daemon_ && !stopping_; }

  // simulation_lock.cpp
  void lock_whim();
  [[nodiscard]] bool much_goes_on() const;
  void set_session(session_state now);
  void tell_of_session();
  void look_into_memory();
  void end_locks();

  // simulation_end.cpp: getting well
  void get_well();
  void run_for(moment length);
  void final_check(std::size_t account);
  void final_call(app& probe, const wish& wanted);

  world world_;
  const config_folder& config_;
  std::vector<std::unique_ptr<app>> apps_;
  person person_;
  std::unique_ptr<daemon_life> daemon_;
  bool stopping_ = false;
  moment stop_before_{0};
};

}  // namespace latchkey::sim
