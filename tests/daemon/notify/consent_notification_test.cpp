// Questions about apps, as notifications with buttons. Under with_bare_bus.sh: the test itself shows them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <systemd/sd-bus.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <vector>

#include "daemon/adapters/desktop_notifier.h"
#include "tests/daemon/notify/notification_service.h"

namespace latchkey {
namespace {

using support::capable;
using support::notification_service;
using support::shown_notification;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* service_name = "org.freedesktop.Notifications";

consent_question question(const std::string& id) {
  consent_question asked;
  asked.id = id;
  asked.app = "/usr/bin/git";
  asked.account = "work";
  return asked;
}

struct ConsentNotification : testing::Test {
  void ask(const consent_question& asked) {
    notifier.ask_consent(asked, [this](consent_decision chosen) { answers.push_back(chosen); });
  }
  shown_notification next() {
    auto shown = service.next();
    EXPECT_TRUE(shown) << "nothing was shown";
    return std::move(shown).value_or(shown_notification{});
  }
  // What is answered within the time in which an answer comes, or nothing does.
  void run_until_answered() { context.run_one_for(std::chrono::seconds(10)); }
  // Something that takes as long as an answer would have, and one way more: what came before has been handled then.
  void let_the_notifier_catch_up() {
    notifier.login_required("other", "");
    EXPECT_THAT(next().summary, HasSubstr("log in to other"));
    context.poll();
  }

  notification_service service{capable::of_buttons};
  boost::asio::io_context context;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};
  std::vector<consent_decision> answers;
  desktop_notifier notifier{context.get_executor()};
};

TEST_F(ConsentNotification, SaysWhichAppWantsWhatAndHasAButtonForEachAnswer) {
  consent_question asked = question("1");
  asked.scopes = {"repo", "user"};
  ask(asked);
  const shown_notification shown = next();
  EXPECT_EQ(shown.summary, "Latchkey: may an app use work?");
  EXPECT_EQ(shown.body, "/usr/bin/git wants to use work\nScopes: repo user");
  EXPECT_THAT(shown.actions, ElementsAre("allow", "Allow", "day", "Allow for a day", "deny", "Deny"));
  EXPECT_EQ(shown.expires, 0) << "it must stay until somebody has seen it";
}

TEST_F(ConsentNotification, EachButtonIsItsAnswerOnTheDaemonsExecutor) {
  const std::vector<std::pair<std::string, consent_decision>> rows{
      {"allow", consent_decision::allow}, {"day", consent_decision::allow_for_a_day}, {"deny", consent_decision::deny}};
  std::uint32_t id = 0;
  for (const auto& [key, decision] : rows) {
    ask(question(key));
    next();
    service.press(++id, key);
    run_until_answered();
    ASSERT_FALSE(answers.empty()) << key;
    EXPECT_EQ(answers.back(), decision) << key;
  }
  EXPECT_EQ(answers.size(), rows.size());
}

TEST_F(ConsentNotification, OfSeveralQuestionsTheOneWhoseButtonWasPressedIsAnswered) {
  std::vector<std::string> answered;
  for (const std::string id : {"a", "b", "c"}) {
    notifier.ask_consent(question(id), [&answered, id](consent_decision /*unused*/) { answered.push_back(id); });
    next();
  }
  service.press(2, "allow");
  run_until_answered();
  EXPECT_THAT(answered, ElementsAre("b"));
  service.press(3, "deny");
  run_until_answered();
  EXPECT_THAT(answered, ElementsAre("b", "c"));
}

TEST_F(ConsentNotification, ASecondPressAndAKeyThatWeDidNotOfferAreNoAnswer) {
  ask(question("1"));
  next();
  service.press(1, "default");
  let_the_notifier_catch_up();
  ask(question("2"));
  next();
  service.press(3, "allow");
  service.press(3, "deny");
  run_until_answered();
  let_the_notifier_catch_up();
  EXPECT_THAT(answers, ElementsAre(consent_decision::allow));
}

TEST_F(ConsentNotification, SweepingItAwayIsNoAnswer) {
  ask(question("1"));
  next();
  service.dismiss(1);
  service.press(1, "allow");
  let_the_notifier_catch_up();
  EXPECT_THAT(answers, IsEmpty());
}

TEST_F(ConsentNotification, AQuestionThatWasAnsweredElsewhereLeavesTheScreen) {
  ask(question("1"));
  next();
  ask(question("2"));
  next();
  notifier.withdraw_consent("1");
  EXPECT_EQ(service.next_closed(), 1U);
  service.press(1, "allow");
  let_the_notifier_catch_up();
  EXPECT_THAT(answers, IsEmpty());
  notifier.withdraw_consent("2");
  EXPECT_EQ(service.next_closed(), 2U);
}

// Any program of the person's may send such a signal, also to the notifier alone, past the bus's own filter.
TEST_F(ConsentNotification, NoOtherProgramCanPressTheButton) {
  ask(question("1"));
  next();
  sd_bus* stranger = nullptr;
  ASSERT_GE(::sd_bus_open_user(&stranger), 0);
  for (const bool to_it_alone : {false, true}) {
    sd_bus_message* forged = nullptr;
    ASSERT_GE(
        ::sd_bus_message_new_signal(stranger, &forged, "/org/freedesktop/Notifications", service_name, "ActionInvoked"),
        0);
    if (to_it_alone) {
      ASSERT_GE(::sd_bus_message_set_destination(forged, service.asker().c_str()), 0);
    }
    ASSERT_GE(::sd_bus_message_append(forged, "us", 1U, "allow"), 0);
    ASSERT_GE(::sd_bus_send(stranger, forged, nullptr), 0);
    ::sd_bus_message_unref(forged);
  }
  ::sd_bus_flush_close_unref(stranger);
  let_the_notifier_catch_up();
  EXPECT_THAT(answers, IsEmpty());
  service.press(1, "deny");
  run_until_answered();
  EXPECT_THAT(answers, ElementsAre(consent_decision::deny));
}

TEST_F(ConsentNotification, ShowsForeignTextAsTextAndNeverAsMarkup) {
  consent_question asked = question("1");
  asked.app = "/tmp/<b>git</b>\n\x1b[31m";
  asked.scopes = {"<img/>"};
  ask(asked);
  EXPECT_THAT(next().body, AllOf(HasSubstr("/tmp/&lt;b&gt;git&lt;/b&gt;\\x0A\\x1B"), HasSubstr("&lt;img/&gt;"),
                                 Not(HasSubstr("<")), Not(HasSubstr("\x1b"))));
}

TEST(ConsentNotificationWithoutButtons, SaysWhereToAnswer) {
  notification_service service(capable::of_text);
  boost::asio::io_context context;
  desktop_notifier notifier(context.get_executor());
  notifier.ask_consent(question("1"), [](consent_decision /*unused*/) { FAIL() << "nobody answered"; });
  const auto shown = service.next();
  ASSERT_TRUE(shown);
  EXPECT_THAT(shown->actions, IsEmpty());
  EXPECT_EQ(shown->body, "/usr/bin/git wants to use work\nRun: latchkey apps pending");
  notifier.withdraw_consent("1");
  EXPECT_EQ(service.next_closed(), 1U);
}

}  // namespace
}  // namespace latchkey
