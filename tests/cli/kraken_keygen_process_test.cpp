// `latchkey kraken keygen` with an openssl program that does as it is told; the real one makes a key in the end-to-end
// tests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <termios.h>

#include <filesystem>
#include <fstream>

#include "tests/cli/program.h"
#include "tests/cli/pseudo_terminal.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string private_pem = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIJ\n-----END ENCRYPTED PRIVATE KEY-----\n";
const std::string public_pem = "-----BEGIN PUBLIC KEY-----\nMIIC\n-----END PUBLIC KEY-----\n";

std::string content_of(const std::string& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

class KrakenKeygenProcess : public ::testing::Test {
 protected:
  KrakenKeygenProcess() {
    std::filesystem::create_directory(folder_.path() / "bin");
    std::filesystem::create_directory(folder_.path() / "keys");
    around_.environment["PATH"] = path("bin") + ":/usr/bin:/bin";
    around_.environment["TOLD"] = path("told");
    // What the real one would do, and a record of what it was given.
    openssl(
        "{ echo \"$@\"; env; cat <&3; } >> \"$TOLD\"\n"
        "case $1 in genrsa) printf '" +
        escaped(private_pem) + "' ;; rsa) cat >> \"$TOLD\"; printf '" + escaped(public_pem) + "' ;; esac\n");
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  static std::string escaped(std::string text) {
    for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at))
      text.replace(at, 1, "\\n");
    return text.replace(0, 1, "\\055");
  }
  void openssl(const std::string& script) {
    std::ofstream(path("bin/openssl")) << "#!/bin/sh\n" << script;
    ::chmod(path("bin/openssl").c_str(), 0755);
  }
  [[nodiscard]] std::vector<std::string> words(std::vector<std::string> more = {}) const {
    std::vector<std::string> all{
        "kraken", "keygen", "--out", path("keys/private.pem"), "--public", path("keys/public.pem")};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  outcome keygen(const std::string& passphrase, std::vector<std::string> more = {}) {
    around_.input = passphrase;
    more.insert(more.end(), {"--passphrase-file", "-"});
    return run_program(words(std::move(more)), around_);
  }
  [[nodiscard]] std::size_t files_made() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_.path() / "keys"), {}));
  }

  support::temporary_folder folder_;
  surroundings around_;
};

TEST_F(KrakenKeygenProcess, MakesThePairAsTheGuideDoesAndPrintsThePublicHalf) {
  const outcome done = keygen("open sesame\nnot this\n");
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, public_pem);
  EXPECT_THAT(done.err,
              AllOf(HasSubstr(path("keys/private.pem") + ": the private key"), HasSubstr("Send it to the provider")));
  EXPECT_EQ(content_of(path("keys/private.pem")), private_pem);
  EXPECT_EQ(content_of(path("keys/public.pem")), public_pem);
  EXPECT_EQ(files_made(), 2U);
  for (const char* name : {"keys/private.pem", "keys/public.pem"}) {
    struct stat found {};
    ASSERT_EQ(::stat(path(name).c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600U);
  }
  const std::string told = content_of(path("told"));
  EXPECT_THAT(told, AllOf(HasSubstr("genrsa -aes128 -passout fd:3 4096\n"), HasSubstr("rsa -passin fd:3 -pubout\n"),
                          HasSubstr(private_pem)));
}

TEST_F(KrakenKeygenProcess, C2_ThePassphraseIsNeitherAnArgumentNorInTheEnvironment) {
  openssl("{ echo \"$@\"; env; } >> \"$TOLD\"; cat <&3 >> \"$TOLD.pipe\"; exit 1\n");
  const outcome done = keygen("open sesame\n");
  EXPECT_EQ(content_of(path("told.pipe")), "open sesame");
  EXPECT_THAT(content_of(path("told")), AllOf(HasSubstr("PATH="), Not(HasSubstr("sesame"))));
  EXPECT_THAT(done.out + done.err, Not(HasSubstr("sesame")));
}

TEST_F(KrakenKeygenProcess, JsonHasTheFilesAndThePublicHalf) {
  const outcome done = keygen("open sesame", {"--json"});
  EXPECT_EQ(json::parse(done.out), (json{{"private_key_file", path("keys/private.pem")},
                                         {"public_key_file", path("keys/public.pem")},
                                         {"public_key", public_pem}}));
  EXPECT_EQ(done.err, "");
}

TEST_F(KrakenKeygenProcess, ThePassphraseComesFromAFileWhichOthersShouldNotRead) {
  std::ofstream(path("phrase")) << "from a file\r\nsecond line\n";
  ::chmod(path("phrase").c_str(), 0644);
  const outcome done = run_program(words({"--passphrase-file", path("phrase")}), around_);
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_THAT(done.err, HasSubstr("chmod 600 " + path("phrase")));
  EXPECT_THAT(content_of(path("told")), AllOf(HasSubstr("from a file"), Not(HasSubstr("second"))));
}

TEST_F(KrakenKeygenProcess, AnExistingFileIsNeverOverwritten) {
  for (const char* name : {"keys/private.pem", "keys/public.pem"}) {
    std::ofstream(path(name)) << "mine";
    const outcome done = keygen("open sesame\n");
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_EQ(done.out, "");
    EXPECT_THAT(done.err, HasSubstr(path(name) + " already"));
    EXPECT_EQ(content_of(path(name)), "mine");
    EXPECT_EQ(files_made(), 1U);
    std::filesystem::remove(path(name));
  }
  std::filesystem::create_symlink(path("elsewhere"), path("keys/private.pem"));
  EXPECT_EQ(keygen("open sesame\n").exit_code, 2) << "a link that leads nowhere";
  EXPECT_FALSE(std::filesystem::exists(path("elsewhere")));
  EXPECT_FALSE(std::filesystem::exists(path("told"))) << "openssl was not run";
}

TEST_F(KrakenKeygenProcess, AFileThatAppearsMeanwhileIsNotOverwrittenEitherAndNoHalfPairStays) {
  openssl("case $1 in genrsa) printf '" + escaped(private_pem) + "' ;; rsa) printf '" + escaped(public_pem) +
          "'; echo mine > '" + path("keys/public.pem") + "' ;; esac\n");
  const outcome done = keygen("open sesame\n");
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_THAT(done.err, HasSubstr("already"));
  EXPECT_EQ(content_of(path("keys/public.pem")), "mine\n");
  EXPECT_EQ(files_made(), 1U);
}

TEST_F(KrakenKeygenProcess, C3_AnOpensslThatFailsOrPrintsRubbishLeavesNothingBehind) {
  struct {
    std::string script;
    const char* says;
  } const rows[] = {
      {"echo 'no \033[31mentropy' >&2; echo more >&2; exit 1", "openssl genrsa failed: no \\x1B[31mentropy"},
      {"kill -9 $$", "openssl genrsa failed"},
      {"[ $1 = rsa ] && exit 3; printf '" + escaped(private_pem) + "'", "openssl rsa failed"},
      {"echo hello", "nothing was written"},
      {"exit 0", "nothing was written"},
      // Not encrypted: such a key must not reach the disk.
      {"case $1 in genrsa) echo '-----BEGIN PRIVATE KEY-----' ;; rsa) printf '" + escaped(public_pem) + "' ;; esac",
       "nothing was written"},
      // It gets the signal that this command ignores for itself.
      {"kill -PIPE $$; echo hello", "openssl genrsa failed"}};
  for (const auto& row : rows) {
    openssl(row.script + "\n");
    const outcome done = keygen("open sesame\n");
    EXPECT_EQ(done.exit_code, 1) << row.says;
    EXPECT_THAT(done.err, HasSubstr(row.says));
    EXPECT_EQ(done.out, "");
    EXPECT_EQ(done.err.find('\033'), std::string::npos);
    EXPECT_EQ(files_made(), 0U);
  }
}

TEST_F(KrakenKeygenProcess, WithoutAnOpensslProgramASentenceSaysWhatToInstall) {
  around_.environment["PATH"] = path("keys");
  const outcome done = keygen("open sesame\n");
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_EQ(done.err, "latchkey: there is no openssl program, which makes the keys: install the package openssl\n");
  EXPECT_EQ(files_made(), 0U);
}

TEST_F(KrakenKeygenProcess, PassphrasesThatOpensslWouldNotTakeWholeAreRefused) {
  struct {
    std::string input;
    const char* says;
  } const rows[] = {{"", "no passphrase"},
                    {"\n", "no passphrase"},
                    {"abc\n", "shorter than 4"},
                    {std::string(1001, 'x'), "longer than 1,000"},
                    {std::string("open\0sesame\n", 12), "NUL"}};
  for (const auto& row : rows) {
    const outcome done = keygen(row.input);
    EXPECT_EQ(done.exit_code, 2) << row.says;
    EXPECT_THAT(done.err, HasSubstr(row.says));
  }
  EXPECT_EQ(run_program(words({"--passphrase-file", path("none")}), around_).exit_code, 2);
  const outcome nobody = run_program(words(), around_);
  EXPECT_EQ(nobody.exit_code, 2);
  EXPECT_THAT(nobody.err, HasSubstr("--passphrase-file"));
  EXPECT_EQ(files_made(), 0U);
}

TEST_F(KrakenKeygenProcess, FilesThatCannotBeAreRefusedBeforeThePassphraseIsAskedFor) {
  for (const auto& [out, open] :
       std::vector<std::pair<std::string, std::string>>{{path("keys/one.pem"), path("keys/./one.pem")},
                                                        {path("none/a.pem"), path("keys/b.pem")},
                                                        {"", path("keys/b")}}) {
    const outcome done = run_program({"kraken", "keygen", "--out", out, "--public", open}, around_);
    EXPECT_EQ(done.exit_code, 2) << out;
    EXPECT_THAT(done.err, Not(HasSubstr("passphrase"))) << out;
  }
}

class KrakenKeygenTerminal : public KrakenKeygenProcess {
 protected:
  KrakenKeygenTerminal() { around_.input_fd = around_.error_fd = terminal_.program_end(); }
  [[nodiscard]] bool echoes() const {
    termios state{};
    ::tcgetattr(terminal_.program_end(), &state);
    return (state.c_lflag & ECHO) != 0;
  }

  pseudo_terminal terminal_{40};
};

TEST_F(KrakenKeygenTerminal, ThePassphraseIsAskedForTwiceWithoutEchoUntilBothAreTheSame) {
  program making(words(), around_);
  std::string shown = terminal_.wait_for("passphrase for the private key: ");
  EXPECT_FALSE(echoes());
  terminal_.type("open sesame\n");
  shown += terminal_.wait_for("the same again: ");
  terminal_.type("open sesam\n");
  shown += terminal_.wait_for("These were not the same.\r\npassphrase for the private key: ");
  terminal_.type("open sesame\n");
  shown += terminal_.wait_for("the same again: ");
  terminal_.type("open sesame\n");
  shown += terminal_.wait_for("Send it to the provider");
  EXPECT_EQ(making.wait().exit_code, 0);
  EXPECT_TRUE(echoes());
  EXPECT_THAT(shown, Not(HasSubstr("open")));
  EXPECT_EQ(files_made(), 2U);
}

TEST_F(KrakenKeygenTerminal, C7_CtrlCAtEitherQuestionTurnsTheEchoBackOnAndLeavesNothing) {
  for (const bool second : {false, true}) {
    program making(words(), around_);
    terminal_.wait_for("private key: ");
    if (second) {
      terminal_.type("open sesame\n");
      terminal_.wait_for("the same again: ");
    }
    EXPECT_FALSE(echoes());
    making.signal(SIGINT);
    EXPECT_EQ(making.wait().exit_code, 130);
    EXPECT_TRUE(echoes());
    EXPECT_EQ(files_made(), 0U);
  }
}

TEST_F(KrakenKeygenTerminal, C7_CtrlDIsNoPassphrase) {
  program making(words(), around_);
  terminal_.wait_for("private key: ");
  terminal_.type("\x04");
  EXPECT_EQ(making.wait().exit_code, 2);
  EXPECT_TRUE(echoes());
}

TEST_F(KrakenKeygenProcess, C7_CtrlCWhileOpensslRunsLeavesNothing) {
  std::filesystem::create_directory(path("wait"));
  for (const char* pipe : {"wait/begun", "wait/go"}) ASSERT_EQ(::mkfifo(path(pipe).c_str(), 0600), 0);
  // It has the second pipe open before it says so: what is written there then reaches it, and it ends.
  openssl("exec 4<> '" + path("wait/go") + "'; echo begun > '" + path("wait/begun") + "'; read line <&4\n");
  around_.input = "open sesame\n";
  program making(words({"--passphrase-file", "-"}), around_);
  std::ifstream begun(path("wait/begun"));
  std::string line;
  std::getline(begun, line);
  EXPECT_EQ(line, "begun");
  making.signal(SIGINT);
  EXPECT_EQ(making.wait().exit_code, 130);
  EXPECT_EQ(files_made(), 0U);
  std::ofstream(path("wait/go")) << "end\n";
}

}  // namespace
}  // namespace latchkey::cli
