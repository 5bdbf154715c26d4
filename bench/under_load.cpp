// What honest programs notice of hostile ones: the round trip of one that asks for a cached token again and again,
// beside others that only connect, never read, never finish a message, ask as fast as two threads can, or take every
// connection there is. And whether the daemon's memory comes back afterwards.
//   LATCHKEY_SOCKET         the daemon's socket
//   LATCHKEY_BENCH_ACCOUNT  an account of it that is logged in
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "bench/unix_stream.h"

namespace latchkey::bench {
namespace {

using steady = std::chrono::steady_clock;
constexpr std::chrono::seconds phase_length{3};
constexpr std::chrono::seconds flood_length{60};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') throw std::runtime_error(std::string(name) + " is not set; run bench/run");
  return value;
}

std::string call() {
  return R"({"method":"io.latchkey.Broker.GetToken","parameters":{"account":")" +
         environment("LATCHKEY_BENCH_ACCOUNT") + "\"}}" + '\0';
}

unix_stream connect() {
  unix_stream made = unix_stream::try_connect(environment("LATCHKEY_SOCKET"));
  if (!made.is_open()) give_up("connect");
  return made;
}

// Resident memory of `process`, in MB.
double memory_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/statm");
  double size = 0;
  double resident = 0;
  file >> size >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

// Calls for `length` and prints what it saw.
void be_honest(const char* phase, unix_stream& honest, std::chrono::seconds length = phase_length) {
  const std::string request = call();
  const pid_t daemon = honest.peer_process();
  std::vector<double> times;
  for (const auto end = steady::now() + length; steady::now() < end;) {
    const auto begin = steady::now();
    honest.send(request);
    honest.receive_message();
    times.push_back(std::chrono::duration<double, std::micro>(steady::now() - begin).count());
  }
  std::sort(times.begin(), times.end());
  std::printf("%-42s %8zu calls  p50 %8.1f  p99 %8.1f  worst %9.1f us  daemon %6.2f MB\n", phase, times.size(),
              times[times.size() / 2], times[times.size() * 99 / 100], times.back(), memory_of(daemon));
}

std::vector<unix_stream> idle_ones(int count) {
  std::vector<unix_stream> made;
  for (int i = 0; i < count; ++i) made.push_back(connect());
  return made;
}

// Each asks for as much as its socket takes, and reads nothing.
std::vector<unix_stream> deaf_ones(int count) {
  const std::string request = call();
  std::vector<unix_stream> made;
  for (int i = 0; i < count; ++i) {
    made.push_back(connect());
    for (int calls = 0; calls < 1000 && made.back().send_some(request); ++calls) continue;
  }
  return made;
}

// Each begins a message and then says no more; every second one closes its sending half.
std::vector<unix_stream> unfinished_ones(int count) {
  std::vector<unix_stream> made;
  for (int i = 0; i < count; ++i) {
    made.push_back(connect());
    made.back().send(R"({"method":"io.latch)");
    if (i % 2 == 0) made.back().finish_sending();
  }
  return made;
}

// Ask as fast as they can, each over many connections in turn.
class flood {
 public:
  explicit flood(int threads) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
  }
  flood(const flood&) = delete;
  flood& operator=(const flood&) = delete;
  ~flood() {
    stop_ = true;
    for (auto& each : threads_) each.join();
    std::printf("%-42s %8ld calls\n", "  (the flood itself)", calls_.load());
  }

 private:
  void run() {
    const std::string request = call();
    auto streams = idle_ones(10);
    while (!stop_) {
      for (auto& each : streams) each.send(request);
      for (auto& each : streams) each.receive_message();
      calls_ += static_cast<long>(streams.size());
    }
  }

  std::atomic<bool> stop_ = false;
  std::atomic<long> calls_ = 0;
  std::vector<std::thread> threads_;
};

// More connections than the daemon serves: the listen queue fills up, and connecting would block.
std::vector<unix_stream> all_there_are() {
  std::vector<unix_stream> made;
  for (int i = 0; i < 8000; ++i) {
    auto next = unix_stream::try_connect_now(environment("LATCHKEY_SOCKET"));
    if (!next.is_open()) break;
    made.push_back(std::move(next));
  }
  return made;
}

void allow_many_descriptors() {
  rlimit open_files{};
  ::getrlimit(RLIMIT_NOFILE, &open_files);
  open_files.rlim_cur = open_files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &open_files);
}

void run() {
  allow_many_descriptors();
  unix_stream honest = connect();
  be_honest("alone", honest);
  {
    const auto others = idle_ones(1000);
    be_honest("1,000 that only connect", honest);
  }
  {
    const auto others = deaf_ones(200);
    be_honest("200 that ask and never read", honest);
  }
  {
    const auto others = unfinished_ones(200);
    be_honest("200 that begin a message", honest);
  }
  {
    const flood others(2);
    be_honest("two threads that ask as fast as they can", honest, flood_length);
  }
  {
    const auto others = all_there_are();
    be_honest(("every connection there is: " + std::to_string(others.size())).c_str(), honest);
  }
  {
    const auto idle = idle_ones(500);
    const auto deaf = deaf_ones(100);
    const auto unfinished = unfinished_ones(100);
    const flood others(2);
    be_honest("all of them", honest);
  }
  be_honest("alone again", honest);
}

}  // namespace
}  // namespace latchkey::bench

int main() {
  try {
    latchkey::bench::run();
    return 0;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "bench_under_load: %s\n", failure.what());
    return 1;
  }
}
