// The trace of one seed: a line for each step, with true time. Told only when somebody will read it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/sim/event_queue.h"

namespace latchkey::sim {

class story {
 public:
  enum class telling { silent, kept };

  story(const event_queue& events, telling how) : events_(events), kept_(how == telling::kept) {}

  /// `tell` gives the line's text; it is not called where nobody listens.
  template <class Tell>
  void step(const Tell& tell) {
    if (kept_) add(tell());
  }
  [[nodiscard]] const std::vector<std::string>& lines() const noexcept { return lines_; }

 private:
  void add(std::string_view text);

  const event_queue& events_;
  bool kept_;
  std::vector<std::string> lines_;
};

}  // namespace latchkey::sim
