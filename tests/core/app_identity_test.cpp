#include "core/app_identity.h"

#include <gtest/gtest.h>

#include <string>

#include "core/limits.h"

namespace latchkey {
namespace {

struct placed {
  const char* control_groups;
  const char* unit;
};

TEST(ServiceUnit, IsAServiceThatHasANameOfItsOwn) {
  const placed table[] = {
      {"0::/system.slice/bot.service\n", "bot.service"},
      {"0::/system.slice/bot.service/payload/inner.service\n", "bot.service"},
      {"0::/system.slice/system-bot.slice/bot@1.service\n", "bot@1.service"},
      {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/bot.service\n", "bot.service"},
      {"12:pids:/x\n1:name=systemd:/system.slice/bot.service\n", "bot.service"},
      {"1:name=systemd:/system.slice/old.service\n0::/system.slice/new.service\n", "new.service"},
      {"0::/system.slice/new.service\n1:name=systemd:/system.slice/old.service\n", "new.service"},
      {"0::/system.slice/_odd.service\n", "odd.service"},
      {"0::/system.slice/robot7.service\n", "robot7.service"},
      {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/user@x.service/bot.service\n", "user@x.service"},
      {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-update.service\n", "run-update.service"},
      {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-report.service\n", "run-report.service"},
      {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-proxy.service\n", "run-proxy.service"},
      {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-backup.service\n", "run-backup.service"},
      // What passes, or holds everything that a person does.
      {"0::/user.slice/user-1000.slice/session-2.scope\n", ""},
      {"0::/user.slice/user-1000.slice/user@1000.service/init.scope\n", ""},
      {"0::/user.slice/user-1000.slice/user@1000.service\n", ""},
      {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-gnome-org.example-7.scope\n", ""},
      {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-org.kde.konsole@a1b2.service\n", ""},
      {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-r0a1b2c.scope\n", ""},
      {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-r0a1b2c.service\n", ""},
      {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-u7.service\n", ""},
      {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-p12-i34.service\n", ""},
      {"0::/user.slice/user-1000.slice/user@1000.service/session.slice/dbus-:1.2-org.example@0.service\n", ""},
      {"0::/init.scope\n", ""},
      {"0::/session-2.scope/bot.service\n", ""},
      {"0::/\n", ""},
      {"0::/.service\n", ""},
      {"", ""},
      {"nonsense", ""},
  };
  for (const placed& row : table) EXPECT_EQ(service_unit(row.control_groups), row.unit) << row.control_groups;
}

TEST(FlatpakApp, IsNamedByTheSectionOfTheApplication) {
  EXPECT_EQ(flatpak_app("[Application]\nname=org.example.App\nruntime=runtime/x\n[Instance]\nname=other\n"),
            "org.example.App");
  EXPECT_EQ(flatpak_app("[Instance]\nname=other\n[Application]\nruntime=x\nname=org.example.App\n"), "org.example.App");
  for (const char* text : {"", "name=org.example.App\n", "[Runtime]\nname=org.example.App\n", "[Application]\nname=\n",
                           "[Application]\nname=a b\n", "[Application]\nname=a\x1B[m\n", "[Application]\n"})
    EXPECT_EQ(flatpak_app(text), "") << text;
  const std::string longest(255, 'a');
  EXPECT_EQ(flatpak_app("[Application]\nname=" + longest), longest);
  EXPECT_EQ(flatpak_app("[Application]\nname=" + longest + "a"), "");
}

TEST(AppOf, ASandboxComesFirstThenAServiceThenTheExecutable) {
  process_facts facts;
  EXPECT_EQ(app_of(facts), "unknown");
  facts.executable = "/usr/bin/git";
  EXPECT_EQ(app_of(facts), "/usr/bin/git");
  facts.control_groups = "0::/system.slice/bot.service\n";
  EXPECT_EQ(app_of(facts), "unit:bot.service");
  facts.flatpak_info = "[Application]\nname=org.example.App\n";
  EXPECT_EQ(app_of(facts), "flatpak:org.example.App");
}

TEST(AppOf, ASandboxWithoutANameIsNotTakenForTheFileThatItsPathNamesOutside) {
  process_facts facts;
  facts.executable = "/usr/bin/git";
  facts.flatpak_info = "";
  EXPECT_EQ(app_of(facts), "unknown");
}

TEST(AppOf, C3_APathThatCouldHideWhatItIsIsUnknown) {
  process_facts facts;
  for (const char* path : {"/tmp/a\nb", "/tmp/\x1B[2J", "/tmp/\xE2\x80\xAEtig", "/tmp/\xFF"}) {
    facts.executable = path;
    EXPECT_EQ(app_of(facts), "unknown");
  }
  facts.executable = "/" + std::string(limits::app_name, 'a');
  EXPECT_EQ(app_of(facts), "unknown");
  facts.executable.pop_back();
  EXPECT_EQ(app_of(facts), facts.executable);
}

}  // namespace
}  // namespace latchkey
