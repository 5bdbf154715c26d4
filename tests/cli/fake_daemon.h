// A daemon that answers as it is told: the real Varlink server on a socket of its own, with canned answers for each
// method of io.latchkey.Broker. For tests of the real `latchkey` program.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "ipc/varlink_server.h"
#include "tests/support/temporary_folder.h"

namespace latchkey::cli {

/// How one call goes: replies that continue, then the last one, or none.
struct script {
  std::vector<nlohmann::json> before;
  varlink::answer last;
  enum class ending { answers, hangs, answers_after_finish_login } end = ending::answers;
};

/// "work" at "kraken": fresh, generation 3, its token ends in about four hours.
[[nodiscard]] nlohmann::json account_json();
[[nodiscard]] nlohmann::json provider_json();
[[nodiscard]] nlohmann::json status_json();
/// A key that ends on 2033-05-18 and was never used; its secret is stored.
[[nodiscard]] nlohmann::json api_key_json(const std::string& name);
/// {"step": …}
[[nodiscard]] nlohmann::json step_json(const std::string& state, const std::string& url = {});
/// {"step": …} with the code WDJB-MJHT for https://id.example.com/device.
[[nodiscard]] nlohmann::json code_step_json();

class fake_daemon {
 public:
  /// Knows account_json(), provider_json() and status_json(), and a provider in order; every other method answers with
  /// BadRequest until told.
  fake_daemon();
  fake_daemon(const fake_daemon&) = delete;
  fake_daemon& operator=(const fake_daemon&) = delete;
  ~fake_daemon();

  [[nodiscard]] std::string socket() const { return (folder_.path() / "latchkey" / "latchkey.sock").string(); }
  [[nodiscard]] std::string runtime_folder() const { return folder_.path().string(); }

  /// From now on `method` goes as the scripts say, one a call; the last one stays.
  void tell(const std::string& method, std::deque<script> scripts);
  void answer(const std::string& method, nlohmann::json parameters);
  /// `name`: of io.latchkey.Broker.
  void refuse(const std::string& method, const std::string& name, nlohmann::json parameters);
  /// Answers what is in `before`, and then nothing.
  void hang(const std::string& method, std::vector<nlohmann::json> before = {});

  /// What answers after FinishLogin goes on without one.
  void finish_login();

  /// Parameters of the calls of `method` so far.
  [[nodiscard]] std::vector<nlohmann::json> calls(const std::string& method);
  /// Blocks until `method` has been called. False after ten seconds.
  [[nodiscard]] bool saw_call(const std::string& method);
  /// Blocks until a hanging call has ended because its client went away. False after ten seconds.
  [[nodiscard]] bool saw_client_leave();

 private:
  boost::asio::awaitable<varlink::answer> serve(varlink::call& call);
  boost::asio::awaitable<void> hang_on();
  script take(const varlink::call& call);
  varlink::interface broker();

  support::temporary_folder folder_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::deque<script>> scripts_;
  std::map<std::string, std::vector<nlohmann::json>> calls_;
  int left_ = 0;
  boost::asio::io_context context_;
  boost::asio::steady_timer finished_{context_, boost::asio::steady_timer::time_point::max()};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
  std::unique_ptr<varlink::server> server_;
  std::thread thread_;
};

}  // namespace latchkey::cli
