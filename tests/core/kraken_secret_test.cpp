#include "core/kraken_secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "core/base64.h"

namespace latchkey {
namespace {

using testing::HasSubstr;
using testing::Not;

const secret passphrase("open sesame");

std::string content_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  return text;
}

// Of the passphrase, as OpenSSL takes it.
unsigned char* phrase_bytes() {
  static std::string bytes(passphrase.reveal());
  return reinterpret_cast<unsigned char*>(bytes.data());
}

// One for all tests: making a key takes a while.
EVP_PKEY* key() {
  static EVP_PKEY* const made = EVP_RSA_gen(2048);
  return made;
}

// PKCS#8 under AES-128, as `openssl genrsa -aes128` writes it.
const secret& pem() {
  static const secret text = [] {
    BIO* memory = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(memory, key(), EVP_aes_128_cbc(), reinterpret_cast<char*>(phrase_bytes()),
                                  static_cast<int>(passphrase.size()), nullptr, nullptr);
    return secret::take(content_of(memory));
  }();
  return text;
}

// PKCS#1 under AES-128, as `openssl genrsa -traditional -aes128` writes it.
secret traditional_pem() {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey_traditional(memory, key(), EVP_aes_128_cbc(), phrase_bytes(),
                                       static_cast<int>(passphrase.size()), nullptr, nullptr);
  return secret::take(content_of(memory));
}

std::string encrypt(std::string_view clear, int padding) {
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(key(), nullptr);
  EVP_PKEY_encrypt_init(context);
  EVP_PKEY_CTX_set_rsa_padding(context, padding);
  std::size_t size = 512;
  std::string out(size, '\0');
  const int worked = EVP_PKEY_encrypt(context, reinterpret_cast<unsigned char*>(out.data()), &size,
                                      reinterpret_cast<const unsigned char*>(clear.data()), clear.size());
  EXPECT_EQ(worked, 1);
  EVP_PKEY_CTX_free(context);
  return base64_encode({reinterpret_cast<const unsigned char*>(out.data()), size});
}

std::string pkcs1(std::string_view clear) {
  return encrypt(clear, RSA_PKCS1_PADDING);
}

std::string pem_of(EVP_PKEY* other) {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(memory, other, nullptr, nullptr, 0, nullptr, nullptr);
  EVP_PKEY_free(other);
  return content_of(memory);
}

result<secret> decrypted(std::string_view encrypted, rsa_padding padding = rsa_padding::pkcs1) {
  return decrypt_client_secret(secret(encrypted), {pem(), passphrase}, padding);
}

TEST(KrakenSecret, ReadsWhatWasEncryptedForTheKey) {
  const std::string encrypted = pkcs1("s3cret-of-the-client");
  EXPECT_EQ(decrypted(encrypted).value(), secret("s3cret-of-the-client"));
  std::string folded = "\n" + encrypted.substr(0, 64) + "\r\n" + encrypted.substr(64) + " \n";
  EXPECT_EQ(decrypted(folded).value(), secret("s3cret-of-the-client"));
  EXPECT_EQ(decrypted(pkcs1("line-end\n")).value(), secret("line-end"));
}

TEST(KrakenSecret, ReadsOaepWhereAskedTo) {
  const std::string encrypted = encrypt("s3cret", RSA_PKCS1_OAEP_PADDING);
  EXPECT_EQ(decrypted(encrypted, rsa_padding::oaep).value(), secret("s3cret"));
}

TEST(KrakenSecret, ReadsAKeyInTheTraditionalFormatToo) {
  const secret traditional = traditional_pem();
  ASSERT_THAT(std::string(traditional.reveal()), HasSubstr("Proc-Type: 4,ENCRYPTED"));
  const secret encrypted(pkcs1("s3cret"));
  EXPECT_EQ(decrypt_client_secret(encrypted, {traditional, passphrase}, rsa_padding::pkcs1).value(), secret("s3cret"));
  EXPECT_THAT(decrypt_client_secret(encrypted, {traditional, secret()}, rsa_padding::pkcs1).error().message,
              HasSubstr("no passphrase was given"));
}

TEST(KrakenSecret, EveryFailureOfTheDecryptionIsTheSame) {
  const std::string right = pkcs1("s3cret");
  std::string damaged = right;
  damaged[10] = damaged[10] == 'A' ? 'B' : 'A';
  const std::string others[] = {
      damaged,
      right.substr(0, 200),                       // too short for the key
      encrypt("s3cret", RSA_PKCS1_OAEP_PADDING),  // another padding
      pkcs1(std::string("\0\x01 binary", 9)),     // decrypts, to what no client secret is
      pkcs1("two words"),
      pkcs1(""),
  };
  const std::string said = decrypted(damaged).error().message;
  EXPECT_THAT(said, HasSubstr("cannot be decrypted with this key"));
  for (const std::string& each : others) {
    const auto read = decrypted(each);
    ASSERT_FALSE(read) << each;
    EXPECT_EQ(read.error().code, errc::bad_request);
    EXPECT_EQ(read.error().message, said);
  }
  EXPECT_EQ(decrypted(right, rsa_padding::oaep).error().message, said);
}

TEST(KrakenSecret, SaysWhatIsWrongWithTheKey) {
  const std::string encrypted = pkcs1("s3cret");
  const auto complaint = [&](const secret& file, const secret& phrase) {
    return decrypt_client_secret(secret(encrypted), {file, phrase}, rsa_padding::pkcs1).error().message;
  };
  EXPECT_THAT(complaint(secret("hello"), passphrase), HasSubstr("is no PEM private key"));
  EXPECT_THAT(complaint(secret("-----BEGIN PUBLIC KEY-----\n"), passphrase), HasSubstr("is no PEM private key"));
  EXPECT_THAT(complaint(pem(), secret()), HasSubstr("no passphrase was given"));
  EXPECT_THAT(complaint(pem(), secret("wrong")), HasSubstr("the passphrase is wrong"));
  EXPECT_THAT(complaint(secret(pem_of(EVP_EC_gen("P-256"))), passphrase), HasSubstr("is no RSA key"));
  EXPECT_THAT(complaint(secret(pem_of(EVP_RSA_gen(1024))), passphrase), HasSubstr("has 1024 bits"));
  const std::string whole = pem_of(EVP_RSA_gen(2048));
  EXPECT_THAT(complaint(secret(whole.substr(0, 300)), passphrase), HasSubstr("the file is damaged"));
}

TEST(KrakenSecret, SaysWhatIsWrongWithTheText) {
  const auto complaint = [&](std::string_view text) { return decrypted(text).error().message; };
  EXPECT_THAT(complaint(" \n"), HasSubstr("is empty"));
  EXPECT_THAT(complaint("not base64!"), HasSubstr("the encrypted client secret"));
}

}  // namespace
}  // namespace latchkey
