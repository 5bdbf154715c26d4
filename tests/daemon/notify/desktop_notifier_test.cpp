// Under with_bare_bus.sh: a session bus of its own, on which at first nothing shows notifications.
#include "daemon/adapters/desktop_notifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>

#include "os/unique_fd.h"
#include "tests/daemon/notify/notification_service.h"
#include "tests/support/environment.h"
#include "tests/support/temporary_folder.h"

namespace latchkey {
namespace {

using support::environment_variable;
using support::notification_service;
using support::shown_notification;
using testing::HasSubstr;
using testing::Not;

constexpr auto at_once = std::chrono::seconds(3);  // Where a wait would be the notifier's ten seconds.

template <class Work>
auto duration_of(Work work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::steady_clock::now() - begun;
}

unique_fd listening_socket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  unique_fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::listen(socket.get(), 1), 0);
  return socket;
}

shown_notification next_of(notification_service& service) {
  auto shown = service.next();
  EXPECT_TRUE(shown) << "nothing was shown";
  return std::move(shown).value_or(shown_notification{});
}

TEST(DesktopNotifier, SaysWhoseLoginEndedAndWhatToRun) {
  notification_service service;
  boost::asio::io_context context;
  desktop_notifier notifier(context.get_executor());
  notifier.login_required("work", "the provider no longer takes the grant");
  const shown_notification shown = next_of(service);
  EXPECT_EQ(shown.app, "Latchkey");
  EXPECT_EQ(shown.summary, "Latchkey: log in to work again");
  EXPECT_EQ(shown.body, "the provider no longer takes the grant\nRun: latchkey login work");
  EXPECT_EQ(shown.replaces, 0U);
  EXPECT_EQ(shown.expires, 0) << "it must stay until somebody has seen it";
}

TEST(DesktopNotifier, ReplacesTheNotificationOfTheSameAccountAlone) {
  notification_service service;
  boost::asio::io_context context;
  desktop_notifier notifier(context.get_executor());
  notifier.login_required("work", "first");
  EXPECT_EQ(next_of(service).replaces, 0U);
  notifier.login_required("home", "first");
  EXPECT_EQ(next_of(service).replaces, 0U);
  notifier.login_required("work", "second");
  EXPECT_EQ(next_of(service).replaces, 1U);
  notifier.login_required("home", "second");
  EXPECT_EQ(next_of(service).replaces, 2U);
}

TEST(DesktopNotifier, ShowsForeignTextAsTextAndNeverAsMarkup) {
  notification_service service;
  boost::asio::io_context context;
  desktop_notifier notifier(context.get_executor());
  notifier.login_required("work", "a <b>bold</b> & \x1b[31m \xE2\x80\xAE\xFF<img src=\"http://192.0.2.1/\"/>\nRun: rm");
  const std::string body = next_of(service).body;
  EXPECT_THAT(body, HasSubstr("a &lt;b&gt;bold&lt;/b&gt; &amp; \\x1B"));
  EXPECT_THAT(body, Not(HasSubstr("<")));
  EXPECT_THAT(body, Not(HasSubstr("\x1b")));
  EXPECT_THAT(body, Not(HasSubstr("\nRun: rm"))) << "a reason adds no line";
}

TEST(DesktopNotifier, IsSilentWhereNothingShowsNotificationsAndTellsTheNextOnceSomethingDoes) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  boost::asio::io_context context;
  desktop_notifier notifier(context.get_executor());
  EXPECT_LT(duration_of([&] { notifier.login_required("home", "nobody looks"); }), at_once);
  EXPECT_EQ(testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr(), "");
  notification_service service;
  notifier.login_required("work", "now somebody does");
  std::string summary = next_of(service).summary;
  // The first may have come so late that it was shown, too.
  if (summary != "Latchkey: log in to work again") summary = next_of(service).summary;
  EXPECT_EQ(summary, "Latchkey: log in to work again");
}

TEST(DesktopNotifier, DoesNothingWithoutABus) {
  const environment_variable address("DBUS_SESSION_BUS_ADDRESS", std::nullopt);
  const environment_variable runtime("XDG_RUNTIME_DIR", std::nullopt);
  testing::internal::CaptureStderr();
  boost::asio::io_context context;
  EXPECT_LT(duration_of([&] { desktop_notifier(context.get_executor()).login_required("work", "nobody looks"); }),
            at_once);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(DesktopNotifier, DoesNothingWhereTheBusIsGone) {
  const environment_variable address("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
  testing::internal::CaptureStderr();
  boost::asio::io_context context;
  EXPECT_LT(duration_of([&] { desktop_notifier(context.get_executor()).login_required("work", "nobody looks"); }),
            at_once);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

// A bus that takes the connection and never says a word.
TEST(DesktopNotifier, NeitherWaitsForAHangingBusNorLetsTheDaemonsEndWait) {
  const support::temporary_folder folder;
  const std::string path = folder.path() / "bus";
  const unique_fd bus = listening_socket(path);
  const environment_variable address("DBUS_SESSION_BUS_ADDRESS", "unix:path=" + path);
  boost::asio::io_context context;
  auto notifier = std::make_unique<desktop_notifier>(context.get_executor());
  EXPECT_LT(duration_of([&] { notifier->login_required("work", "nobody answers"); }), at_once);
  const unique_fd taken(::accept(bus.get(), nullptr, nullptr));
  ASSERT_TRUE(taken);
  EXPECT_LT(duration_of([&] { notifier.reset(); }), at_once);
}

}  // namespace
}  // namespace latchkey
