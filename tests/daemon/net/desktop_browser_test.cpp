#include "daemon/adapters/desktop_browser.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "os/unique_fd.h"
#include "tests/support/environment.h"
#include "tests/support/temporary_folder.h"

#include <fcntl.h>

namespace latchkey {
namespace {

TEST(DesktopBrowser, OpensTheAddressInTheBrowserOfTheEnvironment) {
  const support::temporary_folder folder;
  const auto pipe = folder.path() / "opened";
  const auto program = folder.path() / "browser";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::ofstream(program) << "#!/bin/sh\nprintf '%s' \"$1\" > " << pipe.native() << "\n";
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const support::environment_variable chosen("BROWSER", program.native());

  const unique_fd reader(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  desktop_browser browser;
  EXPECT_TRUE(browser.available());
  const std::string url = "https://idp.example/?a=1&b=$(id);'x'";
  ASSERT_TRUE(browser.open(url));
  pollfd ready{reader.get(), POLLIN, 0};
  ASSERT_EQ(::poll(&ready, 1, 10000), 1);
  std::string opened(256, '\0');
  opened.resize(static_cast<std::size_t>(::read(reader.get(), opened.data(), opened.size())));
  EXPECT_EQ(opened, url);
}

}  // namespace
}  // namespace latchkey
