#include "core/sealed_box.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "core/limits.h"

namespace latchkey {
namespace {

const secret key(std::string(box_key_bytes, 'k'));
const secret other_key(std::string(box_key_bytes, 'o'));
constexpr box_nonce nonce{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
constexpr std::string_view label = "grant/work";
constexpr std::string_view record = "refresh token: 0123456789";
constexpr std::size_t key_id_at = 15;
constexpr std::size_t key_id_end = key_id_at + 8;

std::string sealed() {
  return seal(key, nonce, label, secret(record));
}

TEST(SealedBox, OpensWhatItSealed) {
  EXPECT_EQ(open_box(key, label, sealed()).value(), secret(record));
  EXPECT_EQ(open_box(key, "", seal(key, nonce, "", secret())).value(), secret());
  const std::string everything = [] {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    return bytes;
  }();
  EXPECT_EQ(open_box(key, everything, seal(key, nonce, everything, secret(everything))).value(), secret(everything));
  const std::string largest(limits::stored_record, 'x');
  EXPECT_EQ(open_box(key, label, seal(key, nonce, label, secret(largest))).value(), secret(largest));
}

TEST(SealedBox, HasTheDocumentedShape) {
  const std::string box = sealed();
  EXPECT_TRUE(box.starts_with("latchkey-box-1\n"));
  EXPECT_EQ(box.substr(key_id_end, 12), std::string(nonce.begin(), nonce.end()));
  EXPECT_EQ(box.size(), key_id_end + 12 + 2 + label.size() + record.size() + 16);
}

TEST(SealedBox, ShowsNeitherRecordNorLabelNorKey) {
  const std::string box = sealed();
  EXPECT_EQ(box.find(record.substr(0, 8)), std::string::npos);
  EXPECT_EQ(box.find(label.substr(0, 5)), std::string::npos);
  EXPECT_EQ(box.find("kkkk"), std::string::npos);
}

TEST(SealedBox, AnotherNonceGivesAnotherBox) {
  box_nonce second = nonce;
  second[0] ^= 1;
  EXPECT_NE(sealed(), seal(key, second, label, secret(record)));
}

TEST(SealedBox, S6_NoFlippedBitOpensAndNoneIsTakenForAWrongKey) {
  const std::string whole = sealed();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = whole;
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
      const auto opened = open_box(key, label, flipped);
      ASSERT_FALSE(opened) << "byte " << i << " bit " << bit;
      EXPECT_EQ(opened.error().code, errc::internal) << "byte " << i << " bit " << bit;
    }
  }
}

TEST(SealedBox, S6_NoTruncatedOrLengthenedBoxOpens) {
  const std::string whole = sealed();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto opened = open_box(key, label, std::string_view(whole).substr(0, length));
    ASSERT_FALSE(opened) << length;
    EXPECT_EQ(opened.error().code, errc::internal) << length;
  }
  EXPECT_FALSE(open_box(key, label, whole + '\0'));
  EXPECT_EQ(open_box(key, label, whole + std::string(2 * limits::stored_record, 'x')).error().message,
            "the stored record is damaged: it is larger than any record");
}

TEST(SealedBox, S6_AWrongKeyIsToldFromDamage) {
  const auto opened = open_box(other_key, label, sealed());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, errc::store_locked);
  EXPECT_EQ(opened.error().message, "the stored record was sealed with another key than the one in use");
}

struct damaged_box {
  std::string box;
  std::string_view message;
};

TEST(SealedBox, S6_S12_TheMessageSaysWhatIsWrong) {
  std::string id = sealed();
  id[key_id_at] ^= 1;
  std::string content = sealed();
  content.back() ^= 1;
  std::string newer = sealed();
  newer.replace(0, key_id_at, "latchkey-box-12\n");
  const damaged_box cases[] = {
      {"", "the stored record is damaged: it is empty"},
      {"{\"access_token\":1}", "the stored record is damaged: it does not begin as a Latchkey record does"},
      {"latchkey-box-", "the stored record is damaged: it does not begin as a Latchkey record does"},
      {"latchkey-box-x\n", "the stored record is damaged: it does not begin as a Latchkey record does"},
      {"latchkey-box-0\n", "the stored record is damaged: it does not begin as a Latchkey record does"},
      {"latchkey-box-1\n", "the stored record is damaged: it is cut short"},
      {id, "the stored record is damaged: the id of its key was changed"},
      {content, "the stored record is damaged: its content does not match its seal"},
      {newer, "the stored record has format 12, which a newer Latchkey wrote: update this one"},
  };
  for (const auto& each : cases) {
    const auto opened = open_box(key, label, each.box);
    ASSERT_FALSE(opened) << each.message;
    EXPECT_EQ(opened.error().code, errc::internal);
    EXPECT_EQ(opened.error().message, each.message);
  }
}

TEST(SealedBox, OneRecordCannotStandInForAnother) {
  for (const std::string_view wanted : {"grant/home", "grant/wor", "grant/work2", ""}) {
    const auto opened = open_box(key, wanted, sealed());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, errc::internal);
    EXPECT_EQ(opened.error().message, "the stored record belongs to another name: it was moved or copied");
  }
}

TEST(SealedBox, AKeyOfAnotherLengthOrARecordTooLargeIsABug) {
  EXPECT_THROW((void)seal(secret("short"), nonce, label, secret(record)), std::logic_error);
  EXPECT_THROW((void)open_box(secret("short"), label, sealed()), std::logic_error);
  EXPECT_THROW((void)seal(key, nonce, std::string(65'536, 'x'), secret()), std::logic_error);
  EXPECT_THROW((void)seal(key, nonce, label, secret(std::string(limits::stored_record + 1, 'x'))), std::logic_error);
}

}  // namespace
}  // namespace latchkey
