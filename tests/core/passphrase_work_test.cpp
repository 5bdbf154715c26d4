#include "core/passphrase_work.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/limits.h"
#include "tests/core/key_files.h"

namespace latchkey {
namespace {

using testing::HasSubstr;

std::string complaint(const std::string& der) {
  const auto judged = check_passphrase_work(der);
  return judged ? "" : judged.error().message;
}

std::string with_scrypt(std::uint64_t n, std::uint64_t r, std::uint64_t p) {
  return encrypted_by(PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nullptr, 0, nullptr, n, r, p));
}

// PBES1 and PKCS#12's own way.
std::string with_old_rounds(std::uint64_t rounds) {
  PBEPARAM* parameters = PBEPARAM_new();
  ASN1_INTEGER_set_uint64(parameters->iter, rounds);
  ASN1_OCTET_STRING_set(parameters->salt, reinterpret_cast<const unsigned char*>("saltsalt"), 8);
  ASN1_STRING* packed = ASN1_item_pack(parameters, ASN1_ITEM_rptr(PBEPARAM), nullptr);
  PBEPARAM_free(parameters);
  X509_ALGOR* algorithm = X509_ALGOR_new();
  X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_pbe_WithSHA1And3_Key_TripleDES_CBC), V_ASN1_SEQUENCE, packed);
  return encrypted_by(algorithm);
}

TEST(PassphraseWork, WhatPeopleUseIsNotTooMuch) {
  for (const int rounds : {1, 2048, 600'000, static_cast<int>(limits::passphrase_rounds)})
    EXPECT_EQ(complaint(with_rounds(rounds)), "") << rounds;
  EXPECT_EQ(complaint(with_old_rounds(2048)), "");
  EXPECT_EQ(complaint(with_scrypt(16384, 8, 1)), "");
  EXPECT_EQ(complaint(with_scrypt(32768, 4, 2)), "");
}

TEST(PassphraseWork, MoreRoundsThanTheLimitAreRefusedWhereverTheyAreWritten) {
  const int above = static_cast<int>(limits::passphrase_rounds) + 1;
  EXPECT_THAT(complaint(with_rounds(above)), HasSubstr("asks for 2000001 rounds of work on its passphrase"));
  EXPECT_THAT(complaint(with_rounds(INT32_MAX)), HasSubstr("where 2000000 are the most"));
  EXPECT_THAT(complaint(with_old_rounds(INT32_MAX)), HasSubstr("asks for 2147483647 rounds"));
  EXPECT_THAT(complaint(with_old_rounds(UINT64_MAX)), HasSubstr("asks for endless rounds"));
  EXPECT_THAT(complaint(with_old_rounds(0)), HasSubstr("the file is damaged"));
}

TEST(PassphraseWork, ScryptIsBoundedByTheProductOfItsThreeNumbers) {
  EXPECT_THAT(complaint(with_scrypt(32768, 1, 1024)), HasSubstr("asks for more work on its passphrase"));
  EXPECT_THAT(complaint(with_scrypt(2, 1, 200'000)), "");
}

TEST(PassphraseWork, WhatIsNoEncryptedKeyIsDamaged) {
  const std::string whole = with_rounds(2048);
  EXPECT_THAT(complaint(""), HasSubstr("the file is damaged"));
  EXPECT_THAT(complaint("nonsense"), HasSubstr("the file is damaged"));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_THAT(complaint(whole.substr(0, size)), HasSubstr("the file is damaged")) << size;
  X509_ALGOR* bare = X509_ALGOR_new();
  X509_ALGOR_set0(bare, OBJ_nid2obj(NID_pbes2), V_ASN1_NULL, nullptr);
  EXPECT_THAT(complaint(encrypted_by(bare)), HasSubstr("the file is damaged"));
}

}  // namespace
}  // namespace latchkey
