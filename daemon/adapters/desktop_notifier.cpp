#include "daemon/adapters/desktop_notifier.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <map>
#include <memory>
#include <system_error>
#include <utility>

#include "daemon/adapters/notification_bus.h"
#include "os/session_bus.h"

namespace latchkey {
namespace {

using login_wish = desktop_notifier::login_wish;
using question_wish = desktop_notifier::question_wish;
using withdrawal_wish = desktop_notifier::withdrawal_wish;
using wish = desktop_notifier::wish;

// Bodies may be rendered as markup.
std::string markup_escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&')
      escaped += "&amp;";
    else if (c == '<')
      escaped += "&lt;";
    else if (c == '>')
      escaped += "&gt;";
    else
      escaped += c;
  }
  return escaped;
}

notification login_notification(const login_wish& wanted) {
  const std::string name = printable(wanted.account);
  notification made;
  made.summary = "Latchkey: log in to " + name + " again";
  if (!wanted.reason.empty()) made.body = markup_escaped(printable(wanted.reason)) + "\n";
  made.body += "Run: latchkey login " + markup_escaped(name);
  return made;
}

notification question_notification(const consent_question& asked, buttons with) {
  const std::string name = printable(asked.account);
  notification made;
  made.with = with;
  made.summary = "Latchkey: may an app use " + name + "?";
  made.body = markup_escaped(printable(asked.app)) + " wants to use " + markup_escaped(name);
  std::string scopes;
  for (const std::string& each : asked.scopes) scopes += (scopes.empty() ? "" : " ") + printable(each);
  if (!scopes.empty()) made.body += "\nScopes: " + markup_escaped(scopes);
  if (with == buttons::none) made.body += "\nRun: latchkey apps pending";
  return made;
}

std::optional<consent_decision> decision_of(const std::string& key) {
  if (key == "allow") return consent_decision::allow;
  if (key == "day") return consent_decision::allow_for_a_day;
  if (key == "deny") return consent_decision::deny;
  return std::nullopt;
}

// What the thread knows of the screen.
class screen {
 public:
  screen(boost::asio::any_io_executor where, const bus_functions& api, int stop)
      : where_(std::move(where)), api_(api), stop_(stop) {
    told_.pressed = [this](const shown_id& which, const std::string& key) { answer(which, key); };
    told_.closed = [this](const shown_id& which) { forget(which); };
  }

  void fulfil(const wish& wanted) {
    if (const auto* login = std::get_if<login_wish>(&wanted)) tell(*login);
    if (const auto* question = std::get_if<question_wish>(&wanted)) ask(*question);
    if (const auto* withdrawal = std::get_if<withdrawal_wish>(&wanted)) withdraw(withdrawal->id);
  }

  // Until `wake` or `stop` is readable, or something happens on the screen that matters.
  void wait(int wake) {
    // Notifications are rare and the bus may go away in between: it is kept for the answers to questions alone.
    if (bus_ && (questions_.empty() || !bus_->alive())) drop_bus();
    if (bus_) return bus_->wait(wake);
    std::array<pollfd, 2> watched{pollfd{wake, POLLIN, 0}, pollfd{stop_, POLLIN, 0}};
    ::poll(watched.data(), watched.size(), -1);
  }

 private:
  struct open_question {
    shown_id shown;
    std::function<void(consent_decision)> answered;
  };

  // Questions that it showed can be answered elsewhere still.
  void drop_bus() {
    questions_.clear();
    bus_.reset();
  }

  notification_bus* bus() {
    if (bus_ && !bus_->alive()) drop_bus();
    if (!bus_) bus_ = notification_bus::open(api_, stop_, told_);
    return bus_.get();
  }

  void tell(const login_wish& wanted) {
    notification_bus* const bus_now = bus();
    if (bus_now == nullptr) return;
    notification what = login_notification(wanted);
    what.replaces = logins_[wanted.account];
    if (const auto id = bus_now->show(what)) logins_[wanted.account] = id->number;
  }

  void ask(const question_wish& wanted) {
    notification_bus* const bus_now = bus();
    if (bus_now == nullptr) return;
    const buttons with = bus_now->has_buttons() ? buttons::consent : buttons::none;
    if (!bus_now->alive()) return;
    if (const auto id = bus_now->show(question_notification(wanted.question, with)))
      questions_[wanted.question.id] = {*id, wanted.answered};
  }

  void withdraw(const std::string& id) {
    const auto found = questions_.find(id);
    if (found == questions_.end()) return;
    if (bus_) bus_->close(found->second.shown);
    questions_.erase(found);
  }

  // Only of who shows it: any program could send such a signal.
  void answer(const shown_id& which, const std::string& key) {
    const auto decision = decision_of(key);
    const auto found = find(which);
    if (!decision || found == questions_.end()) return;
    boost::asio::post(where_, [answered = std::move(found->second.answered), chosen = *decision] { answered(chosen); });
    questions_.erase(found);
  }

  void forget(const shown_id& which) {
    if (const auto found = find(which); found != questions_.end()) questions_.erase(found);
  }

  std::map<std::string, open_question>::iterator find(const shown_id& which) {
    return std::ranges::find_if(questions_, [&](const auto& each) { return each.second.shown == which; });
  }

  boost::asio::any_io_executor where_;
  const bus_functions& api_;
  int stop_;
  notification_bus::handlers told_;
  std::map<std::string, std::uint32_t> logins_;  // The notification of each account.
  std::map<std::string, open_question> questions_;
  std::unique_ptr<notification_bus> bus_;
};

}  // namespace

desktop_notifier::desktop_notifier(boost::asio::any_io_executor where)
    : where_(std::move(where)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void desktop_notifier::login_required(const std::string& account, const std::string& reason) {
  begin(login_wish{account, reason});
}

void desktop_notifier::ask_consent(consent_question question, std::function<void(consent_decision)> answered) {
  begin(question_wish{std::move(question), std::move(answered)});
}

void desktop_notifier::withdraw_consent(const std::string& id) {
  if (thread_.joinable()) begin(withdrawal_wish{id});
}

void desktop_notifier::begin(wish what) {
  if (!has_session_bus() || !wake_) return;
  {
    const std::lock_guard lock(guard_);
    // Of each account only the last one matters.
    if (const auto* login = std::get_if<login_wish>(&what))
      std::erase_if(wishes_, [&](const wish& each) {
        const auto* const other = std::get_if<login_wish>(&each);
        return other != nullptr && other->account == login->account;
      });
    wishes_.push_back(std::move(what));
  }
  ::eventfd_write(wake_.get(), 1);
  if (thread_.joinable()) return;
  try {
    thread_ = std::jthread([this](const std::stop_token& stop) { tell_all(stop); });
  } catch (const std::system_error&) {  // No thread to be had: the person is told by the next program that asks.
  }
}

std::optional<desktop_notifier::wish> desktop_notifier::take() {
  const std::lock_guard lock(guard_);
  if (wishes_.empty()) return std::nullopt;
  wish first = std::move(wishes_.front());
  wishes_.pop_front();
  return first;
}

void desktop_notifier::tell_all(const std::stop_token& stop) {
  const auto api = load_bus_functions();
  const unique_fd stopped(::eventfd(0, EFD_CLOEXEC));
  if (!api || !stopped) return;
  const std::stop_callback wake(stop, [&stopped] { ::eventfd_write(stopped.get(), 1); });
  screen shown(where_, *api, stopped.get());
  while (!stop.stop_requested()) {
    eventfd_t woken = 0;
    ::eventfd_read(wake_.get(), &woken);
    while (const auto next = take()) {
      shown.fulfil(*next);
      if (stop.stop_requested()) return;
    }
    shown.wait(wake_.get());
  }
}

}  // namespace latchkey
