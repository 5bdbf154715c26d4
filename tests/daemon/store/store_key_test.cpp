#include "daemon/adapters/store_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "core/base64.h"
#include "tests/support/environment.h"
#include "tests/support/temporary_folder.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;
using support::environment_variable;
using ::testing::HasSubstr;

constexpr std::string_view raw_key = "0123456789abcdefghijklmnopqrstu\n";
constexpr std::string_view hexadecimal_key = "303132333435363738396162636465666768696a6B6C6D6E6F70717273747576";
static_assert(raw_key.size() == 32);

class StoreKey : public ::testing::Test {
 protected:
  void put(const fs::path& path, std::string_view bytes, unsigned mode = 0600) {
    std::ofstream(path, std::ios::binary) << bytes;
    fs::permissions(path, fs::perms(mode));
  }
  void expect_key(const store_key& source, std::string_view bytes) {
    const auto key = source.read();
    ASSERT_TRUE(key) << key.error().message;
    ASSERT_TRUE(key.value());
    EXPECT_EQ(**key, secret(bytes));
  }
  void expect_locked(const store_key& source, std::string_view part) {
    const auto key = source.read();
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, errc::store_locked);
    EXPECT_THAT(key.error().message, HasSubstr(part));
  }

  support::temporary_folder folder_;
  fs::path state_ = folder_.path();
  fs::path key_file_ = folder_.path() / "key";
  environment_variable no_credentials_{"CREDENTIALS_DIRECTORY", std::nullopt};
};

TEST_F(StoreKey, ReadsThreeSpellingsOfOneKey) {
  const std::string letters = "0123456789abcdefghijklmnopqrstuv";
  const std::string base64 = base64_encode({reinterpret_cast<const unsigned char*>(letters.data()), letters.size()});
  for (const std::string& text :
       {letters, std::string(hexadecimal_key), std::string(hexadecimal_key) + "\n", base64, base64 + "\n"}) {
    put(key_file_, text);
    expect_key(store_key(state_, key_file_), letters);
  }
}

TEST_F(StoreKey, ARawKeyMayEndInANewline) {
  put(key_file_, raw_key);
  expect_key(store_key(state_, key_file_), raw_key);
}

TEST_F(StoreKey, RefusesWhatIsNoKey) {
  for (const std::string& text : {std::string(), std::string("short"), std::string(31, 'x'), std::string(33, 'x'),
                                  std::string(64, 'g'), std::string(44, '*'), std::string(5000, 'x')}) {
    put(key_file_, text);
    expect_locked(store_key(state_, key_file_), key_file_.string());
  }
}

TEST_F(StoreKey, S9_AKeyFileOpenToOthersIsRefusedWithTheChmod) {
  put(key_file_, raw_key, 0640);
  expect_locked(store_key(state_, key_file_), "chmod 600 " + key_file_.string());
}

TEST_F(StoreKey, AFolderIsNoKeyFile) {
  expect_locked(store_key(state_, state_), "is no file");
}

TEST_F(StoreKey, S10_AMissingConfiguredFileIsNeverReplacedByAnotherKey) {
  put(state_ / "store.key", raw_key);
  expect_locked(store_key(state_, key_file_), key_file_.string() + " ([store] key_file in config.toml) is missing");
}

TEST_F(StoreKey, TheSystemdCredentialComesFirstAndMayBelongToRoot) {
  const fs::path credentials = folder_.path() / "credentials";
  fs::create_directory(credentials);
  put(credentials / "latchkey-store-key", hexadecimal_key, 0440);
  put(key_file_, raw_key);
  const environment_variable given("CREDENTIALS_DIRECTORY", credentials.string());
  const store_key source(state_, key_file_);
  expect_key(source, "0123456789abcdefghijklmnopqrstuv");
  EXPECT_THAT(source.description(), HasSubstr((credentials / "latchkey-store-key").string()));
}

TEST_F(StoreKey, ACredentialsFolderWithoutOursIsPassedOver) {
  const environment_variable given("CREDENTIALS_DIRECTORY", folder_.path().string());
  put(key_file_, raw_key);
  expect_key(store_key(state_, key_file_), raw_key);
}

TEST_F(StoreKey, AGeneratedKeyIsKeptForItsOwnerAlone) {
  const store_key source(state_, "");
  const auto none = source.read();
  ASSERT_TRUE(none);
  EXPECT_FALSE(none.value());
  ASSERT_TRUE(source.obtain_or_make(secret(raw_key)));
  expect_key(source, raw_key);
  struct stat found {};
  ASSERT_EQ(::stat((state_ / "store.key").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
}

TEST_F(StoreKey, DoctorSaysThatAKeyBesideItsFilesProtectsLittle) {
  EXPECT_THAT(store_key(state_, "").description(), HasSubstr("whoever copies the whole folder"));
  EXPECT_THAT(store_key(state_, "").description(), HasSubstr("key_file"));
  EXPECT_EQ(store_key(state_, key_file_).description(), "their key comes from " + key_file_.string());
}

}  // namespace
}  // namespace latchkey
