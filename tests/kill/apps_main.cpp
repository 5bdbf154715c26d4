// latchkey-apps-test: rotations of an exclusive provider's token beneath many apps that use it. Reads the command line,
// and compares what the apps have seen with what the provider has.
#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "tests/kill/many_apps.h"

namespace latchkey::kill_test {
namespace {

bool holds(bool promise, const char* broken) {
  if (!promise) std::cout << "BROKEN: " << broken << '\n';
  return promise;
}

int run(app_manner manner, std::size_t apps, std::uint64_t rotations) {
  logged_in_world world({});
  const apps_report seen = many_apps(world, manner, apps).run(rotations);
  const nlohmann::json count = world.sandbox_report("counters");
  std::cout << "apps: " << apps << ", calls answered: " << seen.calls << ", refused with 401: " << seen.refused
            << ", of these not healed by one retry: " << seen.unhealed << '\n'
            << "by the provider's count: rotations " << count["refreshes"] << ", token requests "
            << count["token_requests"] << " (one of them the login), reuse detected " << count["reuse_detected"]
            << '\n';
  if (!seen.failure.empty()) std::cout << "an app ended: " << seen.failure << '\n';
  const std::uint64_t logins = count["code_exchanges"];
  bool good = holds(seen.failure.empty(), "an app got no token");
  if (manner == app_manner::leases) good &= holds(seen.refused == 0, "no call under a lease is refused");
  good &= holds(seen.unhealed == 0, "a 401 is healed by one retry with stale_generation");
  good &= holds(count["refreshes"] == rotations, "one rotation for each that was forced, whoever else asks");
  good &= holds(count["token_requests"] == rotations + logins, "no token request but those rotations");
  good &= holds(count["balance_401"] == seen.refused, "the provider and the apps saw the same refusals");
  return good ? 0 : 1;
}

}  // namespace
}  // namespace latchkey::kill_test

int main(int argc, char** argv) {
  CLI::App app("Rotates a token beneath apps that use it, and counts what they notice.", "latchkey-apps-test");
  std::size_t apps = 16;
  std::uint64_t rotations = 200;
  app.add_option("--apps", apps, "Apps at once")->capture_default_str()->check(CLI::Range(1, 256));
  app.add_option("--rotations", rotations, "Forced one after another")->capture_default_str();
  bool has_leases = false;
  app.add_flag("--leases", has_leases, "Each call takes a lease; then no app may notice anything");
  CLI11_PARSE(app, argc, argv);
  try {
    using latchkey::kill_test::app_manner;
    return latchkey::kill_test::run(has_leases ? app_manner::leases : app_manner::retries, apps, rotations);
  } catch (const std::exception& failed) {
    std::cerr << "latchkey-apps-test: " << failed.what() << '\n';
    return 1;
  }
}
