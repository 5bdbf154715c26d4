// What an account costs the daemon: memory, and time to the first token after a start, with many accounts in the file
// store.
//   bench_many_accounts LATCHKEYD SOCKET COUNT    in an empty world ($XDG_CONFIG_HOME, $XDG_STATE_HOME), as root
#include <signal.h>
#include <sys/wait.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>

#include "bench/unix_stream.h"
#include "core/account_config.h"
#include "core/grant_codec.h"
#include "daemon/adapters/file_store.h"
#include "daemon/adapters/system_random.h"
#include "os/files.h"
#include "os/paths.h"

namespace latchkey::bench {
namespace {

using steady = std::chrono::steady_clock;

std::string name_of(int number) {
  return "account-" + std::to_string(number);
}

account_config config_of(int number) {
  account_config made;
  made.name = name_of(number);
  made.client_id = "bench";
  made.authorization_endpoint = "https://id.example/authorize";
  made.token_endpoint = "https://id.example/token";
  return made;
}

grant grant_of(int number) {
  grant made;
  made.access_token = secret(std::string(43, 'a'));
  made.refresh_token = secret(std::string(43, 'r'));
  made.obtained_at = std::chrono::floor<seconds>(std::chrono::system_clock::now());
  made.lifetime = std::chrono::hours(24);
  made.generation = 1;
  made.bound_to = grant_binding(config_of(number));
  return made;
}

task<> fill(token_store& store, int count) {
  for (int i = 0; i < count; ++i) {
    const auto account_file = config_folder() / "accounts" / (name_of(i) + ".toml");
    std::ofstream(account_file) << format_account(config_of(i));
    record_id id;
    id.account = name_of(i);
    secret bytes = encode_grant(grant_of(i));
    const auto saved = co_await store.save(std::move(id), std::move(bytes), 0);
    if (!saved) throw std::runtime_error(saved.error().message);
  }
}

void make_accounts(int count) {
  std::filesystem::create_directories(config_folder() / "accounts");
  boost::asio::io_context context;
  system_random random;
  settings chosen;
  file_store store(state_folder(), chosen, random);
  boost::asio::co_spawn(context, fill(store, count), [](const std::exception_ptr& failed) {
    if (failed) std::rethrow_exception(failed);
  });
  context.run();
}

unix_stream connect_to(const std::string& socket) {
  for (;;) {
    if (auto stream = unix_stream::try_connect(socket); stream.is_open()) return stream;
    ::usleep(20);
  }
}

void ask(unix_stream& stream, int number) {
  const std::string request =
      R"({"method":"io.latchkey.Broker.GetToken","parameters":{"account":")" + name_of(number) + "\"}}" + '\0';
  stream.send(request);
  std::string reply;
  while (reply.empty() || reply.back() != '\0') reply += stream.receive();
  if (reply.find("access_token") == std::string::npos) throw std::runtime_error("no token: " + reply);
}

// Kilobytes.
long pss_of(pid_t process) {
  std::ifstream map("/proc/" + std::to_string(process) + "/smaps_rollup");
  std::string word;
  long size = 0;
  while (map >> word)
    if (word == "Pss:") map >> size;
  return size;
}

double milliseconds_since(steady::time_point begin) {
  return std::chrono::duration<double, std::milli>(steady::now() - begin).count();
}

void run(const char* program, const std::string& socket, int count) {
  make_accounts(count);
  const auto begin = steady::now();
  const pid_t daemon = ::fork();
  if (daemon == 0) {
    ::execl(program, program, nullptr);
    ::_exit(127);
  }
  {
    auto stream = connect_to(socket);
    ask(stream, count / 2);
    std::printf("start to the first token: %.2f ms, with %d accounts\n", milliseconds_since(begin), count);
    const long before = pss_of(daemon);
    const auto first = steady::now();
    for (int i = 0; i < count; ++i) ask(stream, i);
    const double each = milliseconds_since(first) / count;
    std::printf("first token of each account: %.3f ms; PSS %ld kB before, %ld kB after: %.2f kB an account\n", each,
                before, pss_of(daemon), static_cast<double>(pss_of(daemon) - before) / count);
  }
  ::kill(daemon, SIGTERM);
  ::waitpid(daemon, nullptr, 0);
}

}  // namespace
}  // namespace latchkey::bench

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: bench_many_accounts LATCHKEYD SOCKET COUNT\n", stderr);
    return 2;
  }
  try {
    latchkey::bench::run(argv[1], argv[2], std::atoi(argv[3]));
    return 0;
  } catch (const std::exception& failed) {
    std::fprintf(stderr, "bench_many_accounts: %s\n", failed.what());
    return 1;
  }
}
