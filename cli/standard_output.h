// The process's standard output, with every failure noticed: a closed pipe or a full disk is an error, not silence.
#pragma once

#include <string>
#include <string_view>

#include "latchkey/client.h"

namespace latchkey::cli {

/// Standard output took no more.
class output_failed : public client_error {
 public:
  explicit output_failed(int error);
  /// Its reader has closed the pipe, as `head` does once it has seen enough.
  [[nodiscard]] bool reader_gone() const noexcept { return reader_gone_; }

 private:
  bool reader_gone_;
};

class standard_output {
 public:
  standard_output() = default;
  standard_output(const standard_output&) = delete;
  standard_output& operator=(const standard_output&) = delete;
  ~standard_output();

  /// Keeps `text` for the next flush().
  void print(std::string_view text) { waiting_ += text; }
  /// Writes what waits, and wipes it from memory: it may be a token. Throws output_failed.
  void flush();

 private:
  std::string waiting_;
};

/// Writes to standard error at once. A failure is nothing that anybody could be told.
void say(std::string_view text);
/// Opens what is missing of descriptors 0, 1 and 2 so that writing to them fails, as it should: otherwise the next
/// socket would get the number, and a token printed to a closed standard output would go there.
void occupy_standard_descriptors();

}  // namespace latchkey::cli
