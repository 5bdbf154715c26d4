// The options of one verb: CLI11 with what all verbs share. Only the options of the verb that runs are ever built.
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/invocation.h"

namespace latchkey::cli {

class verb_options {
 public:
  /// `what`: sentences for --help. `example`: command lines for its end, indented by two spaces.
  verb_options(invocation& call, const std::string& what, const std::string& example);

  [[nodiscard]] CLI::App& app() noexcept { return app_; }
  /// The positional ACCOUNT, into the invocation.
  CLI::Option* account();
  /// The flag --json, into the invocation. `what`: what the JSON is.
  void json(const std::string& what);
  /// An option that may be given several times and takes one value each time.
  CLI::Option* repeatable(const std::string& name, std::vector<std::string>& values, const std::string& what);
  /// What follows the options in the usage line, where the verb takes it off the arguments itself.
  void usage_tail(const std::string& tail) { usage_tail_ = tail; }

  /// Reads the invocation's arguments. False where --help was asked for and has been printed.
  /// Throws client_error with exit code 2.
  [[nodiscard]] bool parse();

 private:
  [[nodiscard]] std::string help() const;
  [[noreturn]] void refuse(const CLI::ParseError& error) const;

  invocation& call_;
  CLI::App app_;
  std::string usage_tail_;
};

/// "a b" and "c" as a, b, c.
[[nodiscard]] std::vector<std::string> split_scopes(const std::vector<std::string>& given);

}  // namespace latchkey::cli
