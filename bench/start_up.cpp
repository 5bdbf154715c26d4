// How long a person or a socket unit waits for a daemon: from fork to the first connect that succeeds, and to the first
// answer.
//   bench_start_up LATCHKEYD SOCKET [RUNS]    with the daemon's files where the environment says
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <vector>

#include "bench/unix_stream.h"

namespace latchkey::bench {
namespace {

using steady = std::chrono::steady_clock;

struct start_times {
  double connected;  // milliseconds
  double answered;   // milliseconds
};

double milliseconds_since(steady::time_point begin) {
  return std::chrono::duration<double, std::milli>(steady::now() - begin).count();
}

pid_t start(const char* program) {
  const pid_t child = ::fork();
  if (child < 0) give_up("fork");
  if (child > 0) return child;
  if (::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO) < 0) ::_exit(127);
  ::execl(program, program, nullptr);
  ::_exit(127);
}

unix_stream connect_to(const std::string& socket, pid_t daemon) {
  for (;;) {
    if (auto stream = unix_stream::try_connect(socket); stream.is_open()) return stream;
    if (::waitpid(daemon, nullptr, WNOHANG) != 0) throw std::runtime_error("the daemon ended before it listened");
    // Leaves the core to the daemon; short against what is measured.
    ::usleep(20);
  }
}

start_times measure(const char* program, const std::string& socket) {
  ::unlink(socket.c_str());
  start_times times{};
  const auto begin = steady::now();
  const pid_t daemon = start(program);
  {
    auto stream = connect_to(socket, daemon);
    times.connected = milliseconds_since(begin);
    stream.send({R"({"method":"org.varlink.service.GetInfo"})", sizeof(R"({"method":"org.varlink.service.GetInfo"})")});
    stream.receive_message();
    times.answered = milliseconds_since(begin);
  }
  ::kill(daemon, SIGTERM);
  ::waitpid(daemon, nullptr, 0);
  return times;
}

void print(const char* name, std::vector<double>& samples) {
  std::sort(samples.begin(), samples.end());
  std::printf("%s: median %.2f ms, fastest %.2f ms, slowest %.2f ms (%zu runs)\n", name, samples[samples.size() / 2],
              samples.front(), samples.back(), samples.size());
}

void run(const char* program, const std::string& socket, int runs) {
  std::vector<double> connected, answered;
  measure(program, socket);  // Makes the files that a first start makes, and warms the page cache.
  for (int i = 0; i < runs; ++i) {
    const auto times = measure(program, socket);
    connected.push_back(times.connected);
    answered.push_back(times.answered);
  }
  print("fork to connect", connected);
  print("fork to answer ", answered);
}

}  // namespace
}  // namespace latchkey::bench

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: bench_start_up LATCHKEYD SOCKET [RUNS]\n", stderr);
    return 2;
  }
  try {
    latchkey::bench::run(argv[1], argv[2], argc > 3 ? std::max(1, std::atoi(argv[3])) : 50);
    return 0;
  } catch (const std::exception& failed) {
    std::fprintf(stderr, "bench_start_up: %s\n", failed.what());
    return 1;
  }
}
