#include "tests/kill/kill_loop.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <optional>
#include <random>
#include <stdexcept>
#include <vector>

#include "tests/kill/call_under_way.h"
#include "tests/kill/kill_tally.h"
#include "tests/kill/logged_in_world.h"

namespace latchkey::kill_test {
namespace {

using nlohmann::json;
using std::chrono::microseconds;

constexpr int measured_rotations = 20;
constexpr int tries_for_a_token = 3;
constexpr std::uint64_t kill_again_one_in = 3;
constexpr std::chrono::seconds log_patience{5};

std::vector<std::string> sandbox_options(provider_kind kind) {
  if (kind == provider_kind::repeats) return {"--grace", "60"};
  return {};
}

std::vector<std::string> variables(const std::string& preload) {
  if (preload.empty()) return {};
  return {"LD_PRELOAD=" + preload};
}

microseconds middle(std::vector<microseconds> of) {
  std::ranges::sort(of);
  return of[of.size() / 2];
}

class kill_loop {
 public:
  explicit kill_loop(const loop_settings& settings)
      : settings_(settings),
        world_(sandbox_options(settings.provider), variables(settings.preload)),
        tally_(settings.provider == provider_kind::repeats ? loss_rule::never : loss_rule::where_nobody_could_help),
        random_(settings.seed) {}

  bool run() {
    generation_ = working_generation().value();
    measure();
    bool good = true;
    for (std::uint64_t step = 1; step <= settings_.kills; ++step) good &= kill_once(step, next_moment());
    tally_.print(std::cout);
    return agrees_with_the_provider() && good;
  }

 private:
  // Of a token that the API takes; nothing where the person would have to log in.
  std::optional<std::int64_t> working_generation() {
    client agent(world_.socket_path());
    token_options wanted;
    try {
      for (int tries = 0; tries < tries_for_a_token; ++tries) {
        const token given = agent.get_token(account_name, wanted);
        if (world_.balance_status(given.access_token) == 200) return given.generation;
        wanted.stale_generation = given.generation;
      }
    } catch (const client_error& failed) {
      if (failed.name() != "LoginRequired") throw;
      return std::nullopt;
    }
    throw std::runtime_error("the daemon hands out tokens that do not work");
  }

  // Rotations that nobody disturbs: how long until the provider answers, and how long until the app has its token.
  void measure() {
    std::vector<microseconds> answered;
    std::vector<microseconds> whole;
    for (int i = 0; i < measured_rotations; ++i) {
      const call_under_way call(world_.socket_path(), generation_);
      call.wait_for_answer();
      whole.push_back(std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - call.sent_at()));
      generation_ = call.answered_generation().value();
      answered.push_back(std::chrono::duration_cast<microseconds>(
          answered_at(world_.sandbox_report("rotations").back()) - call.sent_at()));
    }
    until_answer_ = middle(std::move(answered));
    whole_ = middle(std::move(whole));
    std::cout << "an undisturbed rotation: " << whole_.count() << " us, the provider's answer after "
              << until_answer_.count() << " us\n";
  }

  // Half of them around the provider's answer, which is a small part of the whole, and half anywhere.
  microseconds next_moment() {
    const auto longest = random_() % 2 == 0 ? until_answer_ * 2 : whole_ * 3 / 2;
    return microseconds(std::uniform_int_distribution<std::int64_t>(0, longest.count())(random_));
  }

  bool kill_once(std::uint64_t step, microseconds after) {
    const std::size_t logged = world_.sandbox_report("rotations").size();
    const auto waited_before = world_.daemon_waited();
    const call_under_way call(world_.socket_path(), generation_);
    let_pass_until(call.sent_at() + after);
    death seen = world_.kill_daemon();
    seen.waited -= waited_before;
    const auto answered = call.answered_generation();
    count_where(entries_since(logged), answered.has_value());
    const std::string said = world_.daemon_log();

    world_.start_daemon();
    if (random_() % kill_again_one_in == 0) kill_at_start();
    const auto works = working_generation();
    // Only now: the provider may have come late to what the daemon had asked before its death.
    const json entries = entries_since(logged);
    const verdict judged = judge(entries, seen, answered, works);
    const bool excused = tally_.add(judged);
    if (!excused) {
      std::cout << "step " << step << " of seed " << settings_.seed << ": killed " << after.count()
                << " us after the call: " << (judged.why.empty() ? "the grant is lost" : judged.why);
      if (judged.held.count() > 0) std::cout << " for " << judged.held.count() << " us";
      std::cout << "\n  provider: " << entries.dump() << "\n  daemon: " << said << std::flush;
    }
    if (!works) world_.log_in();
    generation_ = works ? *works : working_generation().value();
    return excused;
  }

  // While it may be busy with what the life before has left.
  void kill_at_start() {
    ++again_;
    std::uniform_int_distribution<std::int64_t> moments(0, whole_.count());
    let_pass_until(std::chrono::steady_clock::now() + microseconds(moments(random_)));
    world_.kill_daemon();
    world_.start_daemon();
  }

  static verdict judge(const json& entries, const death& seen, std::optional<std::int64_t> answered,
                       std::optional<std::int64_t> works) {
    if (answered && (!works || *works < *answered))
      return {fate::lost_though_received, {}, "an app had the token, and the daemon no longer has its grant"};
    if (works) return {};
    return judge_loss(entries, seen);
  }

  // Once the provider knows what became of each answer.
  json entries_since(std::size_t logged) {
    const auto until = std::chrono::steady_clock::now() + log_patience;
    for (;;) {
      json all = world_.sandbox_report("rotations");
      all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(logged));
      const bool open = std::ranges::any_of(all, [](const json& entry) { return entry["ended"] == "open"; });
      if (!open || std::chrono::steady_clock::now() > until) return all;
    }
  }

  void count_where(const json& entries, bool answered) {
    if (answered)
      ++after_;
    else if (entries.empty())
      ++before_;
    else if (entries.back()["ended"] == "unread")
      ++in_flight_;
    else
      ++between_;
  }

  bool agrees_with_the_provider() {
    const json count = world_.sandbox_report("counters");
    std::cout << "killed before the provider rotated: " << before_ << ", with its answer unread: " << in_flight_
              << ", between reading and handing out: " << between_ << ", after: " << after_
              << "; killed once more at the next start: " << again_ << '\n'
              << "rotations by the provider's count: " << count["refreshes"]
              << ", answers repeated: " << count["refreshes_repeated"]
              << ", reuse detected: " << count["reuse_detected"] << '\n';
    const bool agrees = count["reuse_detected"] == tally_.lost();
    if (!agrees) std::cout << "the provider saw another number of old refresh tokens than grants were lost\n";
    return agrees;
  }

  loop_settings settings_;
  logged_in_world world_;
  kill_tally tally_;
  std::mt19937_64 random_;
  microseconds until_answer_{0};
  microseconds whole_{0};
  std::int64_t generation_ = 0;
  std::uint64_t before_ = 0;
  std::uint64_t in_flight_ = 0;
  std::uint64_t between_ = 0;
  std::uint64_t after_ = 0;
  std::uint64_t again_ = 0;
};

}  // namespace

bool run_kill_loop(const loop_settings& settings) {
  return kill_loop(settings).run();
}

}  // namespace latchkey::kill_test
