// One life of the real latchkeyd. Ends with the test that started it, however that one ends.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "os/unique_fd.h"

namespace latchkey::kill_test {

using moment = std::chrono::steady_clock::time_point;

struct death {
  moment at;
  std::chrono::nanoseconds waited{0};  ///< See waited_for_processor(), of its whole life.
};

class daemon_process {
 public:
  /// Starts it with `environment` (NAME=VALUE) alone and waits until it serves. Throws std::runtime_error with what it
  /// said where it ended instead.
  explicit daemon_process(std::vector<std::string> environment);
  daemon_process(const daemon_process&) = delete;
  daemon_process& operator=(const daemon_process&) = delete;
  /// Kills it if kill() has not.
  ~daemon_process();

  /// kill -9. On return it is gone. Throws std::runtime_error where it had ended by itself.
  death kill();
  /// How long its main thread was ready to run, and the processors were others'. Zero where the kernel does not count
  /// it.
  [[nodiscard]] std::chrono::nanoseconds waited_for_processor() const;
  /// All it has logged; it must be gone.
  std::string log();

 private:
  void wait_until_ready();
  bool read_more();

  pid_t pid_ = -1;
  unique_fd errors_;
  std::string log_;
};

}  // namespace latchkey::kill_test
