#include "daemon/adapters/port_owner.h"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/support/temporary_folder.h"

namespace latchkey {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view heading =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

// A line as the kernel writes it: state 0A listens, 01 is connected, 06 waits for stragglers.
std::string line(const std::string& local, const std::string& state, const std::string& uid, const std::string& inode) {
  return "   0: " + local + " 00000000:0000 " + state + " 00000000:00000000 00:00000000 00000000  " + uid +
         "        0 " + inode + " 1 0000000000000000 100 0 0 10 0\n";
}

std::uint64_t inode_at_8080(const std::string& lines) {
  const auto found = find_socket(std::string(heading) + lines, 8080);
  return found ? found->inode : 0;
}

TEST(PortOwner, L25_FindsTheSocketInTheWay) {
  EXPECT_EQ(inode_at_8080(line("0100007F:1F90", "0A", "1000", "4711")), 4711U);
  EXPECT_EQ(inode_at_8080(line("00000000:1F90", "0A", "1000", "4711")), 4711U);
  EXPECT_EQ(inode_at_8080(line("00000000000000000000000000000000:1F90", "0A", "0", "12")), 12U);
  EXPECT_EQ(inode_at_8080(line("0100007F:1F90", "01", "1000", "1") + line("0100007F:1F90", "0A", "1000", "2")), 2U);
  EXPECT_EQ(inode_at_8080(line("0100007F:1F90", "01", "1000", "1")), 1U);
  EXPECT_EQ(find_socket(std::string(heading) + line("0100007F:1F90", "0A", "1000", "4711"), 8080)->uid, 1000U);
}

TEST(PortOwner, L25_FindsNothingInOthers) {
  EXPECT_EQ(inode_at_8080(""), 0U);
  EXPECT_EQ(inode_at_8080(line("0100007F:1F91", "0A", "1000", "4711")), 0U);
  EXPECT_EQ(inode_at_8080(line("0200007F:1F90", "0A", "1000", "4711")), 0U);
  EXPECT_EQ(inode_at_8080(line("0100007F:1F90", "06", "0", "0")), 0U);
  EXPECT_EQ(inode_at_8080("   0: 1F90\n:::\n \n   0: : : : : : : : : :\n"), 0U);
  EXPECT_EQ(inode_at_8080(line("0100007F:1F90", "0A", "1000", "minus one")), 0U);
}

class ProcFolder : public testing::Test {
 protected:
  ProcFolder() {
    fs::create_directories(proc() / "net");
    std::ofstream(proc() / "net/tcp") << heading << line("0100007F:1F90", "0A", "0", "4711");
    fs::create_directories(proc() / "self/fd");
    fs::create_directories(proc() / "42/fd");
  }
  [[nodiscard]] fs::path proc() const { return folder.path(); }

  support::temporary_folder folder;
};

TEST_F(ProcFolder, L25_NamesTheProgramAndItsProcess) {
  fs::create_symlink("socket:[4711]", proc() / "42/fd/7");
  fs::create_symlink("/usr/bin/python3.11", proc() / "42/exe");
  EXPECT_EQ(describe_port_owner(8080, proc()), "python3.11 (process 42)");
}

TEST_F(ProcFolder, L25_FallsBackToTheNameOfTheProcess) {
  fs::create_symlink("socket:[4711]", proc() / "42/fd/7");
  std::ofstream(proc() / "42/comm") << "evil\x1b[2J\n";
  EXPECT_EQ(describe_port_owner(8080, proc()), "evil\\x1B[2J (process 42)");
}

TEST_F(ProcFolder, L25_NamesTheUserWhereTheProcessIsHidden) {
  EXPECT_EQ(describe_port_owner(8080, proc()), "a program of user root");
}

TEST_F(ProcFolder, L25_IsSilentWhereNothingIsKnown) {
  EXPECT_EQ(describe_port_owner(8081, proc()), "");
  EXPECT_EQ(describe_port_owner(8080, proc() / "nowhere"), "");
}

}  // namespace
}  // namespace latchkey
