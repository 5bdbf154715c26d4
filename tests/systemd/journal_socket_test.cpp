#include "daemon/journal_socket.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>

#include "tests/support/temporary_folder.h"

namespace latchkey {
namespace {

using support::temporary_folder;
using namespace std::string_literals;

TEST(JournalEntry, WritesAFieldALine) {
  const std::array fields{journal_field{"MESSAGE", "account work: refreshed"}, journal_field{"PRIORITY", "6"},
                          journal_field{"EMPTY", ""}};
  EXPECT_EQ(encode_journal_entry(fields), "MESSAGE=account work: refreshed\nPRIORITY=6\nEMPTY=\n");
}

TEST(JournalEntry, C3_AValueWithALineFeedCannotPassForAnotherField) {
  const std::array fields{journal_field{"MESSAGE", "one\nPRIORITY=0"}, journal_field{"PRIORITY", "6"}};
  EXPECT_EQ(encode_journal_entry(fields), "MESSAGE\n\x0e\0\0\0\0\0\0\0one\nPRIORITY=0\nPRIORITY=6\n"s);
}

TEST(JournalEntry, TheLengthOfALongValueIsLittleEndian) {
  const std::string text = std::string(0x0102, 'x') + "\n";
  const std::array fields{journal_field{"MESSAGE", text}};
  EXPECT_EQ(encode_journal_entry(fields).substr(0, 16), "MESSAGE\n\x03\x01\0\0\0\0\0\0"s);
}

class JournalSocket : public testing::Test {
 protected:
  JournalSocket() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(journal_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }

  std::string received() {
    std::array<char, 4096> buffer{};
    const ssize_t got = ::recv(journal_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    return got < 0 ? "nothing" : std::string(buffer.data(), static_cast<std::size_t>(got));
  }

  temporary_folder folder_;
  std::string path_ = (folder_.path() / "socket").string();
  unique_fd journal_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

const std::array one_field{journal_field{"MESSAGE", "hello"}};

TEST_F(JournalSocket, SendsAnEntryAsOneDatagram) {
  journal_socket to(path_);
  EXPECT_TRUE(to.send(one_field));
  EXPECT_TRUE(to.send(one_field));
  EXPECT_EQ(received(), "MESSAGE=hello\n");
  EXPECT_EQ(received(), "MESSAGE=hello\n");
  EXPECT_EQ(received(), "nothing");
}

TEST_F(JournalSocket, SaysThatNobodyTookIt) {
  journal_socket to(path_);
  journal_.reset();
  EXPECT_FALSE(to.send(one_field));
  EXPECT_FALSE(journal_socket((folder_.path() / "absent").string()).send(one_field));
  EXPECT_FALSE(journal_socket(std::string(200, 'x')).send(one_field));
}

TEST_F(JournalSocket, SaysThatAnEntryIsTooLarge) {
  const std::string huge(16UL * 1024 * 1024, 'x');
  const std::array fields{journal_field{"MESSAGE", huge}};
  EXPECT_FALSE(journal_socket(path_).send(fields));
}

TEST(JournalStream, IsTheJournalOnlyWhereDeviceAndInodeAreThatOfTheDescriptor) {
  const temporary_folder folder;
  const unique_fd file(::open((folder.path() / "f").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  struct stat found {};
  ASSERT_EQ(::fstat(file.get(), &found), 0);
  const std::string device = std::to_string(found.st_dev);
  const std::string inode = std::to_string(found.st_ino);
  EXPECT_TRUE(leads_to_journal(file.get(), (device + ":" + inode).c_str()));
  EXPECT_FALSE(leads_to_journal(file.get(), (device + ":" + inode + "0").c_str()));
  EXPECT_FALSE(leads_to_journal(file.get(), ("9" + device + ":" + inode).c_str()));
  EXPECT_FALSE(leads_to_journal(file.get(), ""));
  EXPECT_FALSE(leads_to_journal(file.get(), nullptr));
  EXPECT_FALSE(leads_to_journal(-1, (device + ":" + inode).c_str()));
}

}  // namespace
}  // namespace latchkey
