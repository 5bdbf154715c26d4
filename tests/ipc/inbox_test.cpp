#include "ipc/inbox.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace latchkey::varlink {
namespace {

using namespace std::string_literals;

// Feeds `bytes` in pieces of `piece` and returns the messages that came out.
std::vector<std::string> cut(inbox& box, std::string_view bytes, std::size_t piece) {
  std::vector<std::string> messages;
  while (!bytes.empty()) {
    const auto room = box.room();
    if (room.empty()) break;
    const std::size_t length = std::min({piece, bytes.size(), room.size()});
    std::copy_n(bytes.data(), length, room.data());
    box.received(length);
    bytes.remove_prefix(length);
    while (const auto message = box.next()) {
      messages.emplace_back(*message);
      box.discard();
    }
  }
  return messages;
}

TEST(Inbox, CutsMessagesWhereverTheBytesAreCut) {
  const std::string bytes = "one\0\0three\0"s + std::string(5000, 'x') + '\0' + "five\0"s;
  const std::vector<std::string> expected{"one", "", "three", std::string(5000, 'x'), "five"};
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 4096U, 10'000U}) {
    inbox box(6000);
    EXPECT_EQ(cut(box, bytes, piece), expected) << piece;
    EXPECT_FALSE(box.incomplete());
    EXPECT_FALSE(box.too_long());
  }
}

TEST(Inbox, KnowsThatAMessageHasBegun) {
  inbox box(100);
  EXPECT_FALSE(box.incomplete());
  cut(box, "one\0tw"s, 100);
  EXPECT_TRUE(box.incomplete());
  EXPECT_EQ(cut(box, "o\0"s, 100), std::vector<std::string>{"two"});
  EXPECT_FALSE(box.incomplete());
}

TEST(Inbox, TakesTheLimitAndNotAByteMore) {
  inbox exact(5000);
  EXPECT_EQ(cut(exact, std::string(5000, 'x') + '\0', 999).size(), 1U);
  inbox above(5000);
  EXPECT_EQ(cut(above, std::string(5001, 'x') + '\0', 999).size(), 0U);
  EXPECT_TRUE(above.too_long());
}

TEST(Inbox, WipesAMessageThatWasHandled) {
  inbox box(100);
  const auto room = box.room();
  const std::string bytes = "secret\0next"s;
  std::ranges::copy(bytes, room.data());
  box.received(bytes.size());
  ASSERT_EQ(box.next(), "secret");
  box.discard();
  EXPECT_EQ(std::string(room.data(), bytes.size()), "\0\0\0\0\0\0\0next"s);
}

}  // namespace
}  // namespace latchkey::varlink
