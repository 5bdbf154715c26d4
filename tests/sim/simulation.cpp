#include "tests/sim/simulation.h"

#include <algorithm>

#include "core/limits.h"
#include "tests/sim/log_to_story.h"

namespace latchkey::sim {

using std::chrono::hours;
using std::chrono::milliseconds;

simulation::simulation(std::uint64_t seed, story::telling telling, const config_folder& config)
    : world_(seed, telling), config_(config), person_(world_) {
  for (int number = 0; number < world_.what.apps; ++number) apps_.push_back(std::make_unique<app>(world_, number));
}

simulation::~simulation() {
  if (daemon_) end_daemon();
}

std::optional<violation> simulation::run() {
  const log_to_story listening(world_);
  provision();
  start_daemon();
  for (std::size_t number = 0; number < apps_.size(); ++number) schedule_app(number);
  for (int steps = 0; steps < world_.what.steps && !world_.eyes.found(); ++steps) step();
  if (!world_.eyes.found()) get_well();
  if (daemon_) end_daemon();
  return world_.eyes.found();
}

void simulation::step() {
  misfortune();
  human_whim();
  lock_whim();
  if (daemon_ && world_.strikes(world_.what.chances.crash)) {
    begin_next_event(world_.random);
    if (daemon_) crash();
    return;
  }
  next_event();
}

// Up to the middle of what the daemon does with it. It may have ended by itself then.
void simulation::begin_next_event(seeded_random& dice) {
  world_.events.run_next();
  if (!daemon_) return;
  daemon_->context().restart();
  for (auto some = dice.below(7); some > 0; --some) daemon_->context().poll_one();
}

void simulation::next_event() {
  world_.events.run_next();
  if (!daemon_) return;
  daemon_->run();
  if (world_.eyes.must_be_empty()) look_into_memory();
}

void simulation::misfortune() {
  const odds& chances = world_.what.chances;
  if (world_.strikes(chances.suspend)) {
    const auto length = world_.random.between<moment>(seconds(1), hours(10));
    world_.events.suspend(length);
    world_.told.step([] { return "machine: wakes from a suspend"; });
  }
  if (world_.strikes(chances.wall_jump)) set_the_wall_clock();
  if (world_.strikes(chances.another_process)) another_process_refreshes();
  if (serves() && world_.strikes(chances.shutdown)) {
    world_.told.step([] { return "daemon: is told to stop"; });
    stopping_ = true;
    stop_before_ = world_.events.now() + limits::shutdown_patience;
    daemon_->shut_down();
    look_whether_it_is_down();
  }
  if (serves() && world_.strikes(chances.burst)) {
    for (const auto& each : apps_) each->ask(*daemon_);
    daemon_->run();
  }
}

void simulation::set_the_wall_clock() {
  constexpr std::array<seconds, 5> jumps{hours(24 * 365), -hours(24 * 365), hours(1), -hours(1), seconds(-20)};
  const auto by = world_.random.pick(jumps);
  world_.wall_skew = world_.random.chance(250) ? moment(0) : world_.wall_skew + by;
  world_.eyes.wall_clock_set();
  world_.told.step([&] {
    return "machine: the wall clock is " +
           std::to_string(std::chrono::duration_cast<seconds>(world_.wall_skew).count()) + " s ahead now";
  });
}

void simulation::human_whim() {
  if (!serves() || person_.waits()) return;
  const std::size_t account = world_.random.below(world_.what.accounts.size());
  const bool needed = std::ranges::any_of(apps_, [](const auto& each) { return each->error() == "LoginRequired"; });
  // Somebody who leaves in the middle of a refresh, and who tries again where it failed.
  const unsigned in_flight = world_.eyes.request_in_flight(account) ? 4 : 1;
  if (person_.wants_out() && world_.random.chance(30))
    person_.log_out(*daemon_, *person_.wants_out());
  else if (world_.strikes(world_.what.chances.logout * in_flight))
    person_.log_out(*daemon_, account);
  else if (world_.strikes(world_.what.chances.login) || (needed && world_.random.chance(100)))
    person_.log_in(*daemon_, account);
  else
    return;
  daemon_->run();
}

void simulation::schedule_app(std::size_t number) {
  const seconds lifetime = world_.what.accounts.front().lifetime;
  const std::array<moment, 9> pauses{moment(0),         milliseconds(10), milliseconds(10),
                                     milliseconds(300), seconds(2),       lifetime / 4,
                                     lifetime / 2,      lifetime,         lifetime + milliseconds(1500)};
  world_.events.after(world_.random.pick(pauses), [this, number](moment) { app_turn(number); });
}

void simulation::app_turn(std::size_t number) {
  if (world_.well) return;
  schedule_app(number);
  if (!serves()) return;
  app& who = *apps_[number];
  if (who.waits()) {
    if (world_.strikes(world_.what.chances.hang_up)) who.hang_up(*daemon_);
    return;
  }
  if (world_.random.chance(300)) who.release(*daemon_);
  if (world_.random.chance(500)) who.use_token();
  who.ask(*daemon_);
}

}  // namespace latchkey::sim
