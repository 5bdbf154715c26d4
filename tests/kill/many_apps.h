// Apps that call an exclusive provider's API without pause while the access token is rotated under them, each a thread
// with a connection of its own to the daemon and to the API.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <stop_token>
#include <string>

#include "tests/kill/logged_in_world.h"

namespace latchkey::kill_test {

enum class app_manner {
  retries,  ///< Keeps its token until a 401, then says so with stale_generation and calls once more.
  leases,   ///< Takes a token with a lease for each call, and gives the lease back after it.
};

/// What the apps have seen.
struct apps_report {
  std::uint64_t calls = 0;     ///< Answered with 200.
  std::uint64_t refused = 0;   ///< Answered with 401.
  std::uint64_t unhealed = 0;  ///< Answered with 401 again, although the daemon had been told of the first.
  std::string failure;         ///< Why an app ended; empty: none did.
};

class many_apps {
 public:
  many_apps(logged_in_world& world, app_manner manner, std::size_t apps)
      : world_(world), manner_(manner), apps_(apps) {}

  /// Forces `rotations` rotations, each once every app has got through with the token of the one before.
  apps_report run(std::uint64_t rotations);

 private:
  /// Of each app: the generation that it last got through with.
  using progress = std::atomic<std::int64_t>;

  void live(const std::stop_token& stop, progress& got_through);
  void call_and_retry(const std::stop_token& stop, progress& got_through);
  void call_under_leases(const std::stop_token& stop, progress& got_through);
  void note_success(progress& got_through, std::int64_t generation);
  void rotate(std::uint64_t rotations, const std::deque<progress>& got_through) const;

  logged_in_world& world_;
  app_manner manner_;
  std::size_t apps_;
  std::atomic<std::uint64_t> calls_ = 0;
  std::atomic<std::uint64_t> refused_ = 0;
  std::atomic<std::uint64_t> unhealed_ = 0;
  std::mutex guard_;
  std::string failure_;
};

}  // namespace latchkey::kill_test
