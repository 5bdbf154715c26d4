// Everything gets well: whoever waits must get an answer, and every grant that was to be kept must refresh.
#include "tests/sim/simulation.h"

namespace latchkey::sim {
namespace {

constexpr std::chrono::minutes patience{10};      // No call takes longer where nothing fails.
constexpr std::chrono::hours longest_backoff{2};  // More than limits::longest_retry_after and a back-off together.

}  // namespace

void simulation::run_for(moment length) {
  const moment until = world_.events.now() + length;
  world_.events.at(until, [](moment) {});
  while (world_.events.now() < until && !world_.eyes.found()) next_event();
}

void simulation::get_well() {
  world_.well = true;
  world_.server.be_honest();
  world_.told.step([] { return "world: gets well"; });
  if (stopping_) run_for(limits::shutdown_patience + seconds(21));
  start_daemon();
  run_for(patience);
  if (world_.eyes.is_locked() || world_.session_locked) {
    end_locks();
    run_for(patience);
  }
  if (world_.eyes.anyone_waits() || person_.waits())
    world_.eyes.broken("nobody waits for ever", "a call has no answer although nothing is under way");
  if (daemon_->busy()) world_.eyes.broken("nobody waits for ever", "the daemon is busy and nobody knows with what");
  run_for(longest_backoff);
  for (std::size_t account = 0; account < world_.what.accounts.size(); ++account)
    if (!world_.eyes.found()) final_check(account);
}

void simulation::final_call(app& probe, const wish& wanted) {
  probe.ask(*daemon_, wanted);
  const moment until = world_.events.now() + patience;
  daemon_->run();
  while (probe.waits() && world_.events.now() < until && !world_.events.empty()) next_event();
  if (probe.waits()) world_.eyes.broken("nobody waits for ever", "a call in a healthy world has no answer");
}

void simulation::final_check(std::size_t account) {
  constexpr int number = 99;
  constexpr seconds too_short{5};  // Such tokens may be over before they are handed out.
  app probe(world_, number);
  const int refreshes_before = world_.server.refreshes(account);
  const bool refreshable = world_.server.would_refresh(world_.eyes.safe_refresh_token(account), world_.events.now());
  wish wanted;
  wanted.account = account;
  final_call(probe, wanted);
  // Each answer but the first asks for another token; one of them may be what another process has left in the store.
  for (int more = 0; more < 3 && probe.token() && !world_.eyes.found(); ++more) {
    wanted.stale_generation = probe.token()->generation;
    wanted.era = probe.token()->era;
    final_call(probe, wanted);
  }
  const bool refreshed = world_.server.refreshes(account) > refreshes_before;
  const bool short_lived = world_.what.accounts[account].lifetime < too_short;
  const std::string& name = world_.what.accounts[account].name;
  if (refreshable && !refreshed)
    world_.eyes.broken("nothing lost", "the grant of " + name + " is on disk and alive at the provider, but does not " +
                                           "refresh: " + probe.error());
  if (refreshable && !probe.token() && !short_lived)
    world_.eyes.broken("nothing lost", "the grant of " + name + " lives, but an app gets " + probe.error());
  if (!refreshable && !probe.token() && probe.error() != "LoginRequired")
    world_.eyes.broken("reasons", name + " needs a login, but an app gets " + probe.error());
}

}  // namespace latchkey::sim
