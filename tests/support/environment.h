// Sets an environment variable for the length of a test.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>

namespace latchkey::support {

class environment_variable {
 public:
  /// No value: unset.
  environment_variable(std::string name, const std::optional<std::string>& value) : name_(std::move(name)) {
    if (const char* set = std::getenv(name_.c_str()); set != nullptr) before_ = set;
    apply(value);
  }
  environment_variable(const environment_variable&) = delete;
  environment_variable& operator=(const environment_variable&) = delete;
  ~environment_variable() { apply(before_); }

 private:
  void apply(const std::optional<std::string>& value) {
    if (value)
      ::setenv(name_.c_str(), value->c_str(), 1);
    else
      ::unsetenv(name_.c_str());
  }

  std::string name_;
  std::optional<std::string> before_;
};

}  // namespace latchkey::support
