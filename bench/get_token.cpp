// What the daemon adds to a round trip over a Unix socket: GetToken with a cached token, and an echo of the same number
// of bytes by a process that does nothing else, measured in turns so that both see the same machine. Both servers run
// on the same core as the caller, and then both on another one: left alone, the scheduler places a forked child and a
// process of its own differently, and waking a core costs more than all that is measured here.
//   LATCHKEY_SOCKET         the daemon's socket
//   LATCHKEY_BENCH_ACCOUNT  an account of it that is logged in
#include <benchmark/benchmark.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <vector>

#include "bench/unix_stream.h"

namespace latchkey::bench {
namespace {

using steady = std::chrono::steady_clock;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') throw std::runtime_error(std::string(name) + " is not set; run bench/run");
  return value;
}

// A child that answers every `request` bytes with `reply` bytes, until its stream ends.
class echo_process {
 public:
  echo_process(std::size_t request, std::size_t reply) {
    int pair[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) give_up("socketpair");
    child_ = ::fork();
    if (child_ < 0) give_up("fork");
    if (child_ == 0) {
      ::close(pair[0]);
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      serve(unix_stream(pair[1]), request, std::string(reply - 1, 'x') + '\0');
    }
    ::close(pair[1]);
    descriptor_ = pair[0];
  }
  echo_process(const echo_process&) = delete;
  echo_process& operator=(const echo_process&) = delete;
  ~echo_process() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }

  pid_t id() const { return child_; }
  // To be taken once.
  unix_stream stream() const { return unix_stream(descriptor_); }

 private:
  [[noreturn]] static void serve(unix_stream stream, std::size_t request, const std::string& reply) {
    for (std::size_t missing = request;;) {
      const auto part = stream.receive();
      if (part.empty()) ::_exit(0);
      missing -= part.size();
      if (missing > 0) continue;
      stream.send(reply);
      missing = request;
    }
  }

  pid_t child_ = -1;
  int descriptor_ = -1;
};

// Where `process` (0: this one) may run.
void place(pid_t process, int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<std::size_t>(core), &cores);
  if (::sched_setaffinity(process, sizeof(cores), &cores) != 0) give_up("sched_setaffinity");
}

// Seconds from the first byte sent to the last byte of the answer.
double round_trip(unix_stream& stream, std::string_view request) {
  const auto begin = steady::now();
  stream.send(request);
  benchmark::DoNotOptimize(stream.receive_message());
  return std::chrono::duration<double>(steady::now() - begin).count();
}

// `share` of the sorted samples lie at or below the answer, which is in microseconds.
double percentile(const std::vector<double>& sorted, double share) {
  const auto place = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
  return sorted.at(std::min(place, sorted.size() - 1)) * 1e6;
}

void report(benchmark::State& state, const std::string& name, std::vector<double>& samples) {
  std::sort(samples.begin(), samples.end());
  state.counters[name + "_p50_us"] = percentile(samples, 0.5);
  state.counters[name + "_p99_us"] = percentile(samples, 0.99);
  state.counters[name + "_p99.9_us"] = percentile(samples, 0.999);
}

void get_token(benchmark::State& state) {
  const std::string request = R"({"method":"io.latchkey.Broker.GetToken","parameters":{"account":")" +
                              environment("LATCHKEY_BENCH_ACCOUNT") + "\"}}" + '\0';
  unix_stream daemon = unix_stream::try_connect(environment("LATCHKEY_SOCKET"));
  if (!daemon.is_open()) give_up("no daemon on LATCHKEY_SOCKET");
  daemon.send(request);
  std::string reply;
  while (reply.empty() || reply.back() != '\0') reply += daemon.receive();
  if (reply.find("\"access_token\"") == std::string::npos) throw std::runtime_error("no token: " + reply);

  const echo_process child(request.size(), reply.size());
  unix_stream echo = child.stream();
  constexpr int caller_core = 0;
  const int server_core = static_cast<int>(state.range(0));
  place(0, caller_core);
  place(child.id(), server_core);
  place(daemon.peer_process(), server_core);
  for (int warm_up = 0; warm_up < 1000; ++warm_up) round_trip(echo, request), round_trip(daemon, request);

  std::vector<double> token_times, echo_times;
  token_times.reserve(static_cast<std::size_t>(state.max_iterations));
  echo_times.reserve(static_cast<std::size_t>(state.max_iterations));
  for ([[maybe_unused]] auto turn : state) {
    echo_times.push_back(round_trip(echo, request));
    token_times.push_back(round_trip(daemon, request));
    state.SetIterationTime(token_times.back());
  }
  report(state, "token", token_times);
  report(state, "echo", echo_times);
  state.counters["p50_ratio"] = state.counters["token_p50_us"] / state.counters["echo_p50_us"];
  state.counters["request_bytes"] = static_cast<double>(request.size());
  state.counters["reply_bytes"] = static_cast<double>(reply.size());
}

// An app that finds its token refused again and again: while it waits, a refresh is in flight.
class refused_app {
 public:
  explicit refused_app(const std::string& account) : account_(account), app_([this] { run(); }) {}
  refused_app(const refused_app&) = delete;
  refused_app& operator=(const refused_app&) = delete;
  ~refused_app() {
    stop_ = true;
    app_.join();
  }
  int refreshes() const { return refreshes_; }

 private:
  void run() {
    unix_stream daemon = unix_stream::try_connect(environment("LATCHKEY_SOCKET"));
    while (!stop_) {
      daemon.send(R"({"method":"io.latchkey.Broker.GetToken","parameters":{"account":")" + account_ +
                  R"(","stale_generation":1000000000}})" + '\0');
      daemon.receive_message();
      ++refreshes_;
    }
  }

  std::string account_;
  std::atomic<bool> stop_ = false;
  std::atomic<int> refreshes_ = 0;
  std::thread app_;
};

// The account's provider lets tokens coexist and takes its time to answer.
void get_token_while_refreshing(benchmark::State& state) {
  const std::string account = environment("LATCHKEY_BENCH_COEXISTING_ACCOUNT");
  const std::string request =
      R"({"method":"io.latchkey.Broker.GetToken","parameters":{"account":")" + account + "\"}}" + '\0';
  unix_stream daemon = unix_stream::try_connect(environment("LATCHKEY_SOCKET"));
  std::vector<double> idle_times, busy_times;
  for (int warm_up = 0; warm_up < 1000; ++warm_up) round_trip(daemon, request);
  for (benchmark::IterationCount i = 0; i < state.max_iterations; ++i)
    idle_times.push_back(round_trip(daemon, request));
  const refused_app other(account);
  for ([[maybe_unused]] auto turn : state) {
    busy_times.push_back(round_trip(daemon, request));
    state.SetIterationTime(busy_times.back());
  }
  state.counters["refreshes"] = other.refreshes();
  report(state, "idle", idle_times);
  report(state, "busy", busy_times);
  state.counters["p99.9_ratio"] = state.counters["busy_p99.9_us"] / state.counters["idle_p99.9_us"];
}

BENCHMARK(get_token)
    ->ArgName("server_core")
    ->Arg(0)
    ->Arg(1)
    ->UseManualTime()
    ->Iterations(20000)
    ->Repetitions(5)
    ->Unit(benchmark::kMicrosecond);

BENCHMARK(get_token_while_refreshing)
    ->UseManualTime()
    ->Iterations(100000)
    ->Repetitions(3)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace latchkey::bench

BENCHMARK_MAIN();
