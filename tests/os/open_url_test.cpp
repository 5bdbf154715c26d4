#include "os/open_url.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "os/unique_fd.h"
#include "tests/support/environment.h"
#include "tests/support/temporary_folder.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;
using support::environment_variable;
using support::temporary_folder;
using commands = std::vector<std::vector<std::string>>;

TEST(OpenUrl, BrowserVariableIsAListOfCommands) {
  EXPECT_EQ(browser_commands("firefox", "https://a/?b&c"), (commands{{"firefox", "https://a/?b&c"}}));
  EXPECT_EQ(browser_commands("a -n:b --url=%s x", "U"), (commands{{"a", "-n", "U"}, {"b", "--url=U", "x"}}));
  EXPECT_EQ(browser_commands(" : ", "U"), commands{});
  EXPECT_EQ(browser_commands("b %s", "http://h/%s"), (commands{{"b", "http://h/%s"}}));
}

// A browser that writes what it got into a named pipe, so that the test can wait for it.
class recording_browser {
 public:
  recording_browser() {
    std::ofstream(script()) << "#!/bin/sh\n{ printf '%s\\n' \"$1\"; ls /proc/self/fd | tr '\\n' ' '; printf '\\n%s\\n' "
                               "\"${NOTIFY_SOCKET-none}\"; umask; ulimit -S -n; } > "
                            << pipe().string() << "\n";
    fs::permissions(script(), fs::perms(0700));
    if (::mkfifo(pipe().c_str(), 0600) != 0) throw std::runtime_error("mkfifo");
  }
  [[nodiscard]] fs::path script() const { return folder_.path() / "browser"; }
  [[nodiscard]] fs::path pipe() const { return folder_.path() / "said"; }
  [[nodiscard]] std::vector<std::string> said() const {
    std::ifstream stream(pipe());
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
  }

 private:
  temporary_folder folder_;
};

TEST(OpenUrl, C8_NoShellSeesTheAddress) {
  const recording_browser recorder;
  const environment_variable browser("BROWSER", recorder.script().string());
  const std::string url = "http://127.0.0.1/?a=1&b=$(touch /tmp/x);`id`|'\"";
  ASSERT_TRUE(open_url(url));
  EXPECT_EQ(recorder.said().at(0), url);
}

TEST(OpenUrl, P3_TheBrowserInheritsNoDescriptorAndNoServiceVariable) {
  const recording_browser recorder;
  const environment_variable browser("BROWSER", recorder.script().string());
  const environment_variable notify("NOTIFY_SOCKET", "/run/notify");
  const unique_fd leak(::open("/dev/zero", O_RDONLY));  // no O_CLOEXEC on purpose
  ASSERT_TRUE(open_url("http://127.0.0.1/"));
  const auto said = recorder.said();
  EXPECT_EQ(said.at(1), "0 1 2 3 ");  // 3 is the folder that ls itself reads
  EXPECT_EQ(said.at(2), "none");
}

TEST(OpenUrl, TheBrowserHasThePersonsUmaskWhateverOursIs) {
  const recording_browser recorder;
  const environment_variable browser("BROWSER", recorder.script().string());
  const mode_t before = ::umask(0077);
  set_browser_umask(0027);
  ASSERT_TRUE(open_url("http://127.0.0.1/"));
  ::umask(before);
  set_browser_umask(before);
  EXPECT_EQ(recorder.said().at(3), "0027");
}

TEST(OpenUrl, TheBrowserHasThePersonsLimitOfDescriptorsWhateverOursIs) {
  const recording_browser recorder;
  const environment_variable browser("BROWSER", recorder.script().string());
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  set_browser_descriptors(123);
  ASSERT_TRUE(open_url("http://127.0.0.1/"));
  set_browser_descriptors(before.rlim_cur);
  EXPECT_EQ(recorder.said().at(4), "123");
}

TEST(OpenUrl, C8_AMissingBrowserIsAnErrorThatSaysWhatToDo) {
  const environment_variable browser("BROWSER", "/nonexistent/browser");
  const auto opened = open_url("http://127.0.0.1/");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, errc::temporarily_unavailable);
  EXPECT_NE(opened.error().message.find("--no-browser"), std::string::npos);
}

TEST(OpenUrl, TheNextCommandIsTriedWhereOneIsMissing) {
  const recording_browser recorder;
  const environment_variable browser("BROWSER", "/nonexistent/browser:" + recorder.script().string());
  ASSERT_TRUE(open_url("http://127.0.0.1/second"));
  EXPECT_EQ(recorder.said().at(0), "http://127.0.0.1/second");
}

TEST(OpenUrl, NeedsABrowserVariableOrADisplayWithXdgOpen) {
  const environment_variable display("DISPLAY", std::nullopt);
  const environment_variable wayland("WAYLAND_DISPLAY", std::nullopt);
  {
    const environment_variable browser("BROWSER", std::nullopt);
    EXPECT_FALSE(can_open_url());
    const environment_variable some("DISPLAY", ":0");
    const environment_variable path("PATH", "/nonexistent");
    EXPECT_FALSE(can_open_url());
  }
  const environment_variable browser("BROWSER", "firefox");
  EXPECT_TRUE(can_open_url());
}

}  // namespace
}  // namespace latchkey
