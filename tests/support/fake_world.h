// The daemon's ports without a world behind them: a server that answers as scripted, a store in memory that can fail, a
// browser that remembers, a listener that the test calls by hand. Time is fake_clock's.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "daemon/ports.h"
#include "tests/support/fake_clock.h"

namespace latchkey::support {

/// Answers each request with the next scripted answer; a request that nobody scripted fails the flow with `internal`.
class scripted_transport : public http_transport {
 public:
  explicit scripted_transport(const boost::asio::any_io_executor& executor) : released_(executor) {}

  task<result<http_response>> send(http_request request) override;

  void answer(unsigned status, std::string body, std::vector<http_header> headers = {});
  void fail(fault why);
  /// Requests wait for release() from now on.
  void hold() { held_ = true; }
  void release();
  [[nodiscard]] std::size_t sent() const { return requests.size(); }
  /// "METHOD URL BODY" of each request.
  std::vector<std::string> requests;
  /// The Authorization header of each; empty: none.
  std::vector<std::string> authorizations;

 private:
  std::deque<std::function<result<http_response>()>> answers_;
  bool held_ = false;
  broadcast released_;
};

class memory_store : public token_store {
 public:
  explicit memory_store(const boost::asio::any_io_executor& executor) : released_(executor) {}

  task<result<stored_record>> load(record_id id) override;
  task<result<record_version>> save(record_id id, secret value, record_version expected) override;
  task<result<>> erase(record_id id) override;
  [[nodiscard]] std::string backend() const override { return "file"; }
  [[nodiscard]] std::string description() const override { return "in memory, for a test"; }

  /// What loads and saves answer from now on; nothing: they work.
  std::optional<fault> load_fault;
  std::optional<fault> save_fault;
  std::map<record_id, stored_record> records;
  /// Happens at each save.
  std::function<void()> on_save = [] {};
  /// Awaited by a load once it has read, before it answers.
  std::function<task<>()> before_loaded;
  /// Awaited by an erasure before it begins.
  std::function<task<>()> before_erased;
  int saves = 0;
  /// Saves wait for release() from now on.
  void hold() { held_ = true; }
  void release();

 private:
  bool held_ = false;
  broadcast released_;
};

class remembering_browser : public browser {
 public:
  [[nodiscard]] bool available() const override { return is_there; }
  result<> open(const std::string& url) override {
    opened.push_back(url);
    return {};
  }
  bool is_there = true;
  std::vector<std::string> opened;
};

/// A listener whose requests the test makes: visit() is what a browser does.
class hand_fed_listeners : public redirect_listeners {
 public:
  result<std::unique_ptr<redirect_listener>> listen(const loopback_redirect& where, redirect_handler handler) override;
  task<redirect_answer> visit(std::string method, std::string target, std::string host);
  std::optional<fault> listen_fault;
  int open = 0;
  static constexpr std::uint16_t port = 40123;

 private:
  redirect_handler handler_;
};

class counting_random : public random_source {
 public:
  void fill(std::span<unsigned char> bytes) override {
    for (unsigned char& byte : bytes) byte = next_++;
  }

 private:
  unsigned char next_ = 1;
};

class remembering_notifier : public notifier {
 public:
  void login_required(const std::string& account, const std::string& reason) override {
    told.push_back(account + ": " + reason);
  }
  void ask_consent(consent_question question, std::function<void(consent_decision)> answered) override {
    questions.push_back(std::move(question));
    answers.push_back(std::move(answered));
  }
  void withdraw_consent(const std::string& id) override { withdrawn.push_back(id); }
  /// "ACCOUNT: REASON" of each notification.
  std::vector<std::string> told;
  /// What the person was asked, how each is answered, and which need no answer any more.
  std::vector<consent_question> questions;
  std::vector<std::function<void(consent_decision)>> answers;
  std::vector<std::string> withdrawn;
};

struct fake_world {
  explicit fake_world(const boost::asio::any_io_executor& executor)
      : http(executor), store(executor), clock(executor) {}

  [[nodiscard]] latchkey::ports ports() { return {http, store, web_browser, listeners, clock, random, desktop}; }

  scripted_transport http;
  memory_store store;
  remembering_browser web_browser;
  hand_fed_listeners listeners;
  fake_clock clock;
  counting_random random;
  remembering_notifier desktop;
};

}  // namespace latchkey::support
