// A client secret that the provider encrypted, as `latchkey add` takes it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/cli/program.h"
#include "tests/cli/pseudo_terminal.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view locked_pem =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n";

class EncryptedSecretProcess : public ::testing::Test {
 protected:
  EncryptedSecretProcess() { daemon_.answer("AddAccount", json::object()); }
  outcome latchkey(std::vector<std::string> words) { return run_program(std::move(words), near(daemon_)); }
  std::string at(const std::string& file) const { return (folder_.path() / file).string(); }
  void write_private(const std::string& file, std::string_view content) const {
    std::ofstream(at(file)) << content;
    ::chmod(at(file).c_str(), 0600);
  }

  fake_daemon daemon_;
  support::temporary_folder folder_;
};

TEST_F(EncryptedSecretProcess, ASecretThatTheProviderEncryptedGoesToTheDaemonWithWhatDecryptsIt) {
  write_private("sealed", "c2VhbGVk\nZWQ=\n");
  write_private("key", locked_pem);
  write_private("open", "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n");
  write_private("phrase", "pass phrase\n");
  const auto add = [&](std::vector<std::string> more) {
    const std::vector<std::string> start{
        "add", "work", "--provider", "kraken", "--client-id", "id", "--client-secret-encrypted", at("sealed")};
    more.insert(more.begin(), start.begin(), start.end());
    return latchkey(more);
  };
  EXPECT_EQ(add({"--rsa-key", at("key"), "--rsa-passphrase-file", at("phrase")}).err, "");
  EXPECT_EQ(add({"--rsa-key", at("open"), "--rsa-oaep"}).err, "");
  const auto sent = daemon_.calls("AddAccount");
  EXPECT_EQ(sent.at(0).at("account").at("client_secret_encrypted"),
            (json{{"ciphertext", "c2VhbGVk\nZWQ="}, {"private_key", locked_pem}, {"passphrase", "pass phrase"}}));
  EXPECT_EQ(sent.at(1).at("account").at("client_secret_encrypted").at("padding"), "oaep");
  EXPECT_FALSE(sent.at(1).at("account").at("client_secret_encrypted").contains("passphrase"));

  EXPECT_THAT(add({}).err, HasSubstr("--rsa-key is missing"));
  EXPECT_THAT(add({"--rsa-key", at("key")}).err, HasSubstr("--rsa-passphrase-file FILE"));
  EXPECT_THAT(add({"--rsa-key", at("key"), "--rsa-passphrase-file", "-"}).err, HasSubstr("takes a file"));
  EXPECT_THAT(add({"--rsa-key", at("none")}).err, HasSubstr("there is no file"));
  EXPECT_EQ(add({"--rsa-key", at("key"), "--client-secret-file", at("phrase")}).exit_code, 2);
  EXPECT_EQ(latchkey({"add", "work", "--provider", "kraken", "--client-id", "id", "--rsa-key", at("key")}).exit_code,
            2);
  EXPECT_EQ(daemon_.calls("AddAccount").size(), 2U);
}

TEST_F(EncryptedSecretProcess, ThePassphraseOfAPrivateKeyIsTypedWithoutBeingShown) {
  write_private("sealed", "c2VhbGVkZWQ=\n");
  write_private("key", locked_pem);
  pseudo_terminal terminal(80);
  surroundings around = near(daemon_);
  around.input_fd = terminal.program_end();
  around.error_fd = terminal.program_end();
  program adding({"add", "work", "--provider", "kraken", "--client-id", "id", "--client-secret-encrypted", at("sealed"),
                  "--rsa-key", at("key")},
                 around);
  terminal.wait_for("passphrase of the private key: ");
  terminal.type("open sesame\n");
  EXPECT_EQ(adding.wait().exit_code, 0);
  EXPECT_THAT(read_screen(terminal.screen()), Not(HasSubstr("sesame")));
  EXPECT_EQ(daemon_.calls("AddAccount").at(0).at("account").at("client_secret_encrypted").at("passphrase"),
            "open sesame");
}

}  // namespace
}  // namespace latchkey::cli
