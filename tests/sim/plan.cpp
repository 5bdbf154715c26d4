#include "tests/sim/plan.h"

namespace latchkey::sim {
namespace {

unsigned perhaps(seeded_random& random, unsigned per_mille) {
  return random.chance(350) ? per_mille : 0;
}

odds odds_from(seeded_random& random) {
  odds chosen;
  chosen.refused = perhaps(random, 250);
  chosen.lost = perhaps(random, 120);
  chosen.slow_answer = perhaps(random, 250);
  chosen.status_500 = perhaps(random, 150);
  chosen.html_502 = perhaps(random, 150);
  chosen.too_many = perhaps(random, 150);
  chosen.truncated = perhaps(random, 60);
  chosen.grant_ended = perhaps(random, 30);
  chosen.store_locked = perhaps(random, 80);
  chosen.store_gone = perhaps(random, 80);
  chosen.store_slow = perhaps(random, 200);
  chosen.save_fails = perhaps(random, 200);
  chosen.save_fails_but_is_written = perhaps(random, 100);
  chosen.journal_fails = perhaps(random, 100);
  chosen.crash = perhaps(random, 25);
  chosen.reboot = perhaps(random, 400);
  chosen.shutdown = perhaps(random, 10);
  chosen.suspend = perhaps(random, 15);
  chosen.wall_jump = perhaps(random, 20);
  chosen.another_process = perhaps(random, 15);
  chosen.hang_up = perhaps(random, 150);
  chosen.logout = perhaps(random, 10);
  chosen.login = perhaps(random, 10);
  chosen.burst = perhaps(random, 60);
  return chosen;
}

// Some stay locked for a step or two, others until the end.
void decide_locks(plan& made, seeded_random& locks) {
  constexpr std::array openings{20U, 100U, 400U};
  made.chances.lock = perhaps(locks, 25);
  made.chances.unlock = locks.pick(openings);
  made.chances.session_lock = perhaps(locks, 25);
  made.chances.session_unlock = locks.pick(openings);
}

void decide(account_plan& account, seeded_random& random) {
  constexpr std::array lifetimes{seconds(1),   seconds(2),    seconds(5),     seconds(60),
                                 seconds(300), seconds(3600), seconds(14400), seconds(86400)};
  account.rotates = random.chance(700);
  account.detects_reuse = account.rotates && random.chance(600);
  account.grace = random.chance(250) ? moment(seconds(30)) : moment(0);
  account.lifetime = random.pick(lifetimes);
  account.lies_about_lifetime = random.chance(150);
  account.begins_logged_in = !random.chance(80);
}

}  // namespace

std::vector<account_plan> all_accounts() {
  std::vector<account_plan> all(3);
  all[0].name = "mail";
  all[1].name = "desk";
  all[1].confidential = true;
  all[2].name = "money";
  all[2].exclusive = true;
  return all;
}

plan plan_from(seeded_random& random, seeded_random& locks) {
  plan made;
  made.accounts = all_accounts();
  const auto count = random.chance(750) ? 1U : 2U;
  while (made.accounts.size() > count) {
    const auto left_out = static_cast<std::ptrdiff_t>(random.below(made.accounts.size()));
    made.accounts.erase(made.accounts.begin() + left_out);
  }
  for (account_plan& each : made.accounts) decide(each, random);
  made.apps = 2 + static_cast<int>(random.below(5));
  made.steps = 40 + static_cast<int>(random.below(160));
  made.chances = odds_from(random);
  decide_locks(made, locks);
  return made;
}

}  // namespace latchkey::sim
