// A Varlink server on a thread of its own, at a socket in a folder of its own. For the tests of ipc/.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "ipc/varlink_server.h"
#include "tests/support/temporary_folder.h"

namespace latchkey::support {

inline std::chrono::steady_clock::time_point after_ten_seconds() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(10);
}

/// True once `count`, which another thread sets, is `wanted`; false after ten seconds without.
inline bool reaches(const std::atomic<int>& count, int wanted) {
  for (const auto until = after_ten_seconds(); std::chrono::steady_clock::now() < until; std::this_thread::yield())
    if (count == wanted) return true;
  return false;
}

class running_server {
 public:
  using interfaces = std::vector<varlink::interface>;

  explicit running_server(interfaces offered, const varlink::server_limits& limits = {}) {
    start(std::move(offered), limits);
    thread_ = std::thread([this] { context_.run(); });
  }
  running_server(const running_server&) = delete;
  running_server& operator=(const running_server&) = delete;
  [[nodiscard]] std::string path() const { return (folder_.path() / "run" / "socket").native(); }
  boost::asio::io_context& context() { return context_; }

  /// Runs `work` on the server's thread and waits for it.
  template <class F>
  auto on_loop(F work) {
    std::packaged_task<std::invoke_result_t<F>()> task(std::move(work));
    auto done = task.get_future();
    boost::asio::post(context_, [&task] { task(); });
    return done.get();
  }
  ~running_server() {
    on_loop([this] { server_.reset(); });
    on_loop([this] { alive_.reset(); });
    thread_.join();  // All sessions unwind; a hang here is a session that does not.
  }

  /// Ends all connections, and serves `offered` at the same path.
  void restart(interfaces offered) {
    on_loop([&] {
      server_.reset();
      start(std::move(offered), {});
    });
  }
  void stop_accepting() {
    on_loop([this] { server_->stop_accepting(); });
  }
  std::size_t connections() {
    return on_loop([this] { return server_->connections(); });
  }
  /// True once there are `count` connections; false after ten seconds without.
  bool reaches_connections(std::size_t count) {
    for (const auto until = after_ten_seconds(); std::chrono::steady_clock::now() < until; std::this_thread::yield())
      if (connections() == count) return true;
    return false;
  }
  /// The next sentence that the server has for the log; "" after ten seconds without.
  std::string next_trouble() {
    std::unique_lock lock(mutex_);
    if (!noted_.wait_until(lock, after_ten_seconds(), [this] { return read_ < troubles_.size(); })) return {};
    return troubles_[read_++];
  }

 private:
  void start(interfaces offered, const varlink::server_limits& limits) {
    server_.emplace(context_, varlink::listen_on(path()).value(),
                    varlink::service_info{"Latchkey", "tests", "1.2.3", "https://example.com/"}, std::move(offered));
    server_->on_trouble = [this](std::string_view sentence) { note(sentence); };
    server_->start(limits);
  }
  void note(std::string_view sentence) {
    const std::lock_guard lock(mutex_);
    troubles_.emplace_back(sentence);
    noted_.notify_all();
  }

  temporary_folder folder_;
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> alive_{context_.get_executor()};
  std::optional<varlink::server> server_;
  std::mutex mutex_;
  std::condition_variable noted_;
  std::vector<std::string> troubles_;
  std::size_t read_ = 0;
  std::thread thread_;
};

}  // namespace latchkey::support
