// The gate that every use of a grant passes: knows who is connected, asks the policy, puts the question to the person
// where nothing is decided, and remembers the answer. Used by the broker.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/limits.h"
#include "daemon/account.h"
#include "daemon/audit_log.h"
#include "daemon/broadcast.h"
#include "daemon/peer_apps.h"
#include "daemon/policy_book.h"

namespace latchkey {

/// One call that uses the grant of an account. What it refers to outlives it.
struct app_use {
  const varlink::call& call;
  const account& of;
  std::span<const std::string> asked;
};

class app_gate {
 public:
  struct files {
    std::filesystem::path policy;  ///< policy.toml
    std::filesystem::path audit;   ///< audit.log; empty: none is kept.
  };
  app_gate(boost::asio::any_io_executor executor, ports world, files where, unknown_apps unknown);
  app_gate(const app_gate&) = delete;
  app_gate& operator=(const app_gate&) = delete;
  /// An answer that comes later is nobody's.
  ~app_gate();

  void opened(varlink::connection_number connection, peer_app who) { peers_.opened(connection, std::move(who)); }
  /// Questions of an app that cannot be told from others end with its connection.
  void closed(varlink::connection_number connection);
  [[nodiscard]] const std::shared_ptr<const peer_app>& who_calls(const varlink::call& call) {
    return peers_.of(call.connection, call.peer.pid);
  }

  /// Success: go on. Errors: access_denied; consent_pending, with the id of the question that was put to the person now
  /// or before, or none where too many wait.
  [[nodiscard]] result<> usable(const app_use& use);
  /// A rule, or unknown_apps, says no, whatever the token covers: access_denied.
  [[nodiscard]] std::optional<fault> denied(const app_use& use);
  /// Completes once the question is answered otherwise, its time is over, or it is `until`; true: ask usable() again.
  task<bool> answered(std::string id, boot_time until);
  /// To be called when the grant was used.
  void used(const app_use& use, audit_pace pace);
  /// The app has logged the account in: it may use it from now on, unless a rule says no.
  void logged_in(const app_use& use);
  /// `process` has removed the account: what was allowed for it is gone with it.
  void removed(const std::string& account, pid_t process);

  /// Errors: access_denied where the caller is not the `latchkey` command; bad_request; internal.
  [[nodiscard]] result<> decide(const varlink::call& call, app_rule rule);
  [[nodiscard]] result<std::size_t> forget(const varlink::call& call, std::string_view app,
                                           const std::optional<std::string>& account);

  /// policy.toml may have changed.
  void reload();
  void set_unknown(unknown_apps unknown);
  [[nodiscard]] const policy_book& policy() const noexcept { return policy_; }
  [[nodiscard]] const audit_log& audit() const noexcept { return audit_; }

  struct question {
    question(const boost::asio::any_io_executor& executor, consent_question what)
        : asked(std::move(what)), over(executor) {}
    consent_question asked;
    varlink::connection_number connection = 0;
    wall_time since;
    wall_time expires_at;
    boot_time until;
    broadcast over;
    bool open = true;
    bool answered = false;
  };
  [[nodiscard]] std::vector<std::shared_ptr<const question>> pending() const;
  /// Ends all questions: nobody is asked any more.
  void shut_down();

 private:
  enum class ending { answered, unanswered };

  [[nodiscard]] policy_book::judgement judge(const app_use& use);
  [[nodiscard]] fault refusal(const app_use& use, bool by_rule);
  [[nodiscard]] fault ask(const app_use& use);
  [[nodiscard]] std::shared_ptr<question> open_question(const app_use& use);
  [[nodiscard]] bool has_room_for(const std::string& app) const;
  void put_to_person(const std::shared_ptr<question>& what);
  task<> end_in_time(std::shared_ptr<question> what);
  void person_answered(const std::shared_ptr<question>& what, consent_decision decision);
  void end(const std::shared_ptr<question>& what, ending how);
  void settle();
  [[nodiscard]] bool remembered(const app_rule& rule);
  [[nodiscard]] result<> may_decide(const varlink::call& call);
  [[nodiscard]] ipc::audit_entry_info entry(const app_use& use, const char* outcome);
  void tell(const app_rule& rule, const char* method, pid_t process);

  boost::asio::any_io_executor executor_;
  ports world_;
  policy_book policy_;
  audit_log audit_;
  peer_apps peers_;
  std::map<std::uint64_t, std::shared_ptr<question>> questions_;
  std::map<varlink::connection_number, std::vector<app_rule>> once_;  // Answers that no file can hold.
  std::uint64_t last_question_ = 0;
  bool stopping_ = false;
};

}  // namespace latchkey
