// latchkey-kill-test: kill -9 loses no refresh token that the daemon has received. Reads the command line and runs the
// loop.
#include <sys/prctl.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "tests/kill/kill_loop.h"

int main(int argc, char** argv) {
  CLI::App app("Kills latchkeyd within forced rotations and looks whether its grant survives.", "latchkey-kill-test");
  latchkey::kill_test::loop_settings settings;
  bool has_grace = false;
  app.add_option("--kills", settings.kills, "How often")->capture_default_str();
  app.add_option("--seed", settings.seed, "Of the moments of the kills")->capture_default_str();
  app.add_option("--preload", settings.preload, "A library for the daemon, which makes the disk slow")
      ->check(CLI::ExistingFile);
  app.add_flag("--grace", has_grace, "A provider that repeats its last answer: then nothing may be lost");
  CLI11_PARSE(app, argc, argv);
  if (has_grace) settings.provider = latchkey::kill_test::provider_kind::repeats;
  ::prctl(PR_SET_TIMERSLACK, 1UL);  // Waits end on the microsecond.
  try {
    return latchkey::kill_test::run_kill_loop(settings) ? 0 : 1;
  } catch (const std::exception& failed) {
    std::cerr << "latchkey-kill-test: seed " << settings.seed << ": " << failed.what() << '\n';
    return 1;
  }
}
