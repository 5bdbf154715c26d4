// app_gate's questions to the person: each is put once, waits for limits::consent_question, and is settled by whatever
// decides it first: the notification, DecideApp, or a changed file.
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "daemon/app_gate.h"
#include "daemon/log.h"

namespace latchkey {
namespace {

// What runs beside another wait begins a little later: the question may be over by then.
task<> until_over(std::shared_ptr<app_gate::question> what) {
  while (what->open) co_await what->over.wait();
}

}  // namespace

app_gate::~app_gate() {
  for (const auto& [number, each] : questions_) each->open = false;
}

std::shared_ptr<app_gate::question> app_gate::open_question(const app_use& use) {
  const std::string& app = who_calls(use.call)->app;
  for (const auto& [number, each] : questions_) {
    const bool is_same_app = app != unknown_app || each->connection == use.call.connection;
    if (each->asked.app == app && each->asked.account == use.of.config().name && is_same_app) return each;
  }
  return nullptr;
}

bool app_gate::has_room_for(const std::string& app) const {
  const auto of_app =
      std::ranges::count_if(questions_, [&](const auto& each) { return each.second->asked.app == app; });
  return questions_.size() < limits::consent_questions &&
         static_cast<std::size_t>(of_app) < limits::consent_questions_of_app;
}

void app_gate::put_to_person(const std::shared_ptr<question>& what) {
  questions_.emplace(last_question_, what);
  boost::asio::co_spawn(executor_, end_in_time(what), log::report_bug("a question about an app"));
  world_.notify.ask_consent(what->asked, [this, asked = std::weak_ptr(what)](consent_decision decision) {
    if (const auto open = asked.lock(); open && open->open) person_answered(open, decision);
  });
}

task<> app_gate::end_in_time(std::shared_ptr<question> what) {
  using namespace boost::asio::experimental::awaitable_operators;
  co_await (until_over(what) || world_.time.wait_until(what->until));
  if (what->open) end(what, ending::unanswered);
}

task<bool> app_gate::answered(std::string id, boot_time until) {
  using namespace boost::asio::experimental::awaitable_operators;
  const auto found = std::ranges::find_if(questions_, [&](const auto& each) { return each.second->asked.id == id; });
  if (found == questions_.end()) co_return true;
  const auto what = found->second;
  co_await (until_over(what) || world_.time.wait_until(until));
  co_return what->answered;
}

void app_gate::person_answered(const std::shared_ptr<question>& what, consent_decision decision) {
  app_rule rule;
  rule.app = what->asked.app;
  rule.account = what->asked.account;
  if (decision != consent_decision::deny) {
    rule.decision = app_decision::allow;
    rule.scopes = what->asked.scopes;
  }
  if (decision == consent_decision::allow_for_a_day) rule.until = world_.time.now().wall + std::chrono::days(1);
  tell(rule, "Notification", 0);
  const bool is_kept = rule.app != unknown_app && remembered(rule);
  if (!is_kept && peers_.has(what->connection)) once_[what->connection].push_back(std::move(rule));
  end(what, ending::answered);
  settle();
}

void app_gate::end(const std::shared_ptr<question>& what, ending how) {
  what->open = false;
  what->answered = how == ending::answered;
  std::erase_if(questions_, [&](const auto& each) { return each.second == what; });
  what->over.notify_all();
  world_.notify.withdraw_consent(what->asked.id);
  if (how == ending::answered) return;
  const instant now = world_.time.now();
  const consent_question& asked = what->asked;
  const ipc::audit_entry_info line{now.wall.time_since_epoch().count(),
                                   asked.app,
                                   asked.process,
                                   asked.account,
                                   "GetToken",
                                   "unanswered",
                                   asked.scopes,
                                   std::nullopt};
  audit_.write(line, audit_pace::each, now.boot);
}

// What was decided may answer questions that wait.
void app_gate::settle() {
  const auto waiting = questions_;
  for (const auto& [number, each] : waiting) {
    const grant_use wanted{each->asked.account, each->asked.scopes, {}};
    const auto judged = policy_.judge(each->asked.app, wanted, world_.time.now().wall);
    if (judged.verdict != app_verdict::ask) end(each, ending::answered);
  }
}

std::vector<std::shared_ptr<const app_gate::question>> app_gate::pending() const {
  std::vector<std::shared_ptr<const question>> all;
  for (const auto& [number, each] : questions_) all.push_back(each);
  return all;
}

void app_gate::closed(varlink::connection_number connection) {
  const auto waiting = questions_;
  for (const auto& [number, each] : waiting)
    if (each->connection == connection && each->asked.app == unknown_app) end(each, ending::unanswered);
  once_.erase(connection);
  peers_.forget(connection);
}

void app_gate::shut_down() {
  stopping_ = true;
  const auto waiting = questions_;
  for (const auto& [number, each] : waiting) end(each, ending::unanswered);
}

}  // namespace latchkey
