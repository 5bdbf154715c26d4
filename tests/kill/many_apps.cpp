#include "tests/kill/many_apps.h"

#include <chrono>
#include <exception>
#include <limits>
#include <thread>
#include <vector>

#include "tests/sandbox/http_connection.h"

namespace latchkey::kill_test {
namespace {

constexpr std::chrono::seconds longest_call{10};
constexpr std::int64_t never_again = std::numeric_limits<std::int64_t>::max();

bool is_taken(sandbox::http_connection& api, const token& with) {
  return api.ask("GET /0/balance", "Authorization: Bearer " + with.access_token + "\r\n").status == 200;
}

token newer_than(client& agent, const token& refused) {
  token_options wanted;
  wanted.stale_generation = refused.generation;
  return agent.get_token(account_name, wanted);
}

}  // namespace

void many_apps::note_success(progress& got_through, std::int64_t generation) {
  ++calls_;
  got_through = generation;
  got_through.notify_one();
}

void many_apps::call_and_retry(const std::stop_token& stop, progress& got_through) {
  client agent(world_.socket_path());
  sandbox::http_connection api(world_.sandbox_port());
  token held = agent.get_token(account_name);
  while (!stop.stop_requested()) {
    bool taken = is_taken(api, held);
    if (!taken) {
      ++refused_;
      held = newer_than(agent, held);
      taken = is_taken(api, held);
      if (!taken) ++unhealed_;
    }
    if (taken) note_success(got_through, held.generation);
  }
}

void many_apps::call_under_leases(const std::stop_token& stop, progress& got_through) {
  client agent(world_.socket_path());
  sandbox::http_connection api(world_.sandbox_port());
  token_options wanted;
  wanted.lease = longest_call;
  while (!stop.stop_requested()) {
    const token held = agent.get_token(account_name, wanted);
    const bool taken = is_taken(api, held);
    agent.release_lease(held.lease_id);
    if (taken)
      note_success(got_through, held.generation);
    else
      ++refused_;
  }
}

void many_apps::live(const std::stop_token& stop, progress& got_through) {
  try {
    if (manner_ == app_manner::leases)
      call_under_leases(stop, got_through);
    else
      call_and_retry(stop, got_through);
  } catch (const std::exception& failed) {
    const std::lock_guard lock(guard_);
    failure_ = failed.what();
  }
  got_through = never_again;  // Nobody waits for an app that is gone.
  got_through.notify_one();
}

void many_apps::rotate(std::uint64_t rotations, const std::deque<progress>& got_through) const {
  client agent(world_.socket_path());
  token current = agent.get_token(account_name);
  for (std::uint64_t i = 0; i <= rotations; ++i) {
    for (const progress& each : got_through)
      for (std::int64_t seen = each; seen < current.generation; seen = each) each.wait(seen);
    if (i < rotations) current = newer_than(agent, current);
  }
}

apps_report many_apps::run(std::uint64_t rotations) {
  std::deque<progress> got_through(apps_);
  {
    std::vector<std::jthread> threads;
    for (progress& each : got_through)
      threads.emplace_back([this, &each](const std::stop_token& stop) { live(stop, each); });
    rotate(rotations, got_through);
  }  // Each is told to stop, and waited for.
  return {calls_, refused_, unhealed_, failure_};
}

}  // namespace latchkey::kill_test
