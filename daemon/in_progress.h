// Counts up while it lives, so that a shutdown, or whoever must not overtake it, can wait for the work it stands for.
#pragma once

#include "daemon/broadcast.h"

namespace latchkey {

class in_progress {
 public:
  explicit in_progress(int& count) : count_(count) { ++count_; }
  in_progress(const in_progress&) = delete;
  in_progress& operator=(const in_progress&) = delete;
  ~in_progress() { --count_; }

 private:
  int& count_;
};

/// Also wakes whoever waits for its end.
class awaited_progress {
 public:
  awaited_progress(int& count, broadcast& over) : count_(count), over_(over) { ++count_; }
  awaited_progress(const awaited_progress&) = delete;
  awaited_progress& operator=(const awaited_progress&) = delete;
  ~awaited_progress() {
    --count_;
    over_.notify_all();
  }

 private:
  int& count_;
  broadcast& over_;
};

}  // namespace latchkey
