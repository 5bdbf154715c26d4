#include "core/private_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "core/kraken_secret.h"
#include "tests/core/key_files.h"

namespace latchkey {
namespace {

using testing::HasSubstr;

std::string complaint(const std::string& pem, std::string_view passphrase = "open sesame") {
  const auto key = read_private_key(secret(pem), secret(passphrase));
  return key ? "" : key.error().message;
}

std::string pem_of(EVP_PKEY* key) {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(memory, key, nullptr, nullptr, 0, nullptr, nullptr);
  EVP_PKEY_free(key);
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  return text;
}

TEST(PrivateKey, WhatStandsBeforeTheKeyIsPassedOver) {
  const std::string certificate = pem_block("CERTIFICATE", "anything");
  EXPECT_EQ(complaint(certificate + pem_of(EVP_EC_gen("P-256")), ""), "");
  EXPECT_THAT(complaint(certificate + "-----BEGIN PRIVATE KEY-----\n", ""), HasSubstr("the file is damaged"));
}

// Twenty minutes of work, were it begun.
TEST(PrivateKey, AFileThatAsksForEndlessWorkOnItsPassphraseIsRefusedAtOnce) {
  const std::string hostile = pem_block("ENCRYPTED PRIVATE KEY", with_rounds(INT32_MAX));
  EXPECT_THAT(complaint(hostile), HasSubstr("the private key asks for 2147483647 rounds of work"));
  EXPECT_THAT(complaint(hostile, ""), HasSubstr("rounds of work")) << "nobody is asked for its passphrase first";
}

TEST(PrivateKey, AnEncryptedKeyUnderAnotherNameIsNoKey) {
  const std::string hostile = with_rounds(INT32_MAX);
  EXPECT_THAT(complaint(pem_block("RSA PRIVATE KEY", hostile)), HasSubstr("the file is damaged"));
  EXPECT_THAT(complaint(pem_block("PRIVATE KEY", hostile)), HasSubstr("the file is damaged"));
  EXPECT_THAT(complaint(pem_block("ANY PRIVATE KEY", hostile)), HasSubstr("in a format that is not read"));
}

TEST(PrivateKey, AKeyThatWouldKeepTheProcessBusyIsTooLarge) {
  EXPECT_EQ(complaint(pem_block("RSA PRIVATE KEY", rsa_of(1024))), "");
  EXPECT_THAT(complaint(pem_block("RSA PRIVATE KEY", rsa_of(6000))), HasSubstr("has more than 5120 bytes"));
  const secret large(pem_block("RSA PRIVATE KEY", rsa_of(1100)));
  const secret none;
  const auto read = decrypt_client_secret(secret("AAAA"), {large, none}, rsa_padding::pkcs1);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message, "the private key has 8799 bits; no more than 8192 are read");
}

}  // namespace
}  // namespace latchkey
