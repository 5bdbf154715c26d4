// Runs the latchkey-sandbox program for the length of a test. Used by the tests of the sandbox and by every test that
// needs a provider.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace latchkey::sandbox {

class sandbox_process {
 public:
  /// Starts `program` with `options` and waits until it accepts connections; `error_file` takes its standard error
  /// (empty: the test's own). Throws std::runtime_error if it never accepts.
  sandbox_process(const std::string& program, const std::vector<std::string>& options,
                  const std::string& error_file = {});
  sandbox_process(const sandbox_process&) = delete;
  sandbox_process& operator=(const sandbox_process&) = delete;
  /// Ends it by SIGTERM if terminate() has not.
  ~sandbox_process();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// The line that it printed when it was ready.
  [[nodiscard]] const std::string& ready_line() const noexcept { return ready_line_; }
  /// Sends `signal` and waits for the end; the wait status, as of waitpid(2).
  int terminate(int signal);

 private:
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
  std::string ready_line_;
};

}  // namespace latchkey::sandbox
