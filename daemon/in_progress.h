// Counts up while it lives, so that a shutdown can wait for the work it stands for.
#pragma once

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

}  // namespace latchkey
