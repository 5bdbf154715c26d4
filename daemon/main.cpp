// The composition root: the only file that names concrete adapters. No logic here.
#include <getopt.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "daemon/adapters/activation.h"
#include "daemon/adapters/desktop_browser.h"
#include "daemon/adapters/desktop_notifier.h"
#include "daemon/adapters/file_journal.h"
#include "daemon/adapters/folder_watch.h"
#include "daemon/adapters/https_transport.h"
#include "daemon/adapters/loopback_listener.h"
#include "daemon/adapters/service_manager.h"
#include "daemon/adapters/session_watch.h"
#include "daemon/adapters/state_lock.h"
#include "daemon/adapters/store_choice.h"
#include "daemon/adapters/system_clock.h"
#include "daemon/adapters/system_random.h"
#include "daemon/hardening.h"
#include "daemon/journaled_store.h"
#include "daemon/log.h"
#include "daemon/process.h"
#include "daemon/service.h"
#include "daemon/settings_file.h"
#include "ipc/varlink_server.h"
#include "os/files.h"
#include "os/paths.h"

namespace latchkey {
namespace {

namespace asio = boost::asio;

constexpr char usage[] =
    "Usage: latchkeyd [--help] [--version]\n"
    "\n"
    "The Latchkey daemon: keeps OAuth 2 grants and hands fresh access tokens to your programs\n"
    "over $XDG_RUNTIME_DIR/latchkey/latchkey.sock, or the socket that systemd passes to it. Runs in\n"
    "the foreground and logs to stderr, or to the journal. SIGTERM or Ctrl-C ends it once what is\n"
    "under way is stored; SIGHUP makes it read its configuration again.\n"
    "\n"
    "  -h, --help     show this and exit\n"
    "  -V, --version  show the version and exit\n"
    "\n"
    "Files: ~/.config/latchkey/config.toml, accounts/NAME.toml and providers/NAME.toml;\n"
    "       ~/.local/state/latchkey/ for what no keyring holds (yet), encrypted.\n"
    "Example: latchkeyd & latchkey login work --provider kraken --client-id CLIENT\n";

// The exit code, where the arguments end the program.
std::optional<int> parse_arguments(int argc, char** argv) {
  constexpr std::array<option, 3> options{option{"help", no_argument, nullptr, 'h'},
                                          option{"version", no_argument, nullptr, 'V'}, option{nullptr, 0, nullptr, 0}};
  const int chosen = ::getopt_long(argc, argv, "hV", options.data(), nullptr);
  if (chosen == 'h') return std::fputs(usage, stdout) < 0 ? 1 : 0;
  if (chosen == 'V') return std::puts("latchkeyd " LATCHKEY_VERSION) < 0 ? 1 : 0;
  if (chosen == -1 && optind == argc) return std::nullopt;
  if (chosen == -1) std::fprintf(stderr, "latchkeyd: takes no argument \"%s\"\n", printable(argv[optind]).c_str());
  std::fputs("Try: latchkeyd --help\n", stderr);
  return info(errc::bad_request).exit_code;
}

struct daemon_socket {
  passed_socket socket;
  started_by start;
};

result<daemon_socket> passed_or_own_socket() {
  auto passed = take_passed_socket();
  if (!passed) return passed.error();
  if (*passed) return daemon_socket{std::move(**passed), started_by::socket};
  const auto path = socket_path();
  if (!path) return path.error();
  auto listening = varlink::listen_on(path->string());
  if (!listening) return listening.error();
  return daemon_socket{passed_socket{std::move(*listening), path->string()}, started_by::hand};
}

// What failed before the daemon could serve.
int give_up(const fault& why) {
  log::error(why.message);
  return info(why.code).exit_code;
}

int run() {
  harden_process();
  make_secure_heap();
  const auto config = config_folder();
  const auto chosen = read_settings(config / "config.toml");
  if (!chosen) return give_up(chosen.error());
  log::set_level(chosen->level);
  const auto state = state_folder();
  if (const auto made = make_private_folder(state); !made) return give_up(made.error());
  const auto lock = state_lock::take(state);
  if (!lock) return give_up(lock.error());
  auto taken = passed_or_own_socket();
  if (!taken) return give_up(taken.error());
  auto& [socket, start] = *taken;

  asio::io_context context(1);
  system_random random;
  system_clock clock(context.get_executor());
  desktop_browser browser;
  desktop_notifier notify(context.get_executor());
  loopback_listeners listeners(context.get_executor());
  https_transport http(context.get_executor(), chosen->ca_file);
  chosen_store resting_place(context.get_executor(), state, *chosen, random);
  file_journal journal(state, *chosen, random);
  journaled_store store(context.get_executor(), resting_place, journal, clock);
  store.replay();
  process running(context, ports{http, store, browser, listeners, clock, random, notify}, *chosen, {config, state});
  const folder_watch watch(context.get_executor(), config / "accounts", [&running] { running.reload(); });
  running.also_warn(secure_heap_trouble);
  session_watch session(context.get_executor(), [&running](session_state now) { running.session_is(now); });
  if (chosen->lock_on_session_lock) session.start();
  running.serve(std::move(socket.listening));
  service_surroundings around{config / "config.toml", start, notify_service_manager, watchdog_interval(),
                              [&store] { return store.waits(); }};
  service under_manager(context, running, clock, *chosen, std::move(around));
  const folder_watch policy(context.get_executor(), config, [&under_manager] { under_manager.look_at_policy(); });
  asio::co_spawn(context, under_manager.run(), log::report_bug("the service"));
  log::info("ready on " + printable(socket.path), {{}, "start"});
  context.run();
  return 0;
}

}  // namespace
}  // namespace latchkey

int main(int argc, char** argv) {
  try {
    if (const auto code = latchkey::parse_arguments(argc, argv)) return *code;
    return latchkey::run();
  } catch (const std::exception& thrown) {
    latchkey::log::error(thrown.what());
    return 1;
  }
}
