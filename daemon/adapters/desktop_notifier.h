// Notifications on the person's desktop (org.freedesktop.Notifications, the Desktop Notifications Specification), from
// a thread of its own: a bus that hangs never stops the daemon. Questions have buttons where the desktop has them, and
// are answered by no other program. Silent where there is no session bus, no libsystemd or nothing that shows
// notifications. Made by main.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>

#include "daemon/ports.h"
#include "os/unique_fd.h"

namespace latchkey {

class desktop_notifier final : public notifier {
 public:
  /// Answers to questions are given on `where`. Starts nothing yet.
  explicit desktop_notifier(boost::asio::any_io_executor where);
  /// Drops what has not been told yet and ends what is under way at once.
  ~desktop_notifier() override = default;
  desktop_notifier(const desktop_notifier&) = delete;
  desktop_notifier& operator=(const desktop_notifier&) = delete;

  void login_required(const std::string& account, const std::string& reason) override;
  void ask_consent(consent_question question, std::function<void(consent_decision)> answered) override;
  void withdraw_consent(const std::string& id) override;

  struct login_wish {
    std::string account;
    std::string reason;
  };
  struct question_wish {
    consent_question question;
    std::function<void(consent_decision)> answered;
  };
  struct withdrawal_wish {
    std::string id;
  };
  using wish = std::variant<login_wish, question_wish, withdrawal_wish>;

 private:
  void begin(wish what);
  std::optional<wish> take();
  void tell_all(const std::stop_token& stop);

  boost::asio::any_io_executor where_;
  std::mutex guard_;
  std::deque<wish> wishes_;  // What the thread has not begun with.
  unique_fd wake_;           // Readable where there may be a wish.
  std::jthread thread_;      // Last: gone before what it uses.
};

}  // namespace latchkey
