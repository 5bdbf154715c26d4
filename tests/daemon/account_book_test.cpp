#include "daemon/account_book.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <fstream>

#include "tests/support/fake_world.h"
#include "tests/support/temporary_folder.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;

class AccountBookTest : public testing::Test {
 protected:
  AccountBookTest()
      : world_(context_.get_executor()),
        providers_(world_.http, folder_.path() / "providers"),
        surroundings_{context_.get_executor(), world_.ports(), providers_, [](const account&, std::string_view) {}},
        book_(surroundings_, folder_.path() / "accounts") {}

  static account_config config(const std::string& name) {
    account_config made;
    made.name = name;
    made.client_id = "app";
    made.authorization_endpoint = "https://id.example/authorize";
    made.token_endpoint = "https://id.example/token";
    return made;
  }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / "accounts" / (name + ".toml")) << text;
  }

  support::temporary_folder folder_;
  boost::asio::io_context context_;
  support::fake_world world_;
  provider_catalog providers_;
  account_surroundings surroundings_;
  account_book book_;
};

TEST_F(AccountBookTest, AnAddedAccountIsAFileThatAnotherBookReads) {
  ASSERT_TRUE(book_.add(config("work")));
  EXPECT_TRUE(book_.contains("work"));
  account_book other(surroundings_, folder_.path() / "accounts");
  const auto found = other.find("work");
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)->config().client_id, "app");
  EXPECT_EQ(other.all().size(), 1U);
}

TEST_F(AccountBookTest, C1_ATakenNameIsRefusedAndTheFirstAccountStays) {
  ASSERT_TRUE(book_.add(config("work")));
  account_config second = config("work");
  second.client_id = "other";
  const auto added = book_.add(second);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, errc::bad_request);
  EXPECT_EQ((*book_.find("work"))->config().client_id, "app");
}

TEST_F(AccountBookTest, AnUnknownNameOffersTheNearest) {
  ASSERT_TRUE(book_.add(config("work")));
  const auto found = book_.find("wrok");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, errc::no_such_account);
  EXPECT_NE(found.error().message.find("did you mean \"work\""), std::string::npos);
}

TEST_F(AccountBookTest, I14_ANameThatIsAPathFindsNothing) {
  ASSERT_TRUE(book_.add(config("work")));
  std::ofstream(folder_.path() / "outside.toml") << "client_id = \"x\"\n";
  const std::vector<std::string> names{
      "../outside", "../accounts/work", "work/../work", "/work", "work\n", "", ".", "..", std::string("work\0x", 6)};
  for (const auto& name : names) EXPECT_FALSE(book_.find(name)) << name;
  const auto huge = book_.find(std::string(10'000, 'a'));
  ASSERT_FALSE(huge);
  EXPECT_LT(huge.error().message.size(), 300U);
}

TEST_F(AccountBookTest, AWrongFileIsNamedWithLineAndKeyAndHidesNoOtherAccount) {
  ASSERT_TRUE(book_.add(config("work")));
  write("bad", "client_id = \"app\"\nclientid = \"app\"\n");
  const auto found = book_.find("bad");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, errc::bad_request);
  EXPECT_NE(found.error().message.find("bad.toml:2:"), std::string::npos);
  EXPECT_EQ(book_.all().size(), 1U);
  ASSERT_EQ(book_.troubles().size(), 1U);
}

TEST_F(AccountBookTest, AChangedFileAppliesAndAWrongOneChangesNothing) {
  ASSERT_TRUE(book_.add(config("work")));
  account_config changed = config("work");
  changed.client_id = "changed";
  write("work", format_account(changed));
  book_.reload();
  EXPECT_EQ((*book_.find("work"))->config().client_id, "changed");
  write("work", "client_id = ");
  book_.reload();
  EXPECT_EQ((*book_.find("work"))->config().client_id, "changed");
  EXPECT_EQ(book_.troubles().size(), 1U);
}

TEST_F(AccountBookTest, ARemovedAccountIsGoneForEveryBook) {
  ASSERT_TRUE(book_.add(config("work")));
  ASSERT_TRUE(book_.remove("work"));
  EXPECT_FALSE(book_.find("work"));
  EXPECT_FALSE(fs::exists(folder_.path() / "accounts" / "work.toml"));
}

TEST_F(AccountBookTest, AFileRemovedByHandIsNoAccountAnyMore) {
  ASSERT_TRUE(book_.add(config("work")));
  fs::remove(folder_.path() / "accounts" / "work.toml");
  book_.reload();
  EXPECT_FALSE(book_.find("work"));
}

}  // namespace
}  // namespace latchkey
