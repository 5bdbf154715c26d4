// latchkey-sim: runs seeds; the first one that breaks a promise is told step by step.
#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <iostream>
#include <utility>

#include "core/deliberate_fault.h"
#include "tests/sim/simulation.h"

namespace latchkey::sim {
namespace {

constexpr std::array faults{
    std::pair{"publish_before_persist", deliberate_fault::publish_before_persist},
    std::pair{"no_single_flight", deliberate_fault::no_single_flight},
    std::pair{"ignore_lease", deliberate_fault::ignore_lease},
    std::pair{"forget_journal", deliberate_fault::forget_journal},
    std::pair{"forget_replay", deliberate_fault::forget_replay},
    std::pair{"skip_sync", deliberate_fault::skip_sync},
    std::pair{"forget_backoff", deliberate_fault::forget_backoff},
    std::pair{"serve_expired", deliberate_fault::serve_expired},
    std::pair{"ignore_stale_generation", deliberate_fault::ignore_stale_generation},
    std::pair{"keep_old_refresh_token", deliberate_fault::keep_old_refresh_token},
    std::pair{"serve_after_logout", deliberate_fault::serve_after_logout},
    std::pair{"trust_wall_clock", deliberate_fault::trust_wall_clock},
    std::pair{"ask_again_while_unsaved", deliberate_fault::ask_again_while_unsaved},
    std::pair{"serve_while_rotating", deliberate_fault::serve_while_rotating},
    std::pair{"forget_before_erasing", deliberate_fault::forget_before_erasing},
    std::pair{"take_late_answers", deliberate_fault::take_late_answers},
    std::pair{"endless_lease", deliberate_fault::endless_lease},
    std::pair{"forget_waiters", deliberate_fault::forget_waiters},
    std::pair{"stop_while_busy", deliberate_fault::stop_while_busy},
    std::pair{"cancel_with_caller", deliberate_fault::cancel_with_caller},
    std::pair{"ignore_lock", deliberate_fault::ignore_lock},
    std::pair{"serve_those_who_wait", deliberate_fault::serve_those_who_wait},
    std::pair{"drop_at_lock", deliberate_fault::drop_at_lock},
    std::pair{"keep_secrets_at_lock", deliberate_fault::keep_secrets_at_lock},
};

struct order {
  std::uint64_t seeds = 1000;
  std::uint64_t from = 1;
  std::string fault;
  bool verbose = false;
  bool count = false;
};

void tell(const simulation& told) {
  for (const std::string& line : told.story_lines()) std::cout << line << '\n';
}

void tell_failure(std::uint64_t seed, const order& wanted, const config_folder& config) {
  simulation again(seed, story::telling::kept, config);
  const auto found = again.run();
  tell(again);
  std::cout << "seed " << seed << " broke a promise: " << (found ? found->promise + ": " + found->what : "not again")
            << "\nreplay: latchkey-sim --seeds 1 --from " << seed
            << (wanted.fault.empty() ? "" : " --fault " + wanted.fault) << '\n';
}

int run(const order& wanted) {
  const config_folder config;
  const auto begun = std::chrono::steady_clock::now();
  std::uint64_t failures = 0;
  for (std::uint64_t seed = wanted.from; seed < wanted.from + wanted.seeds; ++seed) {
    simulation next(seed, wanted.verbose ? story::telling::kept : story::telling::silent, config);
    const auto found = next.run();
    if (wanted.verbose && !found) tell(next);
    if (!found) continue;
    ++failures;
    if (!wanted.count) {
      tell_failure(seed, wanted, config);
      return 1;
    }
    std::cout << "seed " << seed << ": " << found->promise << ": " << found->what << '\n';
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  std::cout << wanted.seeds << " seeds in " << took.count() << " s, " << failures << " of them broke a promise\n";
  return failures == 0 ? 0 : 1;
}

int parse_and_run(int argc, char** argv) {
  order wanted;
  CLI::App line("Runs the daemon's own logic in simulated worlds and holds it to its promises.", "latchkey-sim");
  line.add_option("--seeds", wanted.seeds, "How many")->capture_default_str();
  line.add_option("--from", wanted.from, "The first")->capture_default_str();
  std::map<std::string, deliberate_fault> known(faults.begin(), faults.end());
  line.add_option("--fault", wanted.fault, "Switches a fault on, to see that it is noticed")
      ->check(CLI::IsMember(known));
  line.add_flag("--verbose", wanted.verbose, "Tells every seed step by step");
  line.add_flag("--count", wanted.count, "Goes on after a broken promise, and counts");
  CLI11_PARSE(line, argc, argv);
  if (!wanted.fault.empty()) chosen_fault = known.at(wanted.fault);
  return run(wanted);
}

}  // namespace
}  // namespace latchkey::sim

int main(int argc, char** argv) {
  try {
    return latchkey::sim::parse_and_run(argc, argv);
  } catch (const std::exception& thrown) {
    std::cerr << "latchkey-sim: " << thrown.what() << '\n';
    return 1;
  }
}
