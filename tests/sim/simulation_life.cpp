// The daemon's beginnings and ends.
#include "core/grant_codec.h"
#include "core/limits.h"
#include "tests/sim/simulation.h"

namespace latchkey::sim {

using std::chrono::milliseconds;

namespace {

void take_times(const provider_server& server, const machine_clock& clock, grant& value) {
  const issued_token& token = *server.find(std::string(value.access_token.reveal()));
  value.obtained_at = clock.now().wall;
  value.obtained_boot = clock.now().boot;
  value.boot_id = clock.boot_id();
  value.lifetime.reset();
  if (token.told) value.lifetime = std::chrono::duration_cast<seconds>(token.expires - token.issued);
}

}  // namespace

// What logins before the first step have left.
void simulation::provision() {
  for (std::size_t number = 0; number < world_.what.accounts.size(); ++number) {
    const account_plan& account = world_.what.accounts[number];
    if (account.confidential) world_.disk.records[{account.name, record_kind::client_secret}] = {"client-secret", 1};
    if (!account.begins_logged_in) continue;
    const std::string body = world_.server.grant_directly(number, world_.events.now());
    grant first;
    first.access_token = secret(json_text(body, "access_token"));
    first.refresh_token = secret(json_text(body, "refresh_token"));
    first.scopes = {"read"};
    take_times(world_.server, machine_clock(world_), first);
    first.generation = 1;
    first.bound_to = grant_binding(config_of(account));
    world_.disk.records[{account.name, record_kind::grant}] = {std::string(encode_grant(first).reveal()), 1};
    world_.eyes.made_durable(number, first);
    tell_what_is_kept(world_, {account.name, record_kind::grant});
  }
}

void simulation::start_daemon() {
  if (daemon_) return;
  world_.told.step([] { return "daemon: starts"; });
  stopping_ = false;
  daemon_ = std::make_unique<daemon_life>(world_, config_.path());
  if (world_.session_locked) tell_of_session();
}

void simulation::crash() {
  world_.told.step([] { return "daemon: is killed"; });
  end_daemon();
  disk_store::crash(world_);
  if (world_.strikes(world_.what.chances.reboot)) {
    world_.told.step([] { return "machine: reboots"; });
    world_.booted = world_.events.now();
    world_.eyes.rebooted();
    journal::power_cut(world_);
  }
  world_.events.after(world_.random.between<moment>(milliseconds(1), seconds(20)), [this](moment) { start_daemon(); });
}

void simulation::end_daemon() {
  for (const auto& each : apps_) each->cut_off();
  person_.cut_off();
  daemon_.reset();
  world_.eyes.daemon_ended();
}

// As daemon/process does: until its work is done, but not for ever.
void simulation::look_whether_it_is_down() {
  if (!daemon_ || !stopping_) return;
  const bool busy = daemon_->busy();
  if (busy && world_.events.now() < stop_before_) {
    world_.events.after(limits::shutdown_look, [this](moment) { look_whether_it_is_down(); });
    return;
  }
  if (!busy) {
    for (std::size_t account = 0; account < world_.what.accounts.size(); ++account)
      if (world_.eyes.request_in_flight(account))
        world_.eyes.broken("shutdown", "the daemon ended with a token request under way");
    if (!world_.disk.on_its_way.empty() && world_.journal.entries.empty())
      world_.eyes.broken("shutdown", "the daemon ended with a save under way");
  }
  world_.told.step([] { return "daemon: has stopped"; });
  crash();
}

// One with the same store, on another computer say. It does nothing while the daemon is at it: for both at once there
// is no right order.
void simulation::another_process_refreshes() {
  const std::size_t account = world_.random.below(world_.what.accounts.size());
  const std::string& name = world_.what.accounts[account].name;
  const auto stored = world_.disk.records.find({name, record_kind::grant});
  if (stored == world_.disk.records.end() || !world_.disk.on_its_way.empty()) return;
  if (world_.journal.entries.contains({name, record_kind::grant})) return;
  // Where reuse ends the grant, two processes cannot share one.
  if (world_.what.accounts[account].detects_reuse) return;
  if (world_.eyes.request_in_flight(account) || world_.eyes.has_unsaved(account)) return;
  grant next = *grant_in(stored->second.bytes);
  http_request request;
  request.url = "/token";
  request.body = secret("grant_type=refresh_token&refresh_token=" + std::string(next.refresh_token.reveal()));
  const http_response response = world_.server.handle(account, request, world_.events.now());
  if (response.status != 200) return;
  world_.told.step([&] { return "another process: refreshes " + name; });
  const std::string body(response.body.reveal());
  next.access_token = secret(json_text(body, "access_token"));
  if (const std::string token = json_text(body, "refresh_token"); !token.empty()) next.refresh_token = secret(token);
  take_times(world_.server, machine_clock(world_), next);
  ++next.generation;
  stored->second.bytes = encode_grant(next).reveal();
  ++stored->second.version;
  world_.eyes.made_durable(account, next);
  tell_what_is_kept(world_, {name, record_kind::grant});
}

}  // namespace latchkey::sim
