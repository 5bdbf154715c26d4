#include "core/journal_entry.h"

#include <gtest/gtest.h>

namespace latchkey {
namespace {

TEST(JournalEntry, ComesBackAsItWasWritten) {
  const journal_entry saved{journal_entry::wish::save, 8, 5, wall_time(seconds(1'800'000'000)), secret("a\nvalue\n")};
  const secret text = format_journal_entry(saved);
  EXPECT_EQ(text, secret("latchkey-journal-1 save 8 5 1800000000\na\nvalue\n"));
  const auto read = parse_journal_entry(text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->what, journal_entry::wish::save);
  EXPECT_EQ(read->version, 8U);
  EXPECT_EQ(read->base, 5U);
  EXPECT_EQ(read->at, saved.at);
  EXPECT_EQ(read->value, saved.value);

  const journal_entry erased{journal_entry::wish::erase, 7, ~std::uint64_t{0}, wall_time(seconds(1)), {}};
  const auto gone = parse_journal_entry(format_journal_entry(erased));
  ASSERT_TRUE(gone) << gone.error().message;
  EXPECT_EQ(gone->what, journal_entry::wish::erase);
  EXPECT_EQ(gone->version, 7U);
  EXPECT_EQ(gone->base, ~std::uint64_t{0});
}

// Where nothing waited when the grant was erased; and as late as an entry can be.
TEST(JournalEntry, AnErasureOfWhatDidNotWaitIsReadAgain) {
  const auto read = parse_journal_entry(secret("latchkey-journal-1 erase 0 0 253402300799\n"));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->what, journal_entry::wish::erase);
  EXPECT_EQ(read->version, 0U);
  EXPECT_EQ(read->at, wall_time(seconds(253402300799)));
}

TEST(JournalEntry, NonsenseIsRefusedWithoutBeingQuoted) {
  for (const std::string_view text : {"",
                                      "latchkey-journal-1",
                                      "latchkey-journal-1 ",
                                      "latchkey-journal-1 save 1 0 0",
                                      "latchkey-journal-1 save 1 0 0\n",
                                      "latchkey-journal-1 save 0 0 0\nv",
                                      "latchkey-journal-1 erase -1 0 0\n",
                                      "latchkey-journal-1 erase 0 0 0\nv",
                                      "latchkey-journal-1 keep 1 0 0\nv",
                                      "latchkey-journal-1 save -1 0 0\nv",
                                      "latchkey-journal-1 save 1 0\nv",
                                      "latchkey-journal-1 save 1 0 0 \nv",
                                      "latchkey-journal-1 save 1 0 0 0\nv",
                                      "latchkey-journal-1  save 1 0 0\nv",
                                      "latchkey-journal-1 save 1 0 -1\nv",
                                      "latchkey-journal-1 save 1 0 253402300800\nv",
                                      "latchkey-journal-1 save 18446744073709551616 0 0\nv",
                                      "latchkey-record-1 1\nv",
                                      "latchkey-journal-0 save 1 0 0\nv",
                                      "latchkey-journal- save 1 0 0\nv",
                                      "latchkey-journal-2x save 1 0 0\nv",
                                      "latchkey-journal-1 save-1 0 0\nv",
                                      "latchkey-journal-1 save 1x0 0\nv",
                                      "latchkey-journal-x save 1 0 0\nv"}) {
    const auto read = parse_journal_entry(secret(text));
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, errc::internal);
    EXPECT_EQ(read.error().message, "the journal's entry holds something that Latchkey did not write") << text;
  }
}

TEST(JournalEntry, S12_ANewerFormatIsToldFromNonsense) {
  const auto read = parse_journal_entry(secret("latchkey-journal-2 whatever"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message, "the journal's entry was written by a newer Latchkey: use that one");
}

}  // namespace
}  // namespace latchkey
