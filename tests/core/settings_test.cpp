#include "core/settings.h"

#include <gtest/gtest.h>

namespace latchkey {
namespace {

TEST(Settings, AnEmptyFileGivesTheDefaults) {
  const settings read = parse_settings("", "config.toml").value();
  EXPECT_EQ(read.backend, store_backend::automatic);
  EXPECT_EQ(read.key_file, "");
  EXPECT_EQ(read.level, log_level::info);
  EXPECT_EQ(read.login_timeout, limits::login_timeout);
  EXPECT_EQ(read.ca_file, "");
  EXPECT_EQ(read.idle_exit, std::chrono::seconds(0));
  EXPECT_FALSE(read.lock_on_session_lock);
  EXPECT_EQ(read.unknown, unknown_apps::ask);
}

TEST(Settings, ReadsEveryKey) {
  const settings read = parse_settings(R"(
[store]
backend = "secret-service"
key_file = "/etc/latchkey/key"
[log]
level = "debug"
[login]
timeout_seconds = 60
[tls]
ca_file = "/etc/ssl/own.pem"
[daemon]
idle_exit_seconds = 600
[lock]
on_session_lock = true
[policy]
unknown_apps = "deny"
)",
                                       "config.toml")
                            .value();
  EXPECT_EQ(read.backend, store_backend::secret_service);
  EXPECT_EQ(read.key_file, "/etc/latchkey/key");
  EXPECT_EQ(read.level, log_level::debug);
  EXPECT_EQ(read.login_timeout, std::chrono::seconds(60));
  EXPECT_EQ(read.ca_file, "/etc/ssl/own.pem");
  EXPECT_EQ(read.idle_exit, std::chrono::seconds(600));
  EXPECT_TRUE(read.lock_on_session_lock);
  EXPECT_EQ(read.unknown, unknown_apps::deny);
}

TEST(Settings, TellsWhichChangesWaitForARestart) {
  const settings before;
  settings after;
  after.level = log_level::debug;
  after.login_timeout = std::chrono::seconds(11);
  after.idle_exit = std::chrono::seconds(60);
  EXPECT_TRUE(changes_that_need_a_restart(before, after).empty());
  after.backend = store_backend::file;
  after.key_file = "/key";
  after.ca_file = "/ca";
  const std::vector<std::string_view> expected{"store.backend", "store.key_file", "tls.ca_file"};
  EXPECT_EQ(changes_that_need_a_restart(before, after), expected);
}

TEST(Settings, ReadsEveryWord) {
  const auto backend = [](const std::string& word) {
    return parse_settings("[store]\nbackend = \"" + word + "\"", "c").value().backend;
  };
  EXPECT_EQ(backend("auto"), store_backend::automatic);
  EXPECT_EQ(backend("secret-service"), store_backend::secret_service);
  EXPECT_EQ(backend("file"), store_backend::file);
  const auto level = [](const std::string& word) {
    return parse_settings("[log]\nlevel = \"" + word + "\"", "c").value().level;
  };
  EXPECT_EQ(level("error"), log_level::error);
  EXPECT_EQ(level("warning"), log_level::warning);
  EXPECT_EQ(level("info"), log_level::info);
  EXPECT_EQ(level("debug"), log_level::debug);
}

struct refused_settings {
  std::string_view text;
  std::string_view message;
};

TEST(Settings, C1_SaysWhatIsWrongAndWhere) {
  const refused_settings cases[] = {
      {"[log]\nlvel = \"info\"", "c:2:1: log.lvel: unknown key \"lvel\"; did you mean \"level\"?"},
      {"[strore]\nbackend = \"file\"", "c:1:2: strore: unknown key \"strore\"; did you mean \"store\"?"},
      {"[store]\nbackend = \"flie\"", "c:2:11: store.backend: unknown value \"flie\"; did you mean \"file\"?"},
      {"[log]\nlevel = 3", "c:2:9: log.level: must be a string, not an integer"},
      {"[login]\ntimeout_seconds = 9", "c:2:19: login.timeout_seconds: must be 10 to 3600 seconds, not 9"},
      {"[login]\ntimeout_seconds = 3601", "c:2:19: login.timeout_seconds: must be 10 to 3600 seconds, not 3601"},
      {"[login]\ntimeout_seconds = \"60\"", "c:2:19: login.timeout_seconds: must be an integer, not a string"},
      {"[daemon]\nidle_exit_seconds = 4",
       "c:2:21: daemon.idle_exit_seconds: must be 0, for never, or 5 to 86400 seconds, not 4"},
      {"[daemon]\nidle_exit_seconds = 86401",
       "c:2:21: daemon.idle_exit_seconds: must be 0, for never, or 5 to 86400 seconds, not 86401"},
      {"[store]\nkey_file = \"~/key\"", "c:2:12: store.key_file: must be an absolute path, one that starts with /"},
      {"[tls]\nca_file = \"own.pem\"", "c:2:11: tls.ca_file: must be an absolute path, one that starts with /"},
  };
  for (const auto& each : cases) {
    const auto read = parse_settings(each.text, "c");
    ASSERT_FALSE(read) << each.text;
    EXPECT_EQ(read.error().code, errc::bad_request);
    EXPECT_EQ(read.error().message, each.message);
  }
  EXPECT_FALSE(parse_settings("[log", "c"));
  EXPECT_TRUE(parse_settings("[login]\ntimeout_seconds = 10", "c"));
  EXPECT_TRUE(parse_settings("[daemon]\nidle_exit_seconds = 0", "c"));
  EXPECT_TRUE(parse_settings("[daemon]\nidle_exit_seconds = 5", "c"));
  EXPECT_TRUE(parse_settings("[login]\ntimeout_seconds = 3600", "c"));
}

}  // namespace
}  // namespace latchkey
